"""Which of a few models the past speaks for, and whether it speaks for any over the base rate.

Sees out-of-time predictions alone and knows no family of models.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate.model.additive import Floats
from mqlgate.model.losses import Difference, level_shift, log_loss, paired_difference
from mqlgate.model.validation import Folds, Rows

SIGNAL_ERRORS = 1.645
"""Standard errors by which the base rate must be beaten, by predictions that were chosen without what judges them.

One-sided 95 % for one test. Several share it, yet where there is no signal each of them has to make good for what it
overfits first: how seldom signal is then invented is a promise that `make promises` tests.
"""


@dataclass(frozen=True)
class Choice:
    """Positions among the candidates.

    `chosen` is what the whole past speaks for. `nested` is, for each fold, what the folds before it spoke for:
    predictions by it have used no outcome of their own fold in any way. `gain` is the fall of log loss from the base
    rate to what beats it most surely, these or a candidate that was settled beforehand.
    """

    chosen: int
    nested: tuple[int, ...]
    signal: bool
    gain: Difference
    losses: tuple[float, ...]


def choose(
    predictions: NDArray[np.float64],
    base: Floats,
    settled: Sequence[int],
    y: Floats,
    weight: Floats,
    folds: Folds,
    block: NDArray[np.int64],
) -> Choice:
    """The simplest candidate within one standard error of the best, and whether choosing so beats the base rate.

    Losses are of predictions whose level was set right in each fold, base rate included: how the level moves from one
    period to the next is no merit or fault of a column, and another's work (`level`). The rule of one standard error
    (Breiman et al. 1984) is applied to paired differences over time blocks. Signal is judged on `nested` predictions,
    and on those of candidates that were settled before any data were seen, so that the choice among many cannot fake a
    gain.

    Parameters
    ----------
    predictions
        Log-odds of shape (candidates, n), from the simplest candidate to the richest; NaN where no fold tests.
    base
        Log-odds of the base rate, NaN where no fold tests.
    settled
        Candidates settled beforehand; the first stands in for the first fold, before which nothing was seen.
    block
        Time blocks, as of `validation.time_blocks`.
    """
    losses = np.array([levelled_loss(log_odds, y, weight, folds) for log_odds in predictions])
    fold = folds.number_of(len(y))
    nested: list[int] = []
    nested_loss = np.full(len(y), np.nan)
    for part in folds.folds:
        earlier = np.flatnonzero((fold > 0) & (fold < part.number))
        nested.append(_simplest(losses, weight, block, fold, earlier) if len(earlier) else settled[0])
        nested_loss[part.test] = losses[nested[-1], part.test]
    tested = folds.tested
    base_loss = levelled_loss(base, y, weight, folds)
    gains = [
        paired_difference(base_loss[tested], loss[tested], weight[tested], block[tested], fold[tested])
        for loss in (nested_loss, *losses[list(settled)])
    ]
    gain = max(gains, key=lambda found: found.mean - SIGNAL_ERRORS * found.standard_error)
    return Choice(
        chosen=_simplest(losses, weight, block, fold, tested),
        nested=tuple(nested),
        signal=gain.mean > SIGNAL_ERRORS * gain.standard_error,
        gain=gain,
        losses=tuple(float(np.average(loss[tested], weights=weight[tested])) for loss in losses),
    )


def levelled_loss(log_odds: Floats, y: Floats, weight: Floats, folds: Folds) -> Floats:
    """Log loss of each tested row after each fold's level was set right; NaN where no fold tests."""
    loss = np.full(len(y), np.nan)
    for fold in folds.folds:
        test = fold.test
        shift = level_shift(log_odds[test], y[test], weight[test])
        loss[test] = log_loss(log_odds[test] + shift, y[test])
    return loss


def _simplest(
    losses: NDArray[np.float64], weight: Floats, block: NDArray[np.int64], fold: NDArray[np.int64], rows: Rows
) -> int:
    means = losses[:, rows] @ weight[rows]
    best = int(np.argmin(means))
    for position in range(best):
        worse = paired_difference(losses[position, rows], losses[best, rows], weight[rows], block[rows], fold[rows])
        if worse.mean <= worse.standard_error:
            return position
    return best
