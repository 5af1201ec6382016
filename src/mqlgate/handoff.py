"""From numbers to what a rep sees: score, trend, quadrant, gate passed. Pure functions on arrays; never a table."""

from typing import TYPE_CHECKING

from mqlgate import domain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HIGH = 50
"""A fit or intent percentile is high from here on."""


def scores(p_sql: "NDArray[np.float64]") -> "NDArray[np.int64]":
    """The whole percent of `p_sql`: 37 means that 37 of 100 such leads become SQLs."""
    import numpy as np

    return np.floor(100 * p_sql).astype(np.int64)


def trends(
    p_sql: "NDArray[np.float64]", p_without_news: "NDArray[np.float64]", is_new: "NDArray[np.bool_]"
) -> "NDArray[np.object_]":
    """`new`, `improving`, `steady` or `declining`: what the last days' news did to a lead's probability.

    `p_without_news` is today's probability with the news of the last `domain.TREND_DAYS` days left out, so that age
    alone moves nothing. More than `domain.TREND_POINTS` points is a trend.
    """
    import numpy as np

    points = 100 * (p_sql - p_without_news)
    moved = [points > domain.TREND_POINTS, points < -domain.TREND_POINTS]
    return np.select([is_new, *moved], ["new", "improving", "declining"], default="steady").astype(object)


def quadrants(fit: "NDArray[np.int64]", intent: "NDArray[np.int64]", high: int = HIGH) -> "NDArray[np.object_]":
    """`pursue` (high fit, high intent), `nurture` (fit only), `qualify` (intent only) or `hold`."""
    import numpy as np

    fits, intends = fit >= high, intent >= high
    return np.select([fits & intends, fits, intends], ["pursue", "nurture", "qualify"], default="hold").astype(object)


def passes(
    p_at_mql: "NDArray[np.float64]",
    p_sql: "NDArray[np.float64]",
    gate: "NDArray[np.float64]",
    disqualified: "NDArray[np.bool_]",
) -> "NDArray[np.object_]":
    """True where either probability reaches the lead's gate and nothing disqualifies it; None where `gate` is NaN."""
    import numpy as np

    reached = ((p_at_mql >= gate) | (p_sql >= gate)) & ~disqualified
    told = reached.astype(object)
    told[np.isnan(gate)] = None
    return told
