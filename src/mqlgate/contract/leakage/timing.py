"""Columns that tell by when they were set: dates after the snapshot, numbers in the order of decisions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mqlgate.contract.leakage.known import Known, Values
from mqlgate.contract.leakage.traits import Traits

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


def numbered_by_decision(values: Values, traits: Traits, known: Known) -> tuple[float, float] | None:
    """Rank correlations with the decision's time and with the qualification's, where the first explains the order.

    An id that is given when a lead comes in follows the time of qualification; one that is given when a lead is decided
    follows the decision.
    """
    import numpy as np

    place = traits.place
    if values.kind in ("category", "boolean") or not known.dated or traits.different < 0.4 * (place >= 0).sum():
        return None
    there = (place >= 0) & ~np.isnan(known.decided)
    if there.sum() < _MIN_DECIDED:
        return None
    by_decision = abs(_rank_correlation(place[there], known.decided[there]))
    if by_decision < _ORDERED:
        return None
    by_arrival = abs(_rank_correlation(place[there], known.at[there]))
    return (by_decision, by_arrival) if 1 - by_decision <= _CLOSER * (1 - by_arrival) else None


def _rank_correlation(x: "NDArray[np.generic]", y: "Floats") -> float:
    import numpy as np

    def ranks(values: "NDArray[np.generic]") -> "Floats":
        _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        return np.asarray((np.cumsum(counts) - (counts - 1) / 2.0)[place])

    return float(np.corrcoef(ranks(x), ranks(y))[0, 1])
