"""Moments in time. All times inside mqlgate are naive UTC datetimes; this file is where they are made.

Never reads a table. The wall clock is read in one place, `wall_clock`, and passed in everywhere else.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mqlgate.errors import InputError, quoted

LAST_MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


def wall_clock() -> datetime:
    """Now, in naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def to_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """Naive UTC of `moment`, which is taken to be in `zone` where it names none.

    Where clocks were put back and the hour came twice, it is the earlier one.
    """
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return local.astimezone(UTC).replace(tzinfo=None)


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment as a user types it: a date means the end of that day in `zone`, a timestamp that instant.

    ISO 8601, in its compact form too: 2018-02-28, 20180228, 2018-02-28T09:30, 2018-02-28T09:30Z.

    Raises
    ------
    InputError
        If `text` is neither.
    """
    try:
        day = _day(text.strip())
        if day is not None:
            return to_utc(datetime.combine(day + DAY, time()), zone) - LAST_MICROSECOND
        return to_utc(datetime.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError):
        raise InputError(
            "--as-of",
            f"{quoted(text)} is not a moment",
            "a date such as 2018-02-28 (the end of that day) or a timestamp such as 2018-02-28T09:30",
        ) from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def iso(moment: datetime) -> str:
    """ISO 8601 with Z, to the second or, where there is a fraction, to the microsecond."""
    return moment.isoformat() + "Z"
