"""How dates are read: a table of cases, one a rule. All results are naive UTC."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest

from mqlgate.tables.times import TimeReading, read_times

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
LAST = 999_999


def read(
    values: Sequence[object], zone: ZoneInfo = UTC, dayfirst: bool | None = None, kind: str = "VARCHAR"
) -> tuple[TimeReading, list[tuple[datetime | None, datetime | None]]]:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.register(
        "given", pa.table({"n": range(len(values)), "v": pa.array([None if v is None else str(v) for v in values])})
    )
    con.execute(f'CREATE TABLE raw AS SELECT n AS __row, CAST(v AS {kind}) AS "the time" FROM given ORDER BY n')
    reading = read_times(con, "raw", "the time", zone, dayfirst)
    return reading, con.execute(f"SELECT {reading.at}, {reading.end} FROM raw ORDER BY __row").fetchall()


ONE_VALUE = {
    "2018-02-28": datetime(2018, 2, 28),
    "2018/02/28": datetime(2018, 2, 28),
    "2018.02.28": datetime(2018, 2, 28),
    "20180228": datetime(2018, 2, 28),
    "28.02.2018": datetime(2018, 2, 28),
    "28-02-2018": datetime(2018, 2, 28),
    "28/02/2018": datetime(2018, 2, 28),
    "02/28/2018": datetime(2018, 2, 28),
    "28/2/2018": datetime(2018, 2, 28),
    "28/02/18": datetime(2018, 2, 28),
    "28 Feb 2018": datetime(2018, 2, 28),
    "28-Feb-2018": datetime(2018, 2, 28),
    "28 February 2018": datetime(2018, 2, 28),
    "Feb 28, 2018": datetime(2018, 2, 28),
    "February 28, 2018": datetime(2018, 2, 28),
    " 2018-02-28 ": datetime(2018, 2, 28),
    "2018-02-28T09:30": datetime(2018, 2, 28, 9, 30),
    "2018-02-28 09:30": datetime(2018, 2, 28, 9, 30),
    "2018-02-28T09:30:15": datetime(2018, 2, 28, 9, 30, 15),
    "2018-02-28T09:30:15.123456": datetime(2018, 2, 28, 9, 30, 15, 123456),
    "2018-02-28T09:30:15.123Z": datetime(2018, 2, 28, 9, 30, 15, 123000),
    "2018-02-28T09:30:15+02:00": datetime(2018, 2, 28, 7, 30, 15),
    "2018-02-28T09:30:15+0200": datetime(2018, 2, 28, 7, 30, 15),
    "2018-02-28 09:30:15 -05": datetime(2018, 2, 28, 14, 30, 15),
    "2018-02-28T23:30:00-05:30": datetime(2018, 3, 1, 5, 0),
    "2018-02-28 09:30:15 UTC": datetime(2018, 2, 28, 9, 30, 15),
    "28-02-2018 09:30": datetime(2018, 2, 28, 9, 30),
    "28.02.2018 09:30:15": datetime(2018, 2, 28, 9, 30, 15),
    "02/28/2018 9:30 PM": datetime(2018, 2, 28, 21, 30),
    "02/28/2018, 09:30:15 AM": datetime(2018, 2, 28, 9, 30, 15),
    "1519810215": datetime(2018, 2, 28, 9, 30, 15),
    "1519810215250": datetime(2018, 2, 28, 9, 30, 15, 250000),
}


@pytest.mark.parametrize("value", ONE_VALUE)
def test_a_date_is_read_however_it_is_written(value):
    _, [(at, _)] = read([value])
    assert at == ONE_VALUE[value]


@pytest.mark.parametrize(
    "value", ["next week", "2018-02-30", "2018-13-01", "31/02/2018", "12:30", "Q1 2018", "2018", "0000-00-00", "28.02."]
)
def test_what_is_no_date_is_none(value):
    _, [(at, end)] = read([value])
    assert at is None
    assert end is None


def test_one_unreadable_value_leaves_the_others_readable():
    _, rows = read(["2018-02-28", "soon", "2018-03-01", "", None])
    assert [at for at, _ in rows] == [datetime(2018, 2, 28), None, datetime(2018, 3, 1), None, None]


@pytest.mark.parametrize("value", ["2018-02-28", "28.02.2018", "28 Feb 2018", "20180228"])
def test_a_date_without_time_of_day_is_its_whole_day(value):
    _, [(at, end)] = read([value])
    assert (at, end) == (datetime(2018, 2, 28), datetime(2018, 2, 28, 23, 59, 59, LAST))


@pytest.mark.parametrize("value", ["2018-02-28T00:00", "2018-02-28T09:30Z", "28.02.2018 00:00:00"])
def test_a_time_of_day_is_an_instant_midnight_as_well(value):
    _, [(at, end)] = read([value])
    assert at == end


def test_a_time_without_zone_is_in_the_zone_that_is_said_and_one_with_zone_is_not():
    _, rows = read(["2018-02-28T09:30", "2018-07-28T09:30", "2018-07-28T09:30Z"], BERLIN)
    assert [at for at, _ in rows] == [
        datetime(2018, 2, 28, 8, 30),
        datetime(2018, 7, 28, 7, 30),
        datetime(2018, 7, 28, 9, 30),
    ]


def test_a_day_in_another_zone_starts_and_ends_there_and_may_have_23_hours():
    _, [(at, end)] = read(["2018-03-25"], BERLIN)
    assert (at, end) == (datetime(2018, 3, 24, 23), datetime(2018, 3, 25, 21, 59, 59, LAST))


def test_the_year_at_the_end_of_a_date_is_no_zone():
    _, [(at, _)] = read(["28-02-2018"], BERLIN)
    assert at == datetime(2018, 2, 27, 23)


@pytest.mark.parametrize("order", [1, -1])
def test_if_one_value_can_only_be_day_first_the_column_is(order):
    reading, rows = read(["03/04/2018", "13/04/2018"][::order])
    assert sorted(at for at, _ in rows) == [datetime(2018, 4, 3), datetime(2018, 4, 13)]
    assert not reading.reads_both_ways


def test_if_one_value_can_only_be_month_first_the_column_is():
    _, rows = read(["03/04/2018", "04/13/2018"])
    assert [at for at, _ in rows] == [datetime(2018, 3, 4), datetime(2018, 4, 13)]


@pytest.mark.parametrize(
    ("value", "at"),
    [("03/04/2018", datetime(2018, 3, 4)), ("03.04.2018", datetime(2018, 4, 3)), ("03-04-2018", datetime(2018, 4, 3))],
)
def test_what_reads_both_ways_is_said_to(value, at):
    reading, rows = read([value, value])
    assert reading.reads_both_ways
    assert rows[0][0] == at


@pytest.mark.parametrize(("dayfirst", "at"), [(True, datetime(2018, 4, 3)), (False, datetime(2018, 3, 4))])
def test_dayfirst_settles_what_reads_both_ways(dayfirst, at):
    reading, rows = read(["03/04/2018"], dayfirst=dayfirst)
    assert not reading.reads_both_ways
    assert rows[0][0] == at


def test_dayfirst_does_not_touch_dates_that_begin_with_the_year():
    _, [(at, _)] = read(["2018-03-04"], dayfirst=True)
    assert at == datetime(2018, 3, 4)


@pytest.mark.parametrize(
    ("values", "mixed"),
    [
        (["2018-02-28", "28.02.2018"], True),
        (["2018-02-28", "28 Feb 2018"], True),
        (["13/04/2018", "04/14/2018"], True),
        (["2018-02-28", "2018-02-28T09:30"], False),
        (["28.02.2018", "01.03.2018 09:30"], False),
        (["28 Feb 2018", "28 March 2018"], False),
    ],
)
def test_two_orders_of_day_month_and_year_in_one_column_are_told(values, mixed):
    reading, rows = read(values)
    assert reading.mixed is mixed
    assert mixed or all(at is not None for at, _ in rows)


@pytest.mark.parametrize(
    ("kind", "value", "at", "whole_day"),
    [
        ("DATE", "2018-02-28", datetime(2018, 2, 28), True),
        ("TIMESTAMP", "2018-02-28 09:30:00", datetime(2018, 2, 28, 9, 30), False),
        ("TIMESTAMP_NS", "2018-02-28 09:30:00.123456", datetime(2018, 2, 28, 9, 30, 0, 123456), False),
        ("TIMESTAMPTZ", "2018-02-28 09:30:00+02", datetime(2018, 2, 28, 7, 30), False),
        ("BIGINT", "1519810215", datetime(2018, 2, 28, 9, 30, 15), False),
        ("BIGINT", "20180228", datetime(2018, 2, 28), True),
        ("DATE", "infinity", None, False),
    ],
)
def test_typed_columns_are_read_as_their_type_says(kind, value, at, whole_day):
    _, [(read_at, end)] = read([value], kind=kind)
    assert read_at == at
    assert (end == at) != (whole_day and at is not None)


def test_a_zoned_column_ignores_the_zone_that_is_said():
    _, [(at, _)] = read(["2018-02-28 09:30:00+00"], BERLIN, kind="TIMESTAMPTZ")
    assert at == datetime(2018, 2, 28, 9, 30)


def test_an_empty_column_has_no_format_and_no_date():
    reading, rows = read(["", None, " "])
    assert reading.formats == ()
    assert rows == [(None, None)] * 3


def test_a_value_with_quotes_is_data_and_no_sql():
    _, rows = read(["2018-02-28", "'); DROP TABLE raw; --"])
    assert [at for at, _ in rows] == [datetime(2018, 2, 28), None]
