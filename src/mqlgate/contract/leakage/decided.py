"""Whether being decided changes a column: the difference between decided and open leads that their age alone explains.

Decided leads differ from open ones of the same age for two reasons: because the column foretells the decision
(honest), or because the decision set the column (a leak). What tells the two apart is age. As leads grow older, more
of them are decided; a column that was fixed at the start does not change with that, while one that the decision sets
follows the share of decided leads. So age serves as an instrument (Angrist and Imbens 1994): the effect of being
decided, estimated only from how the column moves with the share of decided leads by age (a straight drift over time
taken out), must be as large as the difference at equal age. Each half of the leads takes the share of decided leads
from the other half, so that no lead is its own instrument (Angrist and Krueger 1995).

Pure arithmetic on counts. Never looks at names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mqlgate.contract.leakage.known import ACCEPTED, OPEN, REJECTED, Known
from mqlgate.contract.leakage.traits import Traits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_STATES = 3
_HALVES = 2
_AGE_QUANTILES = (0.005, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.125)
_MIN_IN_BIN = 12
_MIN_LEADS = 20
_KINDS: tuple[tuple[int, ...], ...] = ((ACCEPTED,), (REJECTED,), (ACCEPTED, REJECTED))


@dataclass(frozen=True)
class Ages:
    """Leads cut into cells of equal age, half and state; `old` is each bin's mean position in time."""

    cell: "Ints"
    bins: int
    counts: "Floats"
    old: "Floats"


@dataclass(frozen=True)
class Effect:
    """Of the trait that tells most: `gap` between decided and open leads of the same age, `effect` by age alone.

    Both in shares (or ranks), each with its standard error; `share_decided` and `share_open` are the trait's means.
    `alike`: accepted and rejected leads differ from open ones in the same way. What foretells acceptance does not do
    that.
    """

    kind: tuple[int, ...]
    trait: int
    gap: float
    gap_error: float
    effect: float
    effect_error: float
    share_decided: float
    share_open: float
    is_rank: bool
    alike: bool

    @property
    def noticed(self) -> bool:
        """Whether decided leads differ from open ones of the same age at all, and by enough to matter."""
        matters = _RANK_MATTERS if self.is_rank else _SHARE_MATTERS
        return abs(self.gap) >= max(_NOTICED * self.gap_error, matters)

    @property
    def evidence(self) -> float:
        """Log-likelihood ratio of 'the decision sets it' against 'it foretells the decision'."""
        error = max(self.effect_error, 1e-6)
        return (2 * self.effect * self.gap - self.gap**2) / (2 * error**2)

    @property
    def follows_decision(self) -> bool:
        """Whether it moves with the share of decided leads as it differs between decided and open ones."""
        same_way = self.effect * (1 if self.gap > 0 else -1) / max(self.effect_error, 1e-6)
        partly = same_way > _CERTAIN and abs(self.effect) > _PARTLY * abs(self.gap)
        return self.noticed and (self.evidence > (_LIKELIER_IF_ALIKE if self.alike else _LIKELIER) or partly)


def ages_of(known: Known, seed: int = 0) -> Ages | None:
    """Cells of the leads; None where there is no order in time, or nobody is open or decided."""
    import numpy as np

    decided = known.state != OPEN
    if not known.ordered or not decided.any() or decided.all():
        return None
    age = known.now - known.at
    quantiles = (*_AGE_QUANTILES, *np.linspace(0.15, 1.0, 18))
    edges = np.unique(np.quantile(age, quantiles))
    which = np.searchsorted(edges, age, side="left")
    which = _merged(which, edges.size + 1)
    bins = int(which.max()) + 1
    half = np.random.default_rng(seed).integers(0, _HALVES, age.size)
    cell = (which * _HALVES + half) * _STATES + known.state
    counts = np.bincount(cell, minlength=bins * _HALVES * _STATES).astype(np.float64).reshape(bins, _HALVES, _STATES)
    weight = np.bincount(which, minlength=bins)
    old = np.bincount(which, weights=age, minlength=bins) / np.maximum(weight, 1)
    return Ages(cell, bins, counts, old)


def _merged(which: "Ints", bins: int) -> "Ints":
    """Bins of age, the small ones joined to the next."""
    import numpy as np

    counts = np.bincount(which, minlength=bins)
    new, current, inside = np.zeros(bins, dtype=np.int64), 0, 0
    for number, count in enumerate(counts):
        new[number] = current
        inside += int(count)
        if inside >= _MIN_IN_BIN:
            current, inside = current + 1, 0
    merged = new[which]
    return merged if inside == 0 else np.minimum(merged, max(current - 1, 0))


def effects(traits: Traits, ages: Ages) -> list[Effect]:
    """For each kind of decision, the trait whose effect could be told apart best from none."""
    import numpy as np

    size = ages.bins * _HALVES * _STATES
    sums = np.bincount(traits.level * size + ages.cell, minlength=traits.levels * size).astype(np.float64)
    sums = sums.reshape(traits.levels, ages.bins, _HALVES, _STATES)
    sums[0] = ages.counts - sums[0]  # the first trait is 'there is a value'
    squares = sums
    if traits.rank is not None:
        ranked = [np.bincount(ages.cell, weights=traits.rank**power, minlength=size) for power in (1, 2)]
        first, second = (total.reshape(1, ages.bins, _HALVES, _STATES) for total in ranked)
        sums, squares = np.concatenate([sums, first]), np.concatenate([squares, second])
    gaps = {kind: _gap(sums, squares, ages, _picked(kind)) for kind in _KINDS}
    alike = _alike(*gaps[(ACCEPTED,)], *gaps[(REJECTED,)])
    found = [_effect(sums, squares, ages, kind, traits.levels, *gaps[kind], alike) for kind in _KINDS]
    return [effect for effect in found if effect is not None]


def _picked(kind: tuple[int, ...]) -> "Floats":
    import numpy as np

    picked = np.zeros(_STATES)
    picked[list(kind)] = 1.0
    return picked


def _alike(first: "Floats", first_error: "Floats", second: "Floats", second_error: "Floats") -> "NDArray[np.bool_]":
    """Traits by which accepted and rejected leads differ from open ones in the same direction and to a like degree."""
    import numpy as np

    sure = (np.abs(first) > _ALIKE_ERRORS * first_error) & (np.abs(second) > _ALIKE_ERRORS * second_error)
    less, more = np.minimum(np.abs(first), np.abs(second)), np.maximum(np.abs(first), np.abs(second))
    return np.asarray(sure & (first * second > 0) & (less > _ALIKE_RATIO * more))


def _effect(
    sums: "Floats",
    squares: "Floats",
    ages: Ages,
    kind: tuple[int, ...],
    levels: int,
    gap: "Floats",
    gap_error: "Floats",
    alike: "NDArray[np.bool_]",
) -> Effect | None:
    import numpy as np

    picked = _picked(kind)
    decided = (ages.counts * picked).sum(axis=(1, 2))
    still = ages.counts[:, :, OPEN].sum(axis=1)
    if decided.sum() < _MIN_LEADS or still.sum() < _MIN_LEADS or not (decided * still).any():
        return None
    effect, effect_error = _by_age(sums, squares, ages, picked)
    matters = np.full(len(gap), _SHARE_MATTERS)
    matters[levels:] = _RANK_MATTERS
    told = np.abs(gap) / np.maximum(gap_error, 1e-12)
    noticed = (told >= _NOTICED) & (np.abs(gap) >= matters)
    power = np.where(noticed, np.abs(gap) / np.maximum(effect_error, 1e-12), 0.0)
    best = int(np.argmax(power)) if power.any() else int(np.argmax(told))
    weight = decided * still / np.maximum(decided + still, 1.0)
    inside = weight > 0
    share_decided = (sums[best] * picked).sum() / decided.sum()
    in_open = sums[best, :, :, OPEN].sum(axis=1)
    share_open = float((weight[inside] * in_open[inside] / still[inside]).sum() / weight[inside].sum())
    return Effect(
        kind, best, float(gap[best]), float(gap_error[best]), float(effect[best]), float(effect_error[best]),
        float(share_decided), share_open, best >= levels, bool(alike[best]) and len(kind) > 1,
    )  # fmt: skip


_SHARE_MATTERS = 0.08
_RANK_MATTERS = 0.02
"""A smaller difference of a value's share, or of the mean rank, comes from elsewhere: from a rep who left, say."""
_LIKELIER = 2.5
_LIKELIER_IF_ALIKE = -0.5
_ALIKE_ERRORS = 3.5
_ALIKE_RATIO = 0.4
_CERTAIN = 4.0
_PARTLY = 0.25
"""A column that foretells the decision and is set by it as well follows it in part."""
_DRIFT = 2.5
"""Standard errors of a straight drift over time from which on it is taken out."""
_NOTICED = 5.0
"""Standard errors from which on a difference at equal age is one: 40 traits a column are looked at."""


def _gap(sums: "Floats", squares: "Floats", ages: Ages, picked: "Floats") -> "tuple[Floats, Floats]":
    """Difference of means between decided and open leads within bins of age, and its robust standard error."""
    import numpy as np

    takes_part = picked.copy()
    takes_part[OPEN] = 1.0
    n = (ages.counts * takes_part).sum(axis=1)  # (bins, states)
    s = (sums * takes_part).sum(axis=2)  # (traits, bins, states)
    q = (squares * takes_part).sum(axis=2)
    total = n.sum(axis=1)
    share = (n * picked).sum(axis=1) / np.maximum(total, 1.0)
    centred = picked[None, :] - share[:, None]  # treatment less its mean in the bin
    denominator = (n * centred**2).sum()
    gap = (s * centred).sum(axis=(1, 2)) / max(denominator, 1e-12)
    mean = s.sum(axis=2) / np.maximum(total, 1.0)
    fitted = mean[:, :, None] + gap[:, None, None] * centred[None]
    noise = (centred**2 * (q - 2 * fitted * s + fitted**2 * n)).sum(axis=(1, 2))
    return gap, np.sqrt(np.maximum(noise, 0.0)) / max(denominator, 1e-12)


def _by_age(sums: "Floats", squares: "Floats", ages: Ages, picked: "Floats") -> "tuple[Floats, Floats]":
    """Effect of being decided by the instrument of age, and its robust standard error.

    A straight drift over time is taken out only of traits that have one: it costs half of the power.
    """
    import numpy as np

    n = ages.counts.sum(axis=2)  # (bins, halves)
    decided = (ages.counts * picked).sum(axis=2)
    other = (decided / np.maximum(n, 1.0))[:, ::-1]  # the share of decided leads in the other half
    old = np.repeat(ages.old[:, None], _HALVES, axis=1)
    drifts = _drifts(sums.sum(axis=3), squares.sum(axis=3), n, other, old)
    found = [_by(removed, sums, squares, ages, picked, other) for removed in (_centred, _detrended)]
    (plain, plain_error), (level, level_error) = found
    return np.where(drifts, level, plain), np.where(drifts, level_error, plain_error)


def _by(
    removed: "Callable[[Floats, Floats, Floats], Floats]",
    sums: "Floats",
    squares: "Floats",
    ages: Ages,
    picked: "Floats",
    other: "Floats",
) -> "tuple[Floats, Floats]":
    import numpy as np

    n = ages.counts.sum(axis=2)
    decided = (ages.counts * picked).sum(axis=2)
    old = np.repeat(ages.old[:, None], _HALVES, axis=1)
    instrument = removed(other, old, n)
    denominator = (instrument * decided).sum()
    if abs(denominator) < 1e-9:
        return np.zeros(len(sums)), np.full(len(sums), np.inf)
    s = sums.sum(axis=3)
    effect = (instrument * s).sum(axis=(1, 2)) / denominator
    # Residuals of x - effect * decided after what is taken out; within a cell they differ by state.
    level = s / np.maximum(n, 1.0) - effect[:, None, None] * (decided / np.maximum(n, 1.0))[None]
    line = np.stack([x - removed(x, old, n) for x in level])
    fitted = line[:, :, :, None] + effect[:, None, None, None] * picked
    noise = instrument[None, :, :, None] ** 2 * (squares - 2 * fitted * sums + fitted**2 * ages.counts[None])
    return effect, np.sqrt(np.maximum(noise.sum(axis=(1, 2, 3)), 0.0)) / abs(denominator)


def _drifts(s: "Floats", q: "Floats", n: "Floats", other: "Floats", old: "Floats") -> "NDArray[np.bool_]":
    """Which traits move along a straight line over time, beside the share of decided leads."""
    import numpy as np

    weight = n.ravel()
    design = np.column_stack([np.ones(weight.size), other.ravel(), (old / max(float(old.max()), 1e-9)).ravel()])
    inverse = np.linalg.pinv(design.T @ (design * weight[:, None]))
    lean = inverse @ (design * weight[:, None]).T  # (3, cells)
    mean = s.reshape(len(s), -1) / np.maximum(weight, 1.0)
    noise = np.maximum(q.reshape(len(s), -1) / np.maximum(weight, 1.0) - mean**2, 0.0) / np.maximum(weight, 1.0)
    slope = mean @ lean[2]
    error = np.sqrt(noise @ lean[2] ** 2)
    return np.asarray(np.abs(slope) > _DRIFT * np.maximum(error, 1e-12))


def _centred(x: "Floats", old: "Floats", weight: "Floats") -> "Floats":
    """`x` less its weighted mean."""
    import numpy as np

    del old
    return np.asarray(x - (weight * x).sum() / weight.sum())


def _detrended(x: "Floats", old: "Floats", weight: "Floats") -> "Floats":
    """`x` less its weighted straight line over `old`."""
    import numpy as np

    total = weight.sum()
    x0, o0 = (weight * x).sum() / total, (weight * old).sum() / total
    spread = (weight * (old - o0) ** 2).sum()
    slope = (weight * (old - o0) * (x - x0)).sum() / spread if spread > 0 else 0.0
    return np.asarray(x - x0 - slope * (old - o0))
