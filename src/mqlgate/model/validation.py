"""Moments of the past at which a model is fitted on what was known then and judged by the leads that came next.

Knows rows, times and leads; never a column and never a model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.domain import MIN_NEGATIVES, MIN_POSITIVES
from mqlgate.model.additive import Floats

Rows = NDArray[np.intp]
Kind = Literal["rolling", "forward", "none"]

# Shares of each class that the first fold trains on: the largest that leaves enough to test is taken.
_ROLLING_SHARES = (0.2, 0.1)
_FORWARD_SHARES = (0.3, 0.0)
_TESTED_SHARE = 0.25


@dataclass(frozen=True)
class Fold:
    """Rows to fit on and rows to judge by, as positions. `origin` is the moment between them."""

    number: int
    origin: float
    train: Rows
    test: Rows


@dataclass(frozen=True)
class Folds:
    """Folds in order of time, and what they can claim.

    `rolling`: every label used at an origin was known at that origin. `forward`: the history is too short for that;
    models were fitted on leads that qualified earlier, with labels as they finally became, some known only later,
    which is a weaker claim. `none`: too few leads of either class for any fold.
    """

    kind: Kind
    folds: tuple[Fold, ...]

    @property
    def tested(self) -> Rows:
        """All rows that some fold tests, in order of folds."""
        return np.concatenate([fold.test for fold in self.folds]) if self.folds else np.empty(0, dtype=np.intp)

    def number_of(self, rows: int) -> NDArray[np.int64]:
        """For each of `rows` rows the fold that tests it, 0 where none does; folds count from 1."""
        number = np.zeros(rows, dtype=np.int64)
        for fold in self.folds:
            number[fold.test] = fold.number
        return number


def rolling_origin(y: Floats, *, at: Floats, known_at: Floats, lead: NDArray[np.generic], folds: int) -> Folds:
    """Origins that cut the later leads into `folds` equal parts.

    Fold k trains on rows whose label was known at origin k (`known_at` <= origin) of leads that qualified before it,
    and tests the leads that qualified from origin k until the next one. No lead is on both sides. The first origin is
    where a fifth (else a tenth) of each class is known, and ten leads at least: early leads of which hardly any had
    the time to convert teach nothing, however many they are; a quarter of the leads and ten of each class must remain
    to be tested.

    Parameters
    ----------
    y
        Label of each row, 0 or 1, the same in all rows of a lead.
    at
        When, or in which order, the row's lead qualified: in any unit, the same for all rows of a lead.
    known_at
        When the label became final, in the unit of `at`: qualification plus horizon, not the day of an early
        decision, since early decisions are not like late ones.
    lead
        Which lead the row tells of.
    folds
        How many origins; fewer where several fall on the same moment.
    """
    code = pd.factorize(pd.Series(lead))[0]
    leads = int(code.max()) + 1 if len(code) else 0
    start, known, label = np.full(leads, np.inf), np.full(leads, -np.inf), np.zeros(leads)
    np.minimum.at(start, code, at)
    np.maximum.at(known, code, known_at)
    label[code] = y
    for share in _ROLLING_SHARES:
        origins = _origins(start, known, label, share, folds)
        if origins:
            return Folds("rolling", _cut(origins, start, known, code))
    for share in _FORWARD_SHARES:
        origins = _origins(start, start, label, share, folds)
        if origins:
            return Folds("forward", _cut(origins, start, start, code))
    return Folds("none", ())


def out_of_time(predict: Callable[[Rows, Rows], Floats], folds: Folds, rows: int) -> Floats:
    """Predictions of each tested row by a model fitted at its fold's origin; NaN where no fold tests.

    `predict(train, test)` fits on the rows `train` and returns log-odds of the rows `test`.
    """
    log_odds = np.full(rows, np.nan)
    for fold in folds.folds:
        log_odds[fold.test] = predict(fold.train, fold.test)
    return log_odds


def time_blocks(folds: Folds, at: Floats, per_fold: int = 6) -> NDArray[np.int64]:
    """A number for each row, equal for tested rows that are neighbours in time within a fold; -1 where not tested.

    Errors of neighbours in time go together, so standard errors are taken over blocks, not rows.
    """
    block = np.full(len(at), -1, dtype=np.int64)
    for position, fold in enumerate(folds.folds):
        moments = at[fold.test]
        cuts = np.unique(np.quantile(moments, np.linspace(0, 1, per_fold + 1)[1:-1], method="nearest"))
        block[fold.test] = position * per_fold + np.searchsorted(cuts, moments, side="right")
    return block


def _origins(start: Floats, known: Floats, label: Floats, share: float, folds: int) -> list[float]:
    """Equal parts of the leads from the first origin that has enough before and after it; none where there is none."""
    leads = len(start)
    moments = np.sort(start)
    # A lead can be trained on at an origin that is at or after `known` and after `start`.
    enters = np.maximum(known, np.nextafter(start, np.inf))
    origins = np.unique(start)

    def before(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.searchsorted(np.sort(enters[which]), origins, side="right")

    def after(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.asarray(which.sum() - np.searchsorted(np.sort(start[which]), origins, side="left"))

    positive, negative, either = label == 1, label == 0, np.ones(leads, dtype=bool)
    enough = (
        (before(positive) >= max(MIN_POSITIVES, share * positive.sum()))
        & (before(negative) >= max(MIN_NEGATIVES, share * negative.sum()))
        & (after(positive) >= MIN_POSITIVES)
        & (after(negative) >= MIN_NEGATIVES)
        & (after(either) >= _TESTED_SHARE * leads)
    )
    if not enough.any():
        return []
    first = int(np.searchsorted(moments, origins[np.argmax(enough)], side="left"))
    cuts = moments[(first + np.arange(folds) * (leads - first) / folds).astype(int)]
    return [float(origin) for origin in np.unique(cuts)]


def _cut(origins: list[float], start: Floats, known: Floats, code: NDArray[np.intp]) -> tuple[Fold, ...]:
    ends = [*origins[1:], np.inf]
    return tuple(
        Fold(
            number,
            origin,
            np.flatnonzero(((known <= origin) & (start < origin))[code]),
            np.flatnonzero(((start >= origin) & (start < end))[code]),
        )
        for number, (origin, end) in enumerate(zip(origins, ends, strict=True), start=1)
    )
