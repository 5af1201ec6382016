"""Predictions of the very rows that a model is fitted on, each by a twin that was fitted without its stretch of time.

They tell how far a fit of this size can be trusted, which out-of-time folds, fitted on less, cannot: the more rows, the
less noise, the steeper the calibration. Never chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate.model import trees
from mqlgate.model.additive import Floats
from mqlgate.model.encoding import Encoding
from mqlgate.model.rows import Rows
from mqlgate.model.trees import TreeSettings
from mqlgate.model.workers import ONE_THREAD, each

_STRETCHES = 5


@dataclass(frozen=True)
class Fit:
    """A model to be fitted: on which rows, with which settings."""

    train: NDArray[np.intp]
    settings: TreeSettings


@dataclass(frozen=True)
class CrossFitted:
    """Log-odds of the rows `train` of a fit, and the stretch of time that each belongs to."""

    log_odds: Floats
    stretch: NDArray[np.int64]


def cross_fit(rows: Rows, fits: Sequence[Fit], *, min_level_rows: int, seed: int, threads: int) -> list[CrossFitted]:
    """For each fit: five stretches of time of equally many rows, each predicted by a fit on the other four.

    A lead's rows share a moment, so no lead is on both sides. A stretch whose others hold one class alone is NaN.
    """
    stretches = [_stretches(rows.at[fit.train]) for fit in fits]
    tasks = [(k, number) for k, stretch in enumerate(stretches) for number in np.unique(stretch)]

    def predicted(task: tuple[int, int]) -> Floats:
        k, number = task
        out = stretches[k] == number
        train, test = fits[k].train[~out], fits[k].train[out]
        if len(train) == 0 or np.ptp(rows.y[train]) == 0:
            return np.full(len(test), np.nan)
        encoding = Encoding.learn(rows.X.iloc[train], min_level_rows, rows.weight[train])
        matrix = encoding.encode(rows.X.iloc[train])
        binned = trees.dataset(matrix, rows.y[train], rows.weight[train], encoding.categorical, ONE_THREAD)
        booster = trees.boost(binned, fits[k].settings, seed, ONE_THREAD)
        return trees.log_odds(booster, encoding.encode(rows.X.iloc[test]), ONE_THREAD)

    found = [np.full(len(fit.train), np.nan) for fit in fits]
    for (k, number), log_odds in zip(tasks, each(predicted, tasks, threads), strict=True):
        found[k][stretches[k] == number] = log_odds
    return [CrossFitted(log_odds, stretch) for log_odds, stretch in zip(found, stretches, strict=True)]


def _stretches(at: Floats) -> NDArray[np.int64]:
    cuts = np.unique(np.quantile(at, np.linspace(0, 1, _STRETCHES + 1)[1:-1], method="nearest"))
    return np.searchsorted(cuts, at, side="right")
