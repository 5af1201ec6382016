"""A table that nobody has described: its columns' kinds, which of them are dates, what values it shares with others.

Reads files through the tables layer and counts in DuckDB. Never decides what a column means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from mqlgate.crm.loading import id_sql
from mqlgate.errors import InputError, quoted
from mqlgate.inference.spelling import plain
from mqlgate.tables.kinds import ColumnFacts, column_facts
from mqlgate.tables.names import quote_name
from mqlgate.tables.read import RawTable, read_table
from mqlgate.tables.settings import TableSection
from mqlgate.tables.times import TimeReading, read_times

UTC = ZoneInfo("UTC")
_ENCODINGS = ("utf-8", "cp1252", "latin-1")
_READABLE = 0.8
_DATE_WORDS = {
    "date", "datum", "time", "zeit", "timestamp", "at", "on", "am", "le", "created", "createdate",
    "fecha", "data", "ts", "heure", "day", "tag", "jour",
}  # fmt: skip
_YEARS = (1970, 2100)


@dataclass(frozen=True)
class Profile:
    """One table as it came, and what can be counted in it.

    Attributes
    ----------
    path
        As the user typed it.
    encoding
        The encoding that it could be read in.
    facts
        Facts of each column, by name, in the order of the file.
    times
        The columns that hold moments, and how they are read.
    """

    con: DuckDBPyConnection
    path: str
    encoding: str
    table: RawTable
    facts: Mapping[str, ColumnFacts]
    times: Mapping[str, TimeReading]

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return self.table.rows

    @property
    def source(self) -> str:
        """Its name as it stands in SQL."""
        return quote_name(self.table.name)

    @property
    def name(self) -> str:
        """The file's name without its folder, for comments."""
        return Path(self.path).name

    def value(self, column: str) -> str:
        """SQL of a column's values as text without the spaces around them; NULL where empty; 7, not 7.0, of a float."""
        return f"trim({id_sql(self.con, self.table.name, column)})"

    def one(self, select: str) -> tuple[object, ...]:
        """The first row of `SELECT select FROM this table`."""
        row = self.con.execute(f"SELECT {select} FROM {self.source}").fetchone()
        return cast("tuple[object, ...]", row or ())

    def share(self, condition: str) -> float:
        """The share of rows that meet a condition, 0.0 to 1.0."""
        (met,) = self.one(f"count(*) FILTER ({condition})")
        return int(cast(int, met)) / self.rows if self.rows else 0.0

    def filled_share(self, column: str) -> float:
        """The share of rows in which a column has a value."""
        return self.facts[column].filled / self.rows if self.rows else 0.0

    def is_unique(self, column: str) -> bool:
        """Whether (nearly) every row has a value and no two (or hardly any) share one."""
        facts = self.facts[column]
        return facts.filled >= 0.98 * self.rows and facts.distinct >= 0.97 * facts.filled > 0

    def levels(self, column: str, most: int = 200) -> dict[str, int]:
        """The values of a column with their counts, the most frequent first."""
        rows = self.con.execute(
            f"""SELECT {self.value(column)} AS v, count(*) AS n FROM {self.source}
                WHERE {self.value(column)} IS NOT NULL
                GROUP BY v ORDER BY n DESC, v LIMIT {most}"""
        ).fetchall()
        return {str(value): int(count) for value, count in rows}

    def overlap(self, column: str, other: "Profile", others: str) -> float:
        """The share of this column's different values that stand in a column of another table."""
        row = self.con.execute(
            f"""SELECT avg(CASE WHEN v IN (SELECT {other.value(others)} FROM {other.source})
                                THEN 1.0 ELSE 0.0 END)
                FROM (SELECT DISTINCT {self.value(column)} AS v FROM {self.source}) WHERE v IS NOT NULL"""
        ).fetchone()
        return float(row[0]) if row and row[0] is not None else 0.0


def look_at(con: DuckDBPyConnection, path: str | Path, name: str) -> Profile:
    """Read a file into the DuckDB table `name` and profile it.

    Raises
    ------
    InputError
        Where it cannot be read, has no columns or no rows.
    """
    table, encoding = _read(con, str(path), name)
    if table.rows == 0:
        raise InputError(str(path), "there are no rows", "a header and at least one row")
    facts = {fact.name: fact for fact in column_facts(con, name, table.columns)}
    times = {}
    for column, fact in facts.items():
        reading = _moments(con, name, column, fact)
        if reading:
            times[column] = reading
    return Profile(con, str(path), encoding, table, facts, times)


def _read(con: DuckDBPyConnection, path: str, name: str) -> tuple[RawTable, str]:
    for encoding in _ENCODINGS:
        try:
            return read_table(con, TableSection(path=path, encoding=encoding), name, Path()), encoding
        except InputError as error:
            if " is not UTF-8" not in error.found and " is not CP1252" not in error.found:
                raise
    raise InputError(path, f"it is in none of the encodings {', '.join(_ENCODINGS)}", mend="Save the file as UTF-8")


def _moments(con: DuckDBPyConnection, name: str, column: str, fact: ColumnFacts) -> TimeReading | None:
    """How a column is read as moments, or None. A number is a moment only where its name speaks of time."""
    speaks_of_time = bool(set(plain(column).split()) & _DATE_WORDS)
    if fact.kind != "time" and not (speaks_of_time and fact.filled):
        return None
    reading = read_times(con, name, column, UTC, None)
    row = con.execute(
        f"SELECT count({reading.at}), min(year({reading.at})), max(year({reading.at})) FROM {quote_name(name)}"
    ).fetchone()
    read, first, last = row or (0, None, None)
    if fact.kind == "time":
        return reading if read else None
    plausible = first is not None and last is not None and first >= _YEARS[0] and last <= _YEARS[1]
    return reading if plausible and read >= _READABLE * fact.filled else None


def shown(column: str) -> str:
    """A column's name as a comment shows it."""
    return quoted(column)


def percent(share: float) -> str:
    """A share as a comment shows it: 97 %, never 100 % where something is missing."""
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    return f"{min(max(share, 0.001), 0.999):.1%}".replace(".0%", "%").replace("%", " %")
