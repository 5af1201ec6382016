"""The interval of next month's realised SQL rate. Wider than that of the expected rate: a month's leads are few.

Never says anything of a month whose leads differ from the cohort's.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import bdtr
from scipy.stats import beta

from mqlgate.gate.arrivals import count_quantile

LEVEL = 0.90
_RATE_POINTS, _COUNT_POINTS = 32, 25
_BISECTIONS = 16
_FAR = 6.0  # standard deviations


def next_month_interval(
    sqls: int, leads: int, mean: float, variance: float, level: float = LEVEL
) -> tuple[float, float] | None:
    """Interval that next month's SQL rate (SQLs / leads at or above the gate) hits with probability `level`.

    Three things are unknown: the expected rate (Jeffreys' beta after `sqls` of `leads`), how many leads come (a count
    with this `mean` and `variance` a month, at least one), and which of them become SQLs (binomial): a beta-binomial,
    mixed over the number of leads. Its distribution function is averaged over a grid of both and inverted by bisection.

    Returns
    -------
    (low, high), or None where no lead was seen or none is expected.
    """
    if leads == 0 or mean <= 0:
        return None
    at = (np.arange(_RATE_POINTS) + 0.5) / _RATE_POINTS
    rates = beta.ppf(at, sqls + 0.5, leads - sqls + 0.5)[:, None]
    at = (np.arange(_COUNT_POINTS) + 0.5) / _COUNT_POINTS
    counts = count_quantile(np.full(at.shape, mean), np.full(at.shape, variance), at)
    counts, often = np.unique(np.maximum(counts, 1).astype(np.int64), return_counts=True)

    def at_most(rate: float) -> float:
        # The hair keeps 3/10 · 10 from becoming 2.999…
        return float((bdtr(np.floor(counts * rate + 1e-9), counts, rates) @ often).mean() / _COUNT_POINTS)

    expected = float(rates.mean())
    variance_of_rate = float(rates.var()) + expected * (1 - expected) * float((often / counts).sum()) / _COUNT_POINTS
    far = _FAR * variance_of_rate**0.5
    tail = (1 - level) / 2
    within = max(0.0, expected - far), min(1.0, expected + far)
    # A rate is a step of the distribution function; the interval must hold the steps at both of its ends.
    return _around(at_most, tail, within)[0], _around(at_most, 1 - tail, within)[1]


def _around(at_most: Callable[[float], float], probability: float, within: tuple[float, float]) -> tuple[float, float]:
    """Two rates, close to each other, between which `at_most` reaches a probability."""
    low = within[0] if at_most(within[0]) < probability else 0.0
    high = within[1] if at_most(within[1]) >= probability else 1.0
    if at_most(low) >= probability:
        return low, low
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if at_most(middle) >= probability else (middle, high)
    return low, high
