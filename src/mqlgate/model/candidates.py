"""The models among which the past chooses, and what each would have said at every origin.

Fits on the training rows of folds alone. A further family joins by adding rows to `Predictions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.model import trees
from mqlgate.model.additive import Floats
from mqlgate.model.encoding import Encoding
from mqlgate.model.trees import TreeSettings
from mqlgate.model.validation import Fold, Folds, Rows, out_of_time
from mqlgate.model.workers import ONE_THREAD, each

CAUTIOUS = TreeSettings(trees=trees.CAUTIOUS_TREES, depth=1)
"""What stands in before there is a past to choose by."""

UNTUNED = TreeSettings(trees=80, depth=2)
"""What is taken where nothing is to be chosen."""

_DEPTHS = (1, 2, 3)
_TREES = (10, 20, 40, 80, 160, 320)
_PRIOR_ROWS = 20


@dataclass(frozen=True)
class Predictions:
    """Log-odds that each candidate gave when fitted at each origin.

    `test` has shape (candidates, n), NaN where no fold tests; `train` has, for each fold, those of its training rows,
    of shape (candidates, rows), from which the level is read.
    """

    test: NDArray[np.float64]
    train: tuple[NDArray[np.float64], ...]


def candidates(tune: bool) -> tuple[TreeSettings, ...]:
    """From the simplest to the richest, by the number of splits; one alone where nothing is to be tuned."""
    if not tune:
        return (UNTUNED,)
    grid = [TreeSettings(trees=count, depth=depth) for depth in _DEPTHS for count in _TREES]
    return tuple(sorted(grid, key=lambda s: (s.trees * (2**s.depth - 1), s.depth)))


def name(settings: TreeSettings) -> str:
    """A candidate's name in reports."""
    return f"depth {settings.depth}, {settings.trees} trees"


def tree_predictions(
    X: pd.DataFrame,
    y: Floats,
    weight: Floats,
    folds: Folds,
    grid: Sequence[TreeSettings],
    *,
    min_level_rows: int,
    seed: int,
    threads: int,
) -> Predictions:
    """Out-of-time log-odds of each candidate.

    Candidates that differ in the number of trees alone share one fit, since its first trees are the smaller model.
    """

    def replayed(fold: Fold) -> NDArray[np.float64]:
        encoding = Encoding.learn(X.iloc[fold.train], min_level_rows, weight[fold.train])
        matrix = encoding.encode(X.iloc[fold.train])
        binned = trees.dataset(matrix, y[fold.train], weight[fold.train], encoding.categorical, ONE_THREAD)
        both = np.vstack([matrix, encoding.encode(X.iloc[fold.test])])
        said = np.zeros((len(grid), len(both)))
        for depth in sorted({s.depth for s in grid}):
            members = sorted((s.trees, position) for position, s in enumerate(grid) if s.depth == depth)
            booster = trees.boost(binned, grid[members[-1][1]], seed, ONE_THREAD)
            total, grown = np.zeros(len(both)), 0
            for count, position in members:
                total = total + trees.log_odds(booster, both, ONE_THREAD, grown, count - grown)
                said[position] = total
                grown = count
        return said

    # The last folds are the longest, so they start first.
    said = each(replayed, folds.folds[::-1], threads)[::-1]
    test = np.full((len(grid), len(y)), np.nan)
    for fold, log_odds in zip(folds.folds, said, strict=True):
        test[:, fold.test] = log_odds[:, len(fold.train) :]
    return Predictions(test, tuple(log_odds[:, : len(fold.train)] for fold, log_odds in zip(folds.folds, said)))


def base_predictions(y: Floats, weight: Floats, band: NDArray[np.intp], folds: Folds) -> Floats:
    """Out-of-time log-odds of the base rate: that of the training rows at the same age, shrunk to the overall rate."""

    def predict(train: Rows, test: Rows) -> Floats:
        overall = float(np.average(y[train], weights=weight[train]))
        by_band = np.empty(int(band.max()) + 1)
        for k in range(len(by_band)):
            rows = train[band[train] == k]
            rate = (y[rows].sum() + _PRIOR_ROWS * overall) / (len(rows) + _PRIOR_ROWS) if len(by_band) > 1 else overall
            by_band[k] = np.log(rate / (1 - rate))
        return np.asarray(by_band[band[test]])

    return out_of_time(predict, folds, len(y))
