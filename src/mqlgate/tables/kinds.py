"""What kind a column is: number, boolean, category, time or text. Decided from all its values, in one query a table.

Never changes a value; `typed` gives the SQL that does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.times import read_times

Kind = Literal["number", "boolean", "category", "time", "text"]

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
NO_VALUE = (
    "na",
    "n/a",
    "#n/a",
    "nan",
    "null",
    "none",
    "nil",
    "-",
    "--",
    "?",
    "inf",
    "-inf",
    "+inf",
    "infinity",
    "-infinity",
)
"""What stands for 'no value' among numbers and dates. Among categories they are values: NA is Namibia's code too."""
_TRUTHS = {"true": 1, "false": 0, "yes": 1, "no": 0, "y": 1, "n": 0, "t": 1, "f": 0}
_PAIRS = ({"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"})
_STRAY = 0.02
"""A column of numbers stays one while at most this share of its values is something else."""
_DATE_SHARE = 0.98
_FREE_TEXT_LENGTH = 60
_MOST_LEVELS = 1_000
_NEAR_UNIQUE = 0.5
_MIN_ROWS_FOR_TEXT = 50


@dataclass(frozen=True)
class ColumnFacts:
    """One column as it is: how many values, how many of them numbers, how many different ones."""

    name: str
    kind: Kind
    filled: int
    strays: int
    distinct: int
    unique_share: float


def column_facts(con: DuckDBPyConnection, table: str, columns: Sequence[str]) -> list[ColumnFacts]:
    """Facts of each of `columns` of the raw table `table`, in their order."""
    return [_facts(con, table, column, _native(con, table)) for column in columns]


def _native(con: DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = con.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table]).fetchall()
    return {str(name): str(kind) for name, kind in rows}


def _facts(con: DuckDBPyConnection, table: str, column: str, native: dict[str, str]) -> ColumnFacts:
    text = f"trim(CAST({quote_name(column)} AS VARCHAR))"
    none = ", ".join(quote_text(word) for word in NO_VALUE)
    row = con.execute(
        f"""SELECT count(*) FILTER (v <> ''), count(*) FILTER (v <> '' AND lower(v) NOT IN ({none})),
                   count(*) FILTER (regexp_matches(v, '{NUMBER}')), count(DISTINCT v) FILTER (v <> ''),
                   avg(length(v)) FILTER (v <> ''), count(*) FILTER (contains(v, ' ')),
                   count(*) FILTER (regexp_matches(v, '^[0-9].*[0-9].*[0-9]') AND length(v) BETWEEN 6 AND 40
                                    OR regexp_matches(v, '^[A-Z][a-z]+ [0-9]{{1,2}},? [0-9]{{4}}'))
            FROM (SELECT {text} AS v FROM {quote_name(table)})"""
    ).fetchone()
    filled, said, numbers, distinct, length, spaced, datelike = (int(v or 0) for v in (row or (0,) * 7))
    kind = _kind(con, table, column, native.get(column, "VARCHAR"), said, numbers, distinct, length, spaced, datelike)
    strays = said - numbers if kind == "number" else 0
    return ColumnFacts(column, kind, filled, strays, distinct, distinct / filled if filled else 0.0)


def _kind(
    con: DuckDBPyConnection,
    table: str,
    column: str,
    native: str,
    said: int,
    numbers: int,
    distinct: int,
    length: int,
    spaced: int,
    datelike: int,
) -> Kind:
    if native == "BOOLEAN":
        return "boolean"
    if native == "DATE" or native.startswith("TIMESTAMP"):
        return "time"
    if said and said - numbers <= _STRAY * said:
        return "number"
    if distinct <= len(_TRUTHS) and _only_truths(con, table, column):
        return "boolean"
    if datelike >= _DATE_SHARE * said > 0 and _reads_as_dates(con, table, column, said):
        return "time"
    near_unique = said >= _MIN_ROWS_FOR_TEXT and distinct > _NEAR_UNIQUE * said
    free = length > _FREE_TEXT_LENGTH or (spaced > 0.5 * said and distinct > 0.2 * said and said >= _MIN_ROWS_FOR_TEXT)
    return "text" if near_unique or (free and distinct > _MOST_LEVELS) else "category"


def _only_truths(con: DuckDBPyConnection, table: str, column: str) -> bool:
    rows = con.execute(
        f"SELECT DISTINCT lower(trim(CAST({quote_name(column)} AS VARCHAR))) FROM {quote_name(table)}"
    ).fetchall()
    words = {str(row[0]) for row in rows if row[0]}
    return bool(words) and any(words <= pair for pair in _PAIRS)


def _reads_as_dates(con: DuckDBPyConnection, table: str, column: str, said: int) -> bool:
    reading = read_times(con, table, column, ZoneInfo("UTC"), None)
    row = con.execute(f"SELECT count({reading.at}) FROM {quote_name(table)}").fetchone()
    return bool(row and row[0] >= _DATE_SHARE * said)


def number_sql(column: str) -> str:
    """SQL that reads a column's values as numbers; what is none, infinities included, is NULL."""
    text = f"trim(CAST({quote_name(column)} AS VARCHAR))"
    return f"CASE WHEN regexp_matches({text}, '{NUMBER}') AND isfinite(CAST({text} AS DOUBLE)) THEN CAST({text} AS DOUBLE) END"


def is_stray_number_sql(column: str) -> str:
    """SQL that is true where a column of numbers holds something that is neither a number nor a word for none."""
    text = f"trim(CAST({quote_name(column)} AS VARCHAR))"
    none = ", ".join(quote_text(word) for word in NO_VALUE)
    return f"({text} <> '' AND NOT regexp_matches({text}, '{NUMBER}') AND lower({text}) NOT IN ({none}))"


def boolean_sql(column: str) -> str:
    """SQL that reads true, yes, y, t, 1 as 1.0 and their opposites as 0.0."""
    text = f"lower(trim(CAST({quote_name(column)} AS VARCHAR)))"
    cases = " ".join(f"WHEN '{word}' THEN {float(value)}" for word, value in _TRUTHS.items())
    return f"CAST(CASE {text} {cases} WHEN '1' THEN 1.0 WHEN '0' THEN 0.0 END AS DOUBLE)"


def text_sql(column: str) -> str:
    """SQL that reads a column's values as trimmed text, empty ones as NULL."""
    return f"nullif(trim(CAST({quote_name(column)} AS VARCHAR)), '')"


def same_value_sql(expression: str, values: Sequence[object]) -> str:
    """SQL that is true where the expression equals one of `values`: as trimmed, case-folded text; true, 1 and 1.0 are equal."""
    if not values:
        return "FALSE"
    wanted = sorted({folded(value) for value in values})
    text = f"lower(trim(CAST({expression} AS VARCHAR)))"
    plain = f"CASE WHEN regexp_matches({text}, '^[+-]?[0-9]+[.]0*$') THEN regexp_replace({text}, '[.]0*$', '') ELSE {text} END"
    plain = f"CASE {plain} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {plain} END"
    return f"coalesce({plain} IN ({', '.join(quote_text(value) for value in wanted)}), FALSE)"


def folded(value: object) -> str:
    """A value as it is compared: trimmed, case-folded, 1.0 as 1, true as 1, false as 0."""
    text = str(value).strip().lower()
    if text in ("true", "false"):
        return "1" if text == "true" else "0"
    whole, point, fraction = text.partition(".")
    return whole if point and not fraction.strip("0") and whole.lstrip("+-").isdigit() else text
