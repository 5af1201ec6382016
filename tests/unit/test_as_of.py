"""The moment that the CRM is seen at, and the time zones of what has none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ground.small_crm import NOW, crm_of
from mqlgate.clock import read_moment
from mqlgate.errors import InputError


def latest(*moments: str, **sections) -> datetime:
    return crm_of(
        leads=({"lead_id": list("abcdef"[: len(moments)]), "at": list(moments)}, {"qualified_at": "at"}), **sections
    ).as_of


def test_as_of_is_the_latest_mapped_time():
    assert latest("2026-01-01T10:00", "2026-03-01T11:30", "") == datetime(2026, 3, 1, 11, 30)


def test_times_after_the_wall_clock_are_ignored():
    assert latest("2026-01-01T10:00", "2026-07-01T00:00:01", "2099-01-01T00:00") == datetime(2026, 1, 1, 10)


def test_a_latest_date_without_time_is_its_whole_day():
    assert latest("2026-01-01T10:00", "2026-03-01") == datetime(2026, 3, 1, 23, 59, 59, 999999)


def test_a_date_of_today_reaches_no_further_than_the_wall_clock():
    assert latest("2026-01-01", "2026-07-01") == NOW


def test_without_any_mapped_time_it_is_the_wall_clock():
    assert crm_of(leads=({"lead_id": ["a"], "x": [1]}, {})).as_of == NOW


def test_times_that_name_no_zone_are_in_the_configured_one():
    assert latest("2026-01-15T10:00", timezone="America/New_York") == datetime(2026, 1, 15, 15)
    assert latest("2026-06-15T10:00", timezone="America/New_York") == datetime(2026, 6, 15, 14)
    assert latest("2026-01-15T10:00+02:00", timezone="America/New_York") == datetime(2026, 1, 15, 8)
    assert latest("2026-01-15", timezone="America/New_York") == datetime(2026, 1, 16, 4, 59, 59, 999999)


@pytest.mark.parametrize(
    ("said", "zone", "moment"),
    [
        ("2026-01-31", "UTC", datetime(2026, 1, 31, 23, 59, 59, 999999)),
        ("2026-01-31", "Europe/Berlin", datetime(2026, 1, 31, 22, 59, 59, 999999)),
        ("2026-01-31T09:30", "UTC", datetime(2026, 1, 31, 9, 30)),
        ("2026-01-31T09:30", "Europe/Berlin", datetime(2026, 1, 31, 8, 30)),
        ("2026-01-31T09:30Z", "Europe/Berlin", datetime(2026, 1, 31, 9, 30)),
    ],
)
def test_as_of_as_typed(said, zone, moment):
    assert read_moment(said, ZoneInfo(zone)) == moment


@pytest.mark.parametrize("said", ["yesterday", "31.01.2026", "2026-02-31", ""])
def test_no_moment_is_a_clear_mistake(said):
    with pytest.raises(InputError, match="such as 2018-02-28"):
        read_moment(said, ZoneInfo("UTC"))
