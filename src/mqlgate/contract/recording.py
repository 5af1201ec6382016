"""Since when, and until when, outcomes were recorded: an early period without any is no period of zeros.

Pure functions on days, and one thin query. Never judges a lead.
"""

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mqlgate.crm import Crm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Days = NDArray[np.float64]

INCREDIBLE = 1e-3
"""Probability below which 'there were none' is not believed."""
_EPOCH = datetime(1970, 1, 1)


def outcomes_begin(crm: Crm, as_of: datetime) -> datetime | None:
    """The moment before which acceptances evidently were not recorded; None where nothing speaks against them.

    Leads qualified before it must not be trained on: their zeros are none.
    """
    known = _known(crm, as_of)
    start = None if known is None else evident_start(*known, _days(as_of))
    return None if start is None else _moment(start)


def outcomes_end(crm: Crm, as_of: datetime) -> datetime | None:
    """The moment after which acceptances evidently were no longer recorded; None where nothing speaks against them."""
    known = _known(crm, as_of)
    end = None if known is None else evident_end(*known, _days(as_of))
    return None if end is None else _moment(end)


def evident_start(qualified: "Days", accepted: "Days", now: float) -> float | None:
    """The first acceptance, where it is statistically incredible that none came before it.

    The leads qualified since then tell how fast leads are accepted (Kaplan and Meier 1958, still open leads counted
    as long as they were watched). From that follows how many acceptances the earlier leads should have had before the
    first one; if a Poisson number with that mean is zero with probability below `INCREDIBLE`, they were not recorded.

    Parameters
    ----------
    qualified, accepted
        Days since any one moment, shape (leads,); `accepted` is NaN where a lead was not accepted so far.
    now
        The day on which all this is known.
    """
    import numpy as np

    times = accepted[accepted >= qualified]
    if times.size == 0:
        return None
    first = float(times.min())
    later = qualified >= first
    expected = _expected(qualified[later], accepted[later], now, first - qualified[~later])
    return first if math.exp(-float(np.sum(expected))) < INCREDIBLE else None


def evident_end(qualified: "Days", accepted: "Days", now: float) -> float | None:
    """The last acceptance, where it is statistically incredible that none came after it; see `evident_start`."""
    import numpy as np

    times = accepted[accepted >= qualified]
    if times.size == 0:
        return None
    last = float(times.max())
    waiting = ~(accepted >= qualified)
    before, after = last - qualified[waiting], now - qualified[waiting]
    watched = qualified <= last
    until_last = _expected(qualified[watched], accepted[watched], last, np.maximum(before, 0.0))
    until_now = _expected(qualified[watched], accepted[watched], last, after)
    # Of those who waited until `last`, the share still to come.
    due = (until_now - until_last) / np.maximum(1.0 - until_last, 1e-9)
    return last if math.exp(-float(np.sum(due))) < INCREDIBLE else None


def _expected(qualified: "Days", accepted: "Days", now: float, waited: "Days") -> "Days":
    """P(accepted within `waited` days), learned from other leads; a lower bound where those are few."""
    import numpy as np

    taken = (accepted >= qualified) & (accepted <= now)
    lag = np.where(taken, accepted - qualified, now - qualified)
    accepted_count = int(taken.sum())
    if accepted_count < 5:
        return np.zeros(len(waited))
    order = np.argsort(lag, kind="stable")
    lag, taken = lag[order], taken[order]
    at_risk = np.arange(len(lag), 0, -1)
    still_open = np.cumprod(1.0 - taken / at_risk)
    place = np.searchsorted(lag, waited, side="right") - 1
    share = np.where(place >= 0, 1.0 - still_open[np.maximum(place, 0)], 0.0)
    return np.asarray(share * max(0.0, 1.0 - 2.0 / math.sqrt(accepted_count)))


def _known(crm: Crm, as_of: datetime) -> "tuple[Days, Days] | None":
    """Days of qualification and of first acceptance since then, of all leads qualified by `as_of`."""
    import numpy as np

    if not crm.is_dated or crm.has_target_column:
        return None
    found = crm.con.execute(
        """SELECT epoch_us(l.qualified_at) / 86400e6 AS qualified,
                  min(epoch_us(o."at")) FILTER (o.accepted AND o.at_end >= l.qualified_at) / 86400e6 AS accepted
           FROM lead l LEFT JOIN (SELECT * FROM outcome WHERE seen <= $as_of) o USING (lead_id)
           WHERE l.qualified_at <= $as_of GROUP BY l.row, l.qualified_at ORDER BY l.row""",
        {"as_of": as_of},
    ).fetchnumpy()
    qualified = np.asarray(found["qualified"], dtype=np.float64)
    accepted = np.ma.filled(np.ma.asarray(found["accepted"], dtype=np.float64), np.nan)
    # A date without time may fall some hours before a qualification of the same day: that is no wait at all.
    same_day = (accepted < qualified) & (accepted > qualified - 1.0)
    return qualified, np.where(same_day, qualified, accepted)


def _days(moment: datetime) -> float:
    return (moment - _EPOCH) / timedelta(days=1)


def _moment(days: float) -> datetime:
    return _EPOCH + timedelta(microseconds=round(days * 86_400e6))
