"""How a column of dates is read: its formats are found from the shapes of its values, then one SQL expression reads it.

All results are naive UTC timestamps in microseconds. A value without a time of day keeps that fact: a date is a whole
day. Never guesses silently: what reads two ways, or not at all, is told in the `TimeReading`.
"""

import re
from dataclasses import dataclass
from itertools import product
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.raw import native_types

_SHAPES_READ = 400
_ZONED_TYPES = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "TIMESTAMPTZ_NS")
_ZONE = r"\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_ZONE_AFTER_TIME = r":\d{2}(\.\d+)?" + _ZONE
_SHAPE_OF_ZONED = re.compile(r":99(\.9+)?\s*(A|AAA|[+-]99:?99|[+-]99)$")
_YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")
_NAMED_MONTH = tuple(
    pattern.replace("MONTH", month)
    for pattern, month in product(
        (
            "%d MONTH %Y",
            "%d-MONTH-%Y",
            "%d-MONTH-%y",
            "%d/MONTH/%Y",
            "MONTH %d, %Y",
            "MONTH %d %Y",
            "%Y-MONTH-%d",
            "%d. MONTH %Y",
        ),
        ("%b", "%B"),
    )
)
_DAY_FIRST = tuple(f"%d{sep}%m{sep}{year}" for sep, year in product("-/.", ("%Y", "%y")))
_MONTH_FIRST = tuple(f"%m{sep}%d{sep}{year}" for sep, year in product("-/.", ("%Y", "%y")))
_CLOCKS = (
    "", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p",
    " %I:%M%p", ", %H:%M", ", %I:%M %p", ", %I:%M:%S %p", ", %H:%M:%S",
)  # fmt: skip


@dataclass(frozen=True)
class TimeReading:
    """How one column is read.

    Attributes
    ----------
    at
        SQL for the moment in naive UTC (a date without time: that day's start), NULL where it cannot be read.
    end
        SQL for the same, but a date without time is that day's last microsecond.
    formats
        The formats in use, most frequent first.
    reads_both_ways
        All day-month dates read both ways and nothing says which is meant.
    mixed
        More than one order of day, month and year stands in the column.
    """

    at: str
    end: str
    formats: tuple[str, ...]
    reads_both_ways: bool = False
    mixed: bool = False


def read_times(con: DuckDBPyConnection, table: str, column: str, zone: ZoneInfo, dayfirst: bool | None) -> TimeReading:
    """Find out how `column` of `table` is to be read.

    `dayfirst` settles how dates of day, month and year in figures are read, and what cannot be read so is no date; None
    leaves it to the values: if one can only be day-first, all are. A local time that the clock skipped is the moment
    when it went on; one that came twice is the later, so that nothing is seen too early.
    """
    kind = native_types(con, table).get(column, "VARCHAR")
    name = quote_name(column)
    if kind == "DATE":
        return _reading(_finite(f"CAST({name} AS TIMESTAMP)"), "TRUE", "NULL", zone, ("date",))
    if kind in _ZONED_TYPES:
        utc = _finite(f"timezone('UTC', CAST({name} AS TIMESTAMPTZ))")
        return TimeReading(utc, utc, ("timestamp with zone",))
    if kind.startswith("TIMESTAMP"):
        return _reading(_finite(f"CAST({name} AS TIMESTAMP)"), "FALSE", "NULL", zone, ("timestamp",))
    text = f"trim(CAST({name} AS VARCHAR))"
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        text = f"CAST(TRY_CAST({name} AS BIGINT) AS VARCHAR)"
    return _read_text(con, table, text, zone, dayfirst)


def _finite(moment: str) -> str:
    """`infinity`, which databases know, is no date."""
    return f"CASE WHEN isfinite({moment}) THEN {moment} END"


def _read_text(con: DuckDBPyConnection, table: str, text: str, zone: ZoneInfo, dayfirst: bool | None) -> TimeReading:
    shapes = _shapes(con, table, text)
    if shapes and all(shape.strip("9") == "" and len(shape) in (10, 13) for shape, *_ in shapes):
        return _epoch(text, tuple(sorted({len(shape) for shape, *_ in shapes})))
    found: dict[str, int] = {}
    orders: set[str] = set()
    for _, count, examples in shapes:
        for example in examples:
            for form in _formats_of(con, _without_zone(example)):
                found[form] = max(found.get(form, 0), count)
    plain = [form for form in found if not _is_day_month(form)]
    day = [form for form in found if form.startswith(_DAY_FIRST)]
    month = [form for form in found if form.startswith(_MONTH_FIRST)]
    zoned = len(shapes) == _SHAPES_READ or any(_SHAPE_OF_ZONED.search(shape) for shape, *_ in shapes)
    local = _local(text) if zoned else text
    chosen, both_ways, mixed = _day_or_month(con, table, local, day, month, dayfirst)
    orders = {"year" for form in plain if form.startswith("%Y")} | {
        "name" for form in plain if "%b" in form or "%B" in form
    }
    orders |= {"day-month"} if chosen else set()
    formats = sorted([*plain, *chosen], key=lambda form: (-found[form], form))
    if not formats:
        return TimeReading("CAST(NULL AS TIMESTAMP)", "CAST(NULL AS TIMESTAMP)", ())
    other = [form for form in formats if not form.startswith("%Y-%m-%d")]
    parsed = f"try_strptime({local}, [{', '.join(map(quote_text, other))}])" if other else ""
    if len(other) < len(formats):  # DuckDB's own reading of ISO 8601: faster, and fractions may be of any length
        is_iso = f"regexp_matches({local}, '^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]')"
        iso = f"CASE WHEN {is_iso} THEN TRY_CAST({local} AS TIMESTAMP) END"
        parsed = f"coalesce({iso}, {parsed})" if parsed else iso
    offset = _offset_minutes(text) if zoned else "NULL"
    date_only = f"NOT contains({text}, ':')"
    return _reading(parsed, date_only, offset, zone, tuple(formats), both_ways, mixed or len(orders) > 1)


def _shapes(con: DuckDBPyConnection, table: str, text: str) -> list[tuple[str, int, list[str]]]:
    """The shapes of a column's values (`9999-99-99A99:99`), how many have each, and four of those; frequent ones first.

    Letters are only looked at once a shape of digits: over a million rows that takes a third of the time.
    """
    rows = con.execute(
        f"""SELECT regexp_replace(digits, '[A-Za-zÀ-ÿ]', 'A', 'g') AS shape, sum(n) AS n,
                   [min(low), max(high), arg_min(one, hash(one)), arg_max(other, hash(other))] AS examples
            FROM (SELECT translate(v, '0123456789', '9999999999') AS digits, count(*) AS n, min(v) AS low,
                         max(v) AS high, arg_min(v, hash(v)) AS one, arg_max(v, hash(v)) AS other
                  FROM (SELECT {text} AS v FROM {quote_name(table)}) WHERE v <> '' GROUP BY digits)
            GROUP BY shape ORDER BY n DESC, shape LIMIT {_SHAPES_READ}"""
    ).fetchall()
    return [(str(shape), int(count), [str(example) for example in examples]) for shape, count, examples in rows]


def _day_or_month(
    con: DuckDBPyConnection, table: str, local: str, day: list[str], month: list[str], dayfirst: bool | None
) -> tuple[list[str], bool, bool]:
    """Which of the two families of formats the column is in; whether all reads both ways; whether both are needed."""
    if dayfirst is not None:
        return (day if dayfirst else month), False, False
    if not (day and month):
        return day or month, False, False
    counted = con.execute(
        f"""SELECT count(d), count(m), count(coalesce(d, m)) FROM (
                SELECT try_strptime({local}, [{", ".join(map(quote_text, day))}]) AS d,
                       try_strptime({local}, [{", ".join(map(quote_text, month))}]) AS m
                FROM {quote_name(table)})"""
    ).fetchone()
    as_day, as_month, readable = counted or (0, 0, 0)
    if as_day == as_month == readable:
        # Dots and dashes between day, month and year are a day-first habit; slashes are read as in the United States.
        return (month if any("/" in form for form in month) else day), True, False
    return (day if as_day >= as_month else month), False, max(as_day, as_month) < readable


def _formats_of(con: DuckDBPyConnection, example: str) -> list[str]:
    dates = (*_YEAR_FIRST, *_NAMED_MONTH, *_DAY_FIRST, *_MONTH_FIRST)
    clocks = [clock for clock in _CLOCKS if bool(clock) == (":" in example)]
    forms = [date + clock for date in dates for clock in clocks if _could_match(date + clock, example)]
    if not forms:
        return []
    tried = con.execute(
        "SELECT " + ", ".join("try_strptime(?, ?)" for _ in forms), [v for f in forms for v in (example, f)]
    )
    row = tried.fetchone() or ()
    parsed = [form for form, value in zip(forms, row, strict=True) if value is not None]
    four_digit_years = [form for form in parsed if "%Y" in form]
    return four_digit_years or parsed


def _could_match(form: str, example: str) -> bool:
    """Cheap look before DuckDB is asked: the separators must be there, a year has its four digits."""
    if "%Y" in form and not re.search(r"\d{4}", example):
        return False
    if "%y" in form and re.search(r"\d{4}", example.split(" ")[0]):
        return False
    separators = re.sub(r"%[A-Za-z]", "", form)
    return all(separator in example for separator in separators) and (
        ("T" in form.replace("%", "")) <= ("T" in example)
    )


def _is_day_month(form: str) -> bool:
    return form.startswith((*_DAY_FIRST, *_MONTH_FIRST))


def _without_zone(example: str) -> str:
    return re.sub(_ZONE, "", example) if re.search(_ZONE_AFTER_TIME, example) else example


def _epoch(text: str, lengths: tuple[int, ...]) -> TimeReading:
    """Seconds or milliseconds since 1970, as HubSpot and others export them."""
    at = f"""CASE length({text}) WHEN 13 THEN make_timestamp(TRY_CAST({text} AS BIGINT) * 1000)
                                 WHEN 10 THEN make_timestamp(TRY_CAST({text} AS BIGINT) * 1000000) END"""
    names = {10: "seconds since 1970", 13: "milliseconds since 1970"}
    return TimeReading(at, at, tuple(names[length] for length in lengths), mixed=len(lengths) > 1)


def _local(text: str) -> str:
    """SQL of a value without its zone; `-2018` at the end of a date is no zone."""
    cut = f"regexp_replace({text}, {quote_text(_ZONE)}, '')"
    return f"CASE WHEN regexp_matches({text}, {quote_text(_ZONE_AFTER_TIME)}) THEN {cut} ELSE {text} END"


def _offset_minutes(text: str) -> str:
    """SQL of the minutes that a value's zone is ahead of UTC; NULL where it names none."""
    zone = f"regexp_extract({text}, {quote_text(_ZONE)}, 1)"
    digits = f"regexp_replace({zone}, '[^0-9]', '', 'g')"
    return f"""CASE WHEN NOT regexp_matches({text}, {quote_text(_ZONE_AFTER_TIME)}) THEN NULL
        WHEN {digits} = '' THEN 0
        ELSE (CASE WHEN {zone}[1] = '-' THEN -1 ELSE 1 END)
             * (CAST({digits}[1:2] AS INTEGER) * 60 + coalesce(TRY_CAST({digits}[3:4] AS INTEGER), 0)) END"""


def _reading(
    local: str,
    date_only: str,
    offset: str,
    zone: ZoneInfo,
    formats: tuple[str, ...],
    both_ways: bool = False,
    mixed: bool = False,
) -> TimeReading:
    naive = _utc(f"({local})", zone)
    at = naive if offset == "NULL" else f"coalesce(({local}) - to_minutes({offset}), {naive})"
    next_day = _utc(f"(({local}) + INTERVAL 1 DAY)", zone)
    end = f"CASE WHEN {date_only} THEN {next_day} - INTERVAL 1 MICROSECOND ELSE {at} END"
    return TimeReading(at, at if date_only == "FALSE" else end, formats, both_ways, mixed)


def _utc(local: str, zone: ZoneInfo) -> str:
    return local if zone.key == "UTC" else f"timezone('UTC', timezone({quote_text(zone.key)}, {local}))"
