"""How long acceptances take, where the youngest leads have not been followed to the end. Pure; reads no table.

The quantile of the acceptances seen so far is too short: of a young lead only a quick acceptance can have been seen.
Lead i is seen to be accepted after T days only if T is at most R, the days it has been followed: T is right-truncated.
The distribution of T given T <= tau is then estimated backwards in time by the product-limit rule of Lagakos, Barraj
and De Gruttola (1988, Biometrika 75):  F(t) = product over s > t of 1 - d(s) / n(s), with d(s) acceptances at s and
n(s) = #{i : T_i <= s <= R_i}.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

HELD = 0.90
"""Share of acceptances that a horizon is to hold."""

FEWEST = 30
_NEAR = 0.02
_LADDER = (
    1,
    2,
    3,
    5,
    7,
    10,
    14,
    21,
    30,
    45,
    60,
    75,
    90,
    105,
    120,
    150,
    180,
    210,
    240,
    270,
    300,
    365,
    450,
    540,
    730,
    1095,
)


@dataclass(frozen=True)
class TimeToAcceptance:
    """How long acceptances take.

    Attributes
    ----------
    days
        Days within which `HELD` of acceptances come, corrected for leads that were not followed long enough.
    naive_days
        The same among the acceptances seen, uncorrected.
    within_days
        The correction sees no further than this: acceptances that take longer are left out of account.
    acceptances
        How many it rests on.
    """

    days: float
    naive_days: float
    within_days: float
    acceptances: int


def time_to_acceptance(taken: "np.ndarray", followed: "np.ndarray") -> TimeToAcceptance | None:
    """Estimate from each accepted lead's days to acceptance and days followed, both of shape (n,), taken <= followed.

    Returns None with fewer than 30 acceptances: then no horizon can be learned.
    """
    import numpy as np

    if len(taken) < FEWEST:
        return None
    order = np.sort(taken)
    # tau: the longest span over which at least 30 accepted leads have been followed, so that n(s) never gets small.
    tau = float(np.sort(followed)[-FEWEST])
    kept = taken <= tau
    if kept.sum() < FEWEST:
        tau, kept = float(order[-1]), np.ones(len(taken), dtype=bool)
    t, r = taken[kept], followed[kept]
    times, deaths = np.unique(t, return_counts=True)
    at_risk = np.searchsorted(np.sort(t), times, side="right") - np.searchsorted(np.sort(r), times, side="left")
    later = np.cumprod((1.0 - deaths / np.maximum(at_risk, deaths))[::-1])[::-1]
    below = np.append(later[1:], 1.0)  # F at each of `times`: the product over all strictly later ones
    place = int(np.searchsorted(below, HELD, side="left"))
    return TimeToAcceptance(
        float(times[min(place, len(times) - 1)]), float(np.quantile(taken, HELD)), tau, int(kept.sum())
    )


def rounded_up(days: float) -> int:
    """The next length that people use: 7, 14, 30, 45, 60, 90, … days; one that is missed by 2 % counts as reached."""
    return next((step for step in _LADDER if step * (1 + _NEAR) >= days), _LADDER[-1])
