"""Where the level of conversion stands now, when it moves from month to month: a local-level model over time blocks.

Sees predictions, outcomes and times; never a column. It moves all probabilities together, in log-odds.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mqlgate.model.additive import Floats
from mqlgate.model.losses import level_shift, probability

_MOST_BLOCKS = 12
_EACH_CLASS = 25
_PRIOR_VARIANCE = 1.0


@dataclass(frozen=True)
class Level:
    """Log-odds to add to predictions of the next leads, and the variance of what they will really lack."""

    shift: float
    variance: float


def newest_level(log_odds: Floats, y: Floats, weight: Floats, at: Floats, until: float) -> Level:
    """The level of the newest rows, shrunk towards that of all rows where the past shows no more movement than chance.

    A random walk observed with noise, filtered (Harvey 1989, Forecasting, Structural Time Series Models and the
    Kalman Filter, 2.3 and 4.1). A block's level is the shift that makes the mean probability its rate; how far levels
    walk is estimated from the squares of successive differences. A walk that is not clear of chance by a standard
    error moves no prediction, yet widens intervals.

    Parameters
    ----------
    log_odds, y, weight
        Predictions, outcomes (0 or 1) and weights of leads at one age.
    at
        When each became an MQL.
    until
        The moment from which predictions are wanted, in the same unit.
    """
    if len(y) == 0:
        return Level(0.0, _PRIOR_VARIANCE)
    count = int(np.clip(min(y.sum(), (1 - y).sum()) // _EACH_CLASS, 1, _MOST_BLOCKS))
    rank = pd.Series(at).rank(method="min").to_numpy() - 1
    block = np.minimum((rank * count / len(at)).astype(int), count - 1)
    blocks = [block == k for k in range(count) if (block == k).any()]
    shifts = np.array([level_shift(log_odds[b], y[b], weight[b]) for b in blocks])
    noise = np.array([1 / _information(log_odds[b] + s, weight[b]) for b, s in zip(blocks, shifts, strict=True)])
    walk, chance = _walk(shifts, noise)
    sure = max(0.0, walk - chance)
    shift, variance = 0.0, _PRIOR_VARIANCE
    for seen, uncertain in zip(shifts, noise, strict=True):
        variance += sure
        gain = variance / (variance + uncertain)
        shift, variance = shift + gain * (seen - shift), (1 - gain) * variance
    length = (float(at.max()) - float(at.min())) / len(blocks)
    ahead = 1 + max(0.0, until - float(at.max())) / length if length > 0 else 1.0
    return Level(float(shift), float(variance + max(0.0, walk) * ahead))


def _information(log_odds: Floats, weight: Floats) -> float:
    p = probability(log_odds)
    return max(float(weight @ (p * (1 - p))), 1e-9)


def _walk(shifts: Floats, noise: Floats) -> tuple[float, float]:
    """Variance of a step (it may come out below 0), and the standard error that chance alone gives it.

    Successive differences share a block, so their squares correlate by a quarter.
    """
    if len(shifts) < 3:
        return 0.0, 0.0
    expected = noise[1:] + noise[:-1]
    walk = float(np.mean(np.diff(shifts) ** 2 - expected))
    return walk, float(np.sqrt(1.5 * 2 * np.sum(expected**2)) / len(expected))
