"""What kind a column is: number, boolean, category, time or text. Decided from all its values, in one query a column.

Never changes a value; `tables.values`, whose names stand here too, gives the SQL that reads one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from mqlgate.tables.names import quote_name
from mqlgate.tables.raw import native_types
from mqlgate.tables.times import read_times
from mqlgate.tables.values import (
    NO_VALUE,
    NUMBER,
    boolean_sql,
    folded,
    folded_sql,
    is_no_value_sql,
    is_stray_boolean_sql,
    is_stray_number_sql,
    number_sql,
    same_value_sql,
    text_sql,
    trimmed_sql,
)

__all__ = [
    "NO_VALUE",
    "NUMBER",
    "ColumnFacts",
    "Kind",
    "boolean_sql",
    "column_facts",
    "folded",
    "folded_sql",
    "is_no_value_sql",
    "is_stray_boolean_sql",
    "is_stray_number_sql",
    "number_sql",
    "same_value_sql",
    "text_sql",
    "trimmed_sql",
]

Kind = Literal["number", "boolean", "category", "time", "text"]

_PAIRS = ({"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"})
_STRAY = 0.02
"""A column of numbers stays one while at most this share of its values is something else."""
_DATE_SHARE = 0.98
_FREE_TEXT_LENGTH = 60
_MOST_LEVELS = 1_000
_NEAR_UNIQUE = 0.5
_MIN_ROWS_FOR_TEXT = 50
_WHOLES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_NOT_ONE_VALUE = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "GEOMETRY", "VARIANT")
_PADDED = "^[+-]?0[0-9]"
_DATE_LIKE = "^[0-9].*[0-9].*[0-9]"
_DATE_BY_NAME = "^[A-Z][a-z]+ [0-9]{1,2},? [0-9]{4}"


@dataclass(frozen=True)
class ColumnFacts:
    """One column as it is.

    Attributes
    ----------
    filled
        Rows with a value.
    strays
        In a column of numbers: values that are none, words for 'no value' left out.
    distinct
        Different values.
    unique_share
        `distinct` as a share of `filled`.
    """

    name: str
    kind: Kind
    filled: int
    strays: int
    distinct: int
    unique_share: float


@dataclass(frozen=True)
class _Counted:
    """What was counted over all rows of a column."""

    filled: int
    said: int
    numbers: int
    padded: int
    distinct: int
    length: int
    spaced: int
    date_like: int


def column_facts(con: DuckDBPyConnection, table: str, columns: Sequence[str]) -> list[ColumnFacts]:
    """Facts of each of `columns` of the raw table `table`, in their order."""
    native = native_types(con, table)
    return [_facts(con, table, column, native.get(column, "VARCHAR")) for column in columns]


def _facts(con: DuckDBPyConnection, table: str, column: str, native: str) -> ColumnFacts:
    counted = _count(con, table, column)
    kind = _kind(con, table, column, native, counted)
    strays = counted.said - counted.numbers if kind == "number" else 0
    share = counted.distinct / counted.filled if counted.filled else 0.0
    return ColumnFacts(column, kind, counted.filled, strays, counted.distinct, share)


def _count(con: DuckDBPyConnection, table: str, column: str) -> _Counted:
    """Each different value is looked at once, however often it occurs."""
    row = con.execute(
        f"""SELECT sum(n), sum(n) FILTER (NOT {is_no_value_sql("v")}), sum(n) FILTER (regexp_matches(v, '{NUMBER}')),
                   sum(n) FILTER (regexp_matches(v, '{_PADDED}')), count(*), sum(n * length(v)) / sum(n),
                   sum(n) FILTER (contains(v, ' ')),
                   sum(n) FILTER (regexp_matches(v, '{_DATE_LIKE}') AND length(v) BETWEEN 6 AND 40
                                  OR regexp_matches(v, '{_DATE_BY_NAME}'))
            FROM (SELECT {text_sql(column)} AS v, count(*) AS n FROM {quote_name(table)} GROUP BY 1)
            WHERE v IS NOT NULL"""
    ).fetchone()
    return _Counted(*(int(value or 0) for value in row or (0,) * 8))


def _kind(con: DuckDBPyConnection, table: str, column: str, native: str, counted: _Counted) -> Kind:
    typed = _kind_of_type(native)
    if typed is not None:
        return typed
    if counted.said and counted.said - counted.numbers <= _STRAY * counted.said:
        # 01234 is a postal code or an account's number: its zero means something, its size does not.
        codes = native == "VARCHAR" and counted.padded > _STRAY * counted.said
        return "number" if not codes else _words(counted)
    if counted.distinct <= len(_PAIRS) * 2 and _only_truths(con, table, column):
        return "boolean"
    if counted.date_like >= _DATE_SHARE * counted.said > 0 and _reads_as_dates(con, table, column, counted.said):
        return "time"
    return _words(counted)


def _kind_of_type(native: str) -> Kind | None:
    """What a column's type says; a list or a structure is many values in one, which no feature can be made of."""
    if native == "BOOLEAN":
        return "boolean"
    if native == "DATE" or native.startswith("TIMESTAMP"):
        return "time"
    if native in _WHOLES:
        return "number"
    return "text" if native.endswith("]") or native.startswith(_NOT_ONE_VALUE) else None


def _words(counted: _Counted) -> Kind:
    """Category or free text."""
    enough = counted.said >= _MIN_ROWS_FOR_TEXT
    near_unique = enough and counted.distinct > _NEAR_UNIQUE * counted.said
    sentences = enough and counted.spaced > 0.5 * counted.said and counted.distinct > 0.2 * counted.said
    free = counted.length > _FREE_TEXT_LENGTH or sentences
    return "text" if near_unique or (free and counted.distinct > _MOST_LEVELS) else "category"


def _only_truths(con: DuckDBPyConnection, table: str, column: str) -> bool:
    rows = con.execute(f"SELECT DISTINCT lower({text_sql(column)}) FROM {quote_name(table)}").fetchall()
    words = {str(row[0]) for row in rows if row[0]}
    return bool(words) and any(words <= pair for pair in _PAIRS)


def _reads_as_dates(con: DuckDBPyConnection, table: str, column: str, said: int) -> bool:
    reading = read_times(con, table, column, ZoneInfo("UTC"), None)
    row = con.execute(f"SELECT count({reading.at}) FROM {quote_name(table)}").fetchone()
    return bool(row and row[0] >= _DATE_SHARE * said)
