"""Log-logistic delays: distribution, survival and draws in elementary functions. Knows nothing of leads."""

import numpy as np

from mqlgate.simulate.clocks import Reals


def arrived(days: Reals, median: Reals | float, shape: float) -> Reals:
    """P(delay <= days) = x / (1 + x) with x = (days / median)^shape; 0 where days are not positive."""
    ratio = (np.maximum(days, 0.0) / median) ** shape
    return np.asarray(ratio / (1.0 + ratio), dtype=np.float64)


def waiting(days: Reals, median: Reals | float, shape: float) -> Reals:
    """P(delay > days)."""
    return np.asarray(1.0 / (1.0 + (np.maximum(days, 0.0) / median) ** shape), dtype=np.float64)


def drawn(level: Reals, median: Reals | float, shape: float) -> Reals:
    """The delay at a level of its distribution: median * (level / (1 - level))^(1 / shape)."""
    return np.asarray(median * (level / (1.0 - level)) ** (1.0 / shape), dtype=np.float64)


def logistic(log_odds: Reals) -> Reals:
    """The probability of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float64)
