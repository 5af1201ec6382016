"""Columns that tell by when they were set: dates after the snapshot, numbers in the order of decisions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mqlgate.contract.leakage.known import Known, Values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_AFTER = 0.02
_PLANNED = 0.002
_AT_LEAST = 20
_ORDERED = 0.95
_CLOSER = 0.3
_MIN_DECIDED = 50


@dataclass(frozen=True)
class Later:
    """Of a column of dates: how many there are, lie after the MQL snapshot, fall on the day of the decision."""

    filled: int
    after: int
    at_decision: int


def later(values: Values, known: Known, as_of: float) -> Later | None:
    """Dates after the snapshot that can only have been recorded then: none reaches beyond as-of, as a plan would."""
    import numpy as np

    if values.kind != "time" or values.number is None or not known.dated:
        return None
    day = values.number
    filled = ~np.isnan(day)
    after = filled & (day > known.seen) & (day <= as_of)
    beyond = filled & (day > as_of)
    if after.sum() < max(_AT_LEAST, _AFTER * filled.sum()) or beyond.sum() > _PLANNED * filled.sum():
        return None
    same_day = after & (np.floor(day) == np.floor(known.decided))
    return Later(int(filled.sum()), int(after.sum()), int(same_day.sum()))


def numbered_by_decision(values: Values, known: Known) -> tuple[float, float] | None:
    """Rank correlations with the decision's time and with the qualification's, where the first explains the order.

    An id that is given when a lead comes in follows the time of qualification; one that is given when a lead is decided
    follows the decision.
    """
    import numpy as np

    number = values.number
    if number is None:
        number = np.where(values.filled, np.asarray(values.code, dtype=np.float64), np.nan)
    if values.kind == "category" or not known.dated:
        return None
    there = ~np.isnan(number) & ~np.isnan(known.decided)
    if there.sum() < _MIN_DECIDED or np.unique(number[there]).size < 0.5 * there.sum():
        return None
    by_decision = abs(_rank_correlation(number[there], known.decided[there]))
    by_arrival = abs(_rank_correlation(number[there], known.at[there]))
    if by_decision >= _ORDERED and 1 - by_decision <= _CLOSER * (1 - by_arrival):
        return by_decision, by_arrival
    return None


def _rank_correlation(x: "Floats", y: "Floats") -> float:
    import numpy as np

    def ranks(values: "Floats") -> "Floats":
        _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        return np.asarray((np.cumsum(counts) - (counts - 1) / 2.0)[place])

    return float(np.corrcoef(ranks(x), ranks(y))[0, 1])
