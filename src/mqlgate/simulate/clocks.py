"""Time in a simulated world: whole seconds since 1970, the ramp of drift, the swing of the year, and sales' clock.

Never draws a number.
"""

from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
Reals = NDArray[np.float64]

DAY: Final = 86_400
WEEK: Final = 7 * DAY
NEVER: Final = np.iinfo(np.int64).max // 4
"""Later than anything that happens."""
_FIRST_MONDAY: Final = 4 * DAY  # 1970-01-05
_OPENS, _CLOSES, _WORKDAYS = 8 * 3_600, 18 * 3_600, 5
_YEAR: Final = 365.25 * DAY
_FOREVER: Final = 1e6  # days; a log-logistic delay may be longer than any calendar


def seconds(moment: datetime) -> int:
    """A naive UTC datetime as whole seconds since 1970."""
    return int(moment.replace(tzinfo=UTC).timestamp())


def swing(at: Seconds) -> Reals:
    """The year's swing, in [-1, 1]: highest in mid-October, lowest in mid-April."""
    peak = 287 * DAY
    wave: Reals = np.cos(2 * np.pi * (np.asarray(at, dtype=np.float64) - peak) / _YEAR)
    return wave


def ramp(at: Seconds, begins: float, ends: float) -> Reals:
    """0 before `begins`, 1 after `ends` (both in seconds), linear between."""
    risen: Reals = np.clip((np.asarray(at, dtype=np.float64) - begins) / (ends - begins), 0.0, 1.0)
    return risen


def _knots() -> tuple[Reals, Reals]:
    """Seconds of a week at which sales' clock changes its pace, and what it shows then, in seconds of a full week."""
    pace = WEEK / (_WORKDAYS * (_CLOSES - _OPENS))
    at, shows = [0.0], [0.0]
    for day in range(_WORKDAYS):
        at += [day * DAY + _OPENS, day * DAY + _CLOSES]
        shows += [shows[-1], shows[-1] + pace * (_CLOSES - _OPENS)]
    return np.array([*at, WEEK], dtype=np.float64), np.array([*shows, WEEK], dtype=np.float64)


class SalesClock:
    """The clock that delays of sales run on. With office hours it stands still at night and at weekends.

    It shows as many days a week as the calendar, so that delays are comparable: ten office hours are 1.4 days.
    """

    def __init__(self, office_hours: bool) -> None:
        self.office = office_hours
        self._knots = _knots() if office_hours else (np.array([0.0, WEEK]), np.array([0.0, WEEK]))

    def shows(self, at: Seconds) -> Reals:
        """What the clock shows at moments, in days."""
        week, rest = np.divmod(np.asarray(at, dtype=np.int64) - _FIRST_MONDAY, WEEK)
        shown: Reals = (week * WEEK + np.interp(rest, *self._knots)) / DAY
        return shown

    def elapsed(self, start: Seconds, at: Seconds) -> Reals:
        """Days on the clock from `start` to `at`, at least 0."""
        days: Reals = np.maximum(self.shows(at) - self.shows(start), 0.0)
        return days

    def after(self, start: Seconds, days: Reals) -> Seconds:
        """The moments at which the clock has run `days` since `start`, to the second; NEVER for infinite days."""
        finite = np.isfinite(days)
        shown = self.shows(start) * DAY + np.where(finite, days, 0.0) * DAY
        week, rest = np.divmod(shown, WEEK)
        at, shows = self._knots
        moving = np.flatnonzero(np.diff(shows) > 0)
        piece = moving[np.clip(np.searchsorted(shows[moving], rest, side="right") - 1, 0, len(moving) - 1)]
        pace = (at[piece + 1] - at[piece]) / (shows[piece + 1] - shows[piece])
        moments = week * WEEK + at[piece] + (rest - shows[piece]) * pace + _FIRST_MONDAY
        return np.where(finite & (days < _FOREVER), np.rint(moments), NEVER).astype(np.int64)
