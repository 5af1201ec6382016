"""What a raw table is: its name in DuckDB, its columns, how messages speak of it, and the records that are no rows."""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from mqlgate.config import named_columns
from mqlgate.errors import InputError, quoted
from mqlgate.tables.names import quote_name


@dataclass(frozen=True)
class BadRecord:
    """A record that is no row: its number as a person counts (the header is 1) and what is wrong with it."""

    record: int
    found: str


@dataclass(frozen=True)
class RawTable:
    """A table as it came.

    Attributes
    ----------
    name
        Its name in DuckDB.
    where
        How messages name it.
    columns
        The user's columns in their order.
    rows
        How many rows it has, bad records left out.
    first_record
        What a person calls the first row: 2 in a file with a header, 0 in a DataFrame, else 1.
    bad
        Records that were set aside.
    """

    name: str
    where: str
    columns: tuple[str, ...]
    rows: int
    first_record: int
    bad: tuple[BadRecord, ...] = ()

    def need(self, column: str, key: str) -> str:
        """`column`, where the table has it; `key` is the configuration's key that asks for it.

        Raises
        ------
        InputError
            Naming the nearest column there is.
        """
        if column not in self.columns:
            raise InputError(
                f"{self.where}, {key}",
                f"there is no column {quoted(column)}",
                named_columns(list(self.columns), column),
                "Mend the name in the configuration, or export the column",
            )
        return column


def counted_rows(con: DuckDBPyConnection, name: str) -> int:
    """The number of rows of a DuckDB table."""
    counted = con.execute(f"SELECT count(*) FROM {quote_name(name)}").fetchone()
    return int(counted[0]) if counted else 0


def native_types(con: DuckDBPyConnection, name: str) -> dict[str, str]:
    """DuckDB's type of each column of a table."""
    rows = con.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [name]).fetchall()
    return {str(column): str(kind) for column, kind in rows}
