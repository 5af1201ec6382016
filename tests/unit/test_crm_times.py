"""Time zones and dates in canonical form: clocks that are put forward and back, whole days, formats of one column."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from ground.small_crm import NOW, crm_of, rows, set_aside, values
from mqlgate.clock import read_moment
from mqlgate.errors import InputError

LAST = timedelta(microseconds=1)
BERLIN = "Europe/Berlin"
JUNE_30 = datetime(2026, 6, 30, 10)


def qualified(*said, zone="UTC", column="qualified_at", **section):
    known = crm_of(
        leads=(
            {"lead_id": [str(i) for i in range(len(said))], "mql_at": list(said)},
            {"qualified_at": "mql_at", **section},
        ),
        timezone=zone,
    )
    return [moment for (moment,) in rows(known, f"SELECT {column} FROM lead ORDER BY row")]


@pytest.mark.parametrize(
    ("rule", "zone", "said", "utc"),
    [
        ("in winter", BERLIN, "2026-03-29T01:59", datetime(2026, 3, 29, 0, 59)),
        ("in summer", BERLIN, "2026-03-29T03:00", datetime(2026, 3, 29, 1, 0)),
        ("an hour that was skipped: where it went on", BERLIN, "2026-03-29T02:30", datetime(2026, 3, 29, 1, 30)),
        ("an hour that came twice is the later", BERLIN, "2026-10-25T02:30", datetime(2026, 10, 25, 1, 30)),
        ("before it", BERLIN, "2026-10-25T01:59", datetime(2026, 10, 24, 23, 59)),
        ("after it", BERLIN, "2026-10-25T03:00", datetime(2026, 10, 25, 2, 0)),
        ("with its offset: no doubt", BERLIN, "2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30)),
        ("half an hour from the others", "Asia/Kolkata", "2026-01-01T00:00", datetime(2025, 12, 31, 18, 30)),
    ],
)  # fmt: skip
def test_a_local_time_is_one_moment(rule, zone, said, utc):
    assert qualified(said, zone=zone) == [utc], rule
    native = pd.to_datetime([said]) if "+" not in said else [said]
    assert qualified(*native, zone=zone) == [utc], rule


@pytest.mark.parametrize(
    ("rule", "zone", "day", "start", "end"),
    [
        ("24 hours", "UTC", "2026-03-29", datetime(2026, 3, 29), datetime(2026, 3, 30) - LAST),
        ("23 hours", BERLIN, "2026-03-29", datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22) - LAST),
        ("25 hours", BERLIN, "2026-10-25", datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 23) - LAST),
        ("no midnight", "America/Sao_Paulo", "2018-11-04", datetime(2018, 11, 4, 3), datetime(2018, 11, 5, 2) - LAST),
    ],
)  # fmt: skip
def test_a_day_is_as_long_as_it_was(rule, zone, day, start, end):
    for said in (day, pd.Timestamp(day).date()):
        assert qualified(said, zone=zone) == [start], rule
        assert qualified(said, zone=zone, column="qualified_seen") == [end], rule


def test_moments_stay_in_their_order_on_the_day_of_25_hours():
    said = [f"2026-10-25T{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 24 * 60, 20)]
    found = qualified(*said, zone="Europe/Berlin")
    assert found == sorted(set(found))


def test_a_moment_that_came_twice_is_seen_late_in_the_data_and_taken_early_as_an_as_of():
    # So what may have happened after the as-of is not seen.
    (happened,) = qualified("2026-10-25T02:30", zone="Europe/Berlin")
    assert read_moment("2026-10-25T02:30", ZoneInfo("Europe/Berlin")) < happened


def test_zones_in_the_data_win_over_the_configured_one():
    said = ["2026-06-01T10:00Z", "2026-06-01T10:00+02:00", "2026-06-01 10:00:00 -0730", "2026-06-01T10:00:00.5+02"]
    assert qualified(*said, zone="Asia/Tokyo") == [
        datetime(2026, 6, 1, 10),
        datetime(2026, 6, 1, 8),
        datetime(2026, 6, 1, 17, 30),
        datetime(2026, 6, 1, 8, 0, 0, 500000),
    ]


@pytest.mark.parametrize("zone", ["localtime", "Mars/Olympus", "", "../etc"])
def test_a_zone_that_is_none_is_an_error(zone):
    with pytest.raises(InputError, match="Europe/Berlin"):
        qualified("2026-01-01", zone=zone)


@pytest.mark.parametrize(
    ("rule", "said", "dayfirst", "read"),
    [
        ("one value can only be day-first", ["01/02/2026", "13/02/2026"], None, [(1, 2), (13, 2)]),
        ("one value can only be month-first", ["01/02/2026", "02/13/2026"], None, [(2, 1), (13, 2)]),
        ("all read both ways: slashes are months first", ["01/02/2026", "03/04/2026"], None, [(2, 1), (4, 3)]),
        ("all read both ways: dots are days first", ["01.02.2026", "03.04.2026"], None, [(1, 2), (3, 4)]),
        ("said: days first", ["01/02/2026", "03/04/2026"], True, [(1, 2), (3, 4)]),
        ("said: months first", ["01.02.2026", "03.04.2026"], False, [(2, 1), (4, 3)]),
        ("said, and one value contradicts", ["01/02/2026", "02/13/2026"], True, [(1, 2), None]),
        ("said, and all values contradict", ["01/31/2026", "02/13/2026"], True, [None, None]),
        ("said, and it does not matter", ["2026-02-01", "13 Feb 2026"], False, [(1, 2), (13, 2)]),
    ],
)
def test_one_order_of_day_and_month_per_column(rule, said, dayfirst, read):
    ids = [str(number) for number in range(len(said))]
    section = {"qualified_at": "mql_at", "dayfirst": dayfirst}
    known = crm_of(leads=({"lead_id": ids, "mql_at": said}, section))
    found = dict(rows(known, "SELECT lead_id, qualified_at FROM lead"))
    assert [(found[i].day, found[i].month) if i in found else None for i in ids] == read, rule
    assert len(set_aside(known)) == read.count(None)


def test_what_is_said_of_a_table_wins_over_what_is_said_of_the_leads():
    lookup = ({"id": ["x"], "founded": ["03/04/2026"]}, {"key": "firm", "id": "id", "dayfirst": True})
    other = ({"id": ["x"], "closed": ["03/04/2026"]}, {"key": "firm", "id": "id"})
    known = crm_of(
        leads=({"lead_id": ["a"], "firm": ["x"], "seen": ["03/04/2026"]}, {"dayfirst": False}), lookups=[lookup, other]
    )
    assert (values(known, "founded"), values(known, "closed")) == ([datetime(2026, 4, 3)], [datetime(2026, 3, 4)])


@pytest.mark.parametrize(
    ("rule", "acts", "as_of"),
    [
        ("recorded after the wall clock: when it happened", [("2026-06-30T10:00", "2026-08-01")], JUNE_30),
        ("recorded within the hour", [("2026-06-30T23:30", "2026-07-01T00:10")], datetime(2026, 6, 30, 23, 30)),
        ("recorded before the wall clock", [("2026-06-28T10:00", "2026-06-30T10:00")], JUNE_30),
        ("today, as far as it has passed", [("2026-07-01", "")], NOW),
        ("happens tomorrow", [("2026-07-02T10:00", "2026-06-01"), ("2026-06-30T10:00", "")], JUNE_30),
    ],
)  # fmt: skip
def test_as_of_is_the_latest_mapped_time_that_is_not_after_the_wall_clock(rule, acts, as_of):
    frame = pd.DataFrame(acts, columns=["at", "rec"]).assign(lead_id="a", kind="x")
    section = {"type": "kind", "at": "at", "recorded": "rec"}
    known = crm_of(leads=({"lead_id": ["a"]}, {}), activities=(frame, section))
    assert known.as_of == as_of, rule


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("20260131", datetime(2026, 1, 31, 23, 59, 59, 999999)),
        (" 2026-01-31 ", datetime(2026, 1, 31, 23, 59, 59, 999999)),
        ("2026-W05-6", datetime(2026, 1, 31, 23, 59, 59, 999999)),
        ("2026-01-31T09:30:15.25-01:00", datetime(2026, 1, 31, 10, 30, 15, 250000)),
        ("2026-01-31 09:30", datetime(2026, 1, 31, 9, 30)),
    ],
)
def test_a_date_as_typed_is_its_end_in_every_iso_form(said, moment):
    assert read_moment(said, ZoneInfo("UTC")) == moment


@pytest.mark.parametrize("said", ["9999-12-31", "0001-01-01T00:00+14:00"])
def test_a_moment_beyond_the_calendar_is_a_clear_mistake(said):
    with pytest.raises(InputError, match="is not a moment"):
        read_moment(said, ZoneInfo("UTC"))
