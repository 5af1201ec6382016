"""How many leads a week reach each gate, and how much that varies. Never looks at labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

from mqlgate.gate.bounds import BoolArray, FloatArray, IntArray

MOST_WEEKS = 26
"""Older weeks say little of the next one."""
_FEWEST_WEEKS = 2
_FEWEST_DEGREES = 3
_WEEK = 7.0
WEEKS_PER_MONTH = 365.25 / 12 / _WEEK


@dataclass(frozen=True)
class Arrivals:
    """New MQLs in each of the latest whole weeks, latest first, at or above each gate: shape (weeks, gates).

    Kept as counts alone, so that the object is small however many leads there are.
    """

    counts: IntArray

    @property
    def weeks(self) -> int:
        """How many whole weeks were seen."""
        return int(self.counts.shape[0])

    @property
    def mean(self) -> FloatArray:
        """Leads a week at or above each gate."""
        return np.asarray(self.counts.mean(axis=0), dtype=np.float64)

    def variance(self, weeks: float = 1.0) -> FloatArray:
        """Variance of the count of so many coming weeks: the weeks' own, at least Poisson's, and that of the mean."""
        own = np.maximum(self.counts.var(axis=0, ddof=1), self.mean)
        return np.asarray(own * weeks * (1 + weeks / self.weeks), dtype=np.float64)

    def quantile(self, probability: float) -> FloatArray:
        """The count that a coming week does not exceed with this probability, at each gate.

        Negative binomial with the weeks' mean and variance; weeks are taken to be alike, without a trend. The variance
        is itself estimated from few weeks, so it is widened as Student's t widens the normal: by
        (weeks - 1) / (weeks - 3).
        """
        degrees = max(self.weeks - 1, _FEWEST_DEGREES)
        widened = np.maximum(self.variance() * degrees / (degrees - 2), self.mean)
        return count_quantile(self.mean, widened, np.full(self.mean.shape, probability))


def arrivals(days_ago: FloatArray, cell: IntArray, gates: int) -> Arrivals | None:
    """Weekly counts at or above each gate; None where fewer than two whole weeks are covered.

    Parameters
    ----------
    days_ago
        Age of each lead in days, 0 for the latest, shape (n,); NaN where it is not known, and not counted.
    cell
        The highest gate that each lead reaches, -1 for none, shape (n,).
    gates
        How many gates there are.
    """
    known = ~np.isnan(days_ago)
    if not known.any():
        return None
    weeks = int(min(MOST_WEEKS, (float(days_ago[known].max()) + 1) // _WEEK))
    if weeks < _FEWEST_WEEKS:
        return None
    recent = known & (days_ago < weeks * _WEEK)
    week = (days_ago[recent] // _WEEK).astype(np.int64)
    width = gates + 1
    counts: NDArray[np.int64] = np.bincount(week * width + cell[recent] + 1, minlength=weeks * width)
    counts = counts.reshape(weeks, width)[:, 1:]
    return Arrivals(counts[:, ::-1].cumsum(axis=1)[:, ::-1])


def count_quantile(mean: FloatArray, variance: FloatArray, probability: FloatArray) -> FloatArray:
    """Quantile of a count with this mean and variance: negative binomial, Poisson where it is not more spread out."""
    wide = variance > mean * (1 + 1e-9)
    size = np.where(wide, mean**2 / np.where(wide, variance - mean, 1.0), 1.0)
    success = np.where(wide, mean / np.where(variance > 0, variance, 1.0), 0.5)
    spread = nbinom.ppf(probability, np.maximum(size, 1e-9), np.clip(success, 1e-12, 1 - 1e-12))
    found = np.where(wide, spread, poisson.ppf(probability, mean))
    return np.where(mean > 0, np.maximum(found, 0), 0.0)


def arrivals_at(days_ago: FloatArray, reached: BoolArray, weeks: int) -> Arrivals:
    """Weekly counts of the leads that reach one gate, over so many latest weeks."""
    recent = reached & (days_ago < weeks * _WEEK)
    return Arrivals(np.bincount((days_ago[recent] // _WEEK).astype(np.int64), minlength=weeks)[:, None])
