"""Whether one column alone foretells the label implausibly well, or singles out accepted leads too purely.

Never looks at time.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mqlgate.contract.leakage.known import ACCEPTED, Known, Values
from mqlgate.contract.leakage.traits import Traits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

TOO_GOOD = 0.93
_SURELY_ABOVE = 0.90
"""An honest predictor may reach an AUC of .9: the estimate must exceed it by two standard errors as well."""
COPY = 0.86
"""A yes-or-no column: no honest one comes near the AUC of .9 that a copy of the label with a tenth of it wrong has."""
_FOLDS = 5
_PRIOR = 5.0
_MIN_CLASS = 20
_PURE_AT_LEAST = 20
_PURITY = 0.97
_MIN_SHARE = 0.005


@dataclass(frozen=True)
class Foretelling:
    """Area under the ROC curve of one column alone, its standard error, and whether the column says yes or no only."""

    auc: float
    error: float
    yes_or_no: bool

    @property
    def too_good(self) -> bool:
        """Whether no honest column foretells so well."""
        if self.yes_or_no and self.auc >= COPY:
            return True
        return self.auc >= TOO_GOOD and self.auc - 2 * self.error > _SURELY_ABOVE


def foretelling(values: Values, traits: Traits, label: "Floats") -> Foretelling | None:
    """How well a column alone foretells the label of mature leads.

    Numbers are taken as they are, in either direction; levels by their own rate in the other folds, so that a column
    with many levels gains nothing from chance. None where there are fewer than 20 positives or negatives.
    """
    import numpy as np

    known = ~np.isnan(label)
    y = label[known] > 0.5
    positives, negatives = int(y.sum()), int((~y).sum())
    if min(positives, negatives) < _MIN_CLASS:
        return None
    auc = _area_of_levels(traits.place[known] + 1 if values.code is not None else traits.level[known], y)
    if values.number is not None and values.kind != "time":
        rising = _area(np.arange(traits.different + 1), *_counted(traits.place[known] + 1, y, traits.different + 1))
        auc = max(auc, rising, 1.0 - rising)
    counts = np.bincount(traits.level[known])
    common = int((counts >= _MIN_SHARE * known.sum()).sum())
    return Foretelling(auc, auc_error(auc, positives, negatives), common == 2)


def _area_of_levels(level: "Ints", y: "NDArray[np.bool_]") -> float:
    """AUC of the levels' rates of positives, each lead's taken from the leads of other folds.

    A rate is drawn towards the base rate where leads are few. The base is the same for all folds: a fold's own would
    tell a little of its labels.
    """
    import numpy as np

    fold = np.random.default_rng(0).permutation(level.size) % _FOLDS
    levels = int(level.max(initial=0)) + 1
    hits, misses = (table.reshape(_FOLDS, levels) for table in _counted(fold * levels + level, y, _FOLDS * levels))
    other_hits, other_misses = hits.sum(axis=0) - hits, misses.sum(axis=0) - misses
    rate = (other_hits + _PRIOR * y.mean()) / (other_hits + other_misses + _PRIOR)
    return _area(rate.ravel(), hits.ravel(), misses.ravel())


def _counted(group: "Ints", y: "NDArray[np.bool_]", groups: int) -> "tuple[Floats, Floats]":
    """Positives and negatives of each group."""
    import numpy as np

    hits = np.bincount(group[y], minlength=groups).astype(np.float64)
    return hits, np.bincount(group[~y], minlength=groups).astype(np.float64)


def _area(score: "NDArray[np.generic]", hits: "Floats", misses: "Floats") -> float:
    """Area under the ROC curve of groups that share a score: P(a positive scores above a negative), ties by half.

    The statistic of Mann and Whitney (1947).
    """
    import numpy as np

    _, place = np.unique(score, return_inverse=True)
    won = np.bincount(place, weights=hits).astype(np.float64)
    lost = np.bincount(place, weights=misses).astype(np.float64)
    below = np.cumsum(lost) - lost
    return float((won * (below + lost / 2)).sum() / max(float(won.sum() * lost.sum()), 1.0))


def auc_error(auc: float, positives: int, negatives: int) -> float:
    """Standard error of an AUC (Hanley and McNeil 1982)."""
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (first - auc**2) + (negatives - 1) * (second - auc**2)
    return math.sqrt(max(spread, 0.0) / (positives * negatives))


@dataclass(frozen=True)
class Pure:
    """A trait that accepted leads have and hardly any other: how many have it, and how many of those were accepted."""

    level: int
    leads: int
    accepted: int


def pure(traits: Traits, known: Known) -> Pure | None:
    """The trait that singles out accepted leads more purely than a predictor of this column's strength can.

    A predictor that shifts a normal score by d between accepted and other leads has an AUC of P(N(0, 1) < d / sqrt
    2), and the part of it that holds a share s of the accepted leads holds a share P(N(0, 1) > z(1 - s) + d) of the
    others. A trait that is several times rarer among the others than that was set by the acceptance.
    """
    import numpy as np

    mature = ~np.isnan(known.label)  # others would be younger than those they are compared with
    accepted = mature & (known.state == ACCEPTED)
    others = mature & (known.state != ACCEPTED)
    total, rest = int(accepted.sum()), int(others.sum())
    if min(total, rest) < _MIN_CLASS or total > 0.6 * (total + rest):
        return None
    with_it = np.bincount(traits.level[accepted], minlength=traits.levels)
    without = np.bincount(traits.level[others], minlength=traits.levels)
    with_it[0], without[0] = total - with_it[0], rest - without[0]  # 'there is a value' in place of 'missing'
    d = math.sqrt(2) * _normal_quantile(min(_auc_of_levels(traits, accepted, others), 0.95))
    best: Pure | None = None
    for level in range(traits.levels):
        hits, leads = int(with_it[level]), int(with_it[level] + without[level])
        if hits < _PURE_AT_LEAST or hits < _PURITY * leads or (hits >= 0.98 * total and level > 0):
            continue
        share = min(hits / total, 0.999)
        expected = _normal_tail(_normal_quantile(1 - share) + d)
        if (without[level] + 3.0) / rest < expected / 3.0 and (best is None or hits > best.accepted):
            best = Pure(level, leads, hits)
    return best


def _auc_of_levels(traits: Traits, accepted: "NDArray[np.bool_]", others: "NDArray[np.bool_]") -> float:
    both = accepted | others
    y = accepted[both]
    auc = _area_of_levels(traits.level[both], y)
    return max(auc, 1.0 - auc, 0.5)


def _normal_tail(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2))


def _normal_quantile(p: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(min(max(p, 1e-9), 1 - 1e-9))
