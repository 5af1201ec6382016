"""Segments: which of them can be promised a gate of their own, jointly with the global one. Never sees a table."""

from dataclasses import dataclass

import numpy as np

from mqlgate.gate.bounds import BoolArray, IntArray
from mqlgate.gate.guarantee import Guaranteed, lowest_gate
from mqlgate.gate.tally import tally_cells

_GLOBAL_SHARE = 0.5
"""Of the error budget, where segments are asked for; those with leads enough share the rest equally (Bonferroni)."""


@dataclass(frozen=True)
class Split:
    """How 1 - confidence is shared: `overall` for the global gate, `each` for every segment that is `tested`."""

    overall: float
    each: float
    tested: tuple[int, ...]


def split(confidence: float, leads: IntArray, fewest: int) -> Split:
    """Share out the error budget by the segments' numbers of mature leads alone; labels have no say in it.

    Promises that hold with errors of at most e1, e2, … hold jointly with an error of at most their sum (Bonferroni),
    however the segments depend on each other and on the whole.
    """
    error = 1 - confidence
    tested = tuple(int(index) for index in np.flatnonzero(leads >= fewest))
    if not tested:
        return Split(error, 0.0, ())
    return Split(error * _GLOBAL_SHARE, error * (1 - _GLOBAL_SHARE) / len(tested), tested)


def own_gates(
    cell: IntArray, is_sql: BoolArray, segment: IntArray, target: float, shared: Split
) -> dict[int, Guaranteed]:
    """The test's outcome for every tested segment; `cell`, `is_sql` and `segment` are of mature leads, shape (n,)."""
    return {
        index: lowest_gate(tally_cells(cell[segment == index], is_sql[segment == index]), target, shared.each)
        for index in shared.tested
    }
