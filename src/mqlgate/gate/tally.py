"""How many leads and SQLs stand at or above each candidate gate. Never judges one.

The candidate gates are fixed before any lead is seen: that is what makes every count at or above one of them an exact
binomial, and what makes a recommended gate a figure that people can say aloud.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mqlgate.gate.bounds import FloatArray, IntArray

_FINE_UP_TO = 0.05


def _candidate_gates() -> FloatArray:
    # Where SQLs are rare all scores are low: there the gates stand ten times as close.
    fine = np.round(np.arange(1, round(_FINE_UP_TO * 10_000)) * 0.0001, 4)
    coarse = np.round(np.arange(round(_FINE_UP_TO * 1_000), 1_000) * 0.001, 3)
    return np.concatenate([fine, coarse])


GATES = _candidate_gates()
"""Candidate gates, ascending: every 0.0001 below 0.05, every 0.001 from there to 0.999."""
GATES.setflags(write=False)


@dataclass(frozen=True)
class Tally:
    """Counts at or above each candidate gate.

    `gates` ascending, shape (k,); `leads` and `sqls` of the same shape, both non-increasing. `all_leads` and `all_sqls`
    count the whole cohort, what lies below the lowest gate included.
    """

    gates: FloatArray
    leads: IntArray
    sqls: IntArray
    all_leads: int
    all_sqls: int

    @property
    def rate(self) -> FloatArray:
        """SQL rate at or above each gate, NaN where no lead is."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.sqls / np.where(self.leads > 0, self.leads, np.nan), dtype=np.float64)


def cells(scores: ArrayLike, gates: FloatArray = GATES) -> IntArray:
    """For each score the index of the highest gate that it reaches, -1 where it reaches none."""
    return np.searchsorted(gates, np.asarray(scores, dtype=np.float64), side="right").astype(np.int64) - 1


def tally(scores: ArrayLike, labels: ArrayLike, gates: FloatArray = GATES) -> Tally:
    """Count leads and SQLs at or above each gate.

    Parameters
    ----------
    scores
        Predicted probabilities, shape (n,).
    labels
        1 for an SQL, 0 for none, shape (n,).
    gates
        Candidate gates, ascending, chosen without a look at the labels.
    """
    return tally_cells(cells(scores, gates), labels, gates)


def tally_cells(cell: IntArray, labels: ArrayLike, gates: FloatArray = GATES) -> Tally:
    """`tally` for scores that are already sorted into `cells`."""
    is_sql = np.asarray(labels) == 1
    return Tally(
        gates, at_or_above(cell, len(gates)), at_or_above(cell[is_sql], len(gates)), len(cell), int(is_sql.sum())
    )


def at_or_above(cell: IntArray, gates: int) -> IntArray:
    """How many of the cells stand at or above each of so many gates."""
    counts: NDArray[np.int64] = np.bincount(cell + 1, minlength=gates + 1)[1:]
    return counts[::-1].cumsum()[::-1]
