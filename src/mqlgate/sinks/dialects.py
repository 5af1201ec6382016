"""What SQLite and PostgreSQL each do in their own way when a scores table is staged and swapped in.

No other database is claimed: in most of them a change of tables is not part of a transaction.
"""

from typing import TYPE_CHECKING, Any, Protocol

from mqlgate.clock import iso
from mqlgate.sinks import schema
from mqlgate.tables.names import quote_name

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection

STAGING = "mqlgate_staging"  # a temporary table: no other session sees it, and it goes with the session
_WAIT_SECONDS = 60

Rows = list[tuple[Any, ...]]


class Dialect(Protocol):
    """How one database holds columns, takes rows fast, and keeps two writers apart."""

    types: dict[str, str]
    longest_name: int
    percent: str
    """How a percent sign stands in a statement."""

    def prepare(self, connection: "Connection") -> None:
        """Set the session up, before any transaction."""

    def append(self, connection: "Connection", table: "pa.Table", rows: bytes) -> None:
        """Append a conformed table, which `rows` holds as CSV, to the staging table."""

    def insert(self, connection: "Connection", name: str, rows: Rows) -> None:
        """Insert rows by bound values, all columns in order."""

    def begin(self, connection: "Connection", name: str) -> None:
        """Begin the transaction that swaps the table `name`; of two writers the later waits for the earlier."""

    def lock(self, connection: "Connection", name: str) -> None:
        """Keep other writers from the existing table until the transaction ends; readers are not kept from it."""


class Sqlite:
    """SQLite. Times are ISO 8601 text with Z, booleans 0 and 1, JSON text."""

    types = {
        schema.TEXT: "TEXT",
        schema.NUMBER: "REAL",
        schema.INTEGER: "INTEGER",
        schema.BOOLEAN: "BOOLEAN",
        schema.TIMESTAMP: "TEXT",
        schema.DATE: "TEXT",
        schema.JSON: "TEXT",
    }
    longest_name = 1000
    percent = "%"

    def prepare(self, connection: "Connection") -> None:
        """Wait for other writers."""
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_WAIT_SECONDS * 1000}")

    def append(self, connection: "Connection", table: "pa.Table", rows: bytes) -> None:  # noqa: ARG002 (it takes values)
        """One statement for all rows; the file itself is not touched yet."""
        columns = [
            [_sqlite_value(value) for value in table.column(position).to_pylist()]
            for position in range(table.num_columns)
        ]
        connection.exec_driver_sql("BEGIN")
        self.insert(connection, f"temp.{STAGING}", list(zip(*columns, strict=True)))
        connection.exec_driver_sql("COMMIT")

    def insert(self, connection: "Connection", name: str, rows: Rows) -> None:
        """Bound values."""
        if rows:
            connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    def begin(self, connection: "Connection", name: str) -> None:  # noqa: ARG002 (PostgreSQL needs it)
        """One writer a file."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def lock(self, connection: "Connection", name: str) -> None:
        """Nothing more: the file is ours."""


class Postgres:
    """PostgreSQL. Rows come in by COPY; times are with time zone, JSON is `json`, which keeps its text."""

    types = {
        schema.TEXT: "TEXT",
        schema.NUMBER: "DOUBLE PRECISION",
        schema.INTEGER: "INTEGER",
        schema.BOOLEAN: "BOOLEAN",
        schema.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
        schema.DATE: "DATE",
        schema.JSON: "JSON",
    }
    longest_name = 63
    percent = "%%"

    def prepare(self, connection: "Connection") -> None:
        """Wait for others, but not for ever; between two chunks the session is idle for as long as scoring takes."""
        connection.exec_driver_sql(f"SET lock_timeout = '{_WAIT_SECONDS}s'")
        connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")

    def append(self, connection: "Connection", table: "pa.Table", rows: bytes) -> None:  # noqa: ARG002 (COPY takes bytes)
        """COPY of the CSV rows as they are."""
        driver: Any = connection.connection.driver_connection
        with driver.cursor().copy(f"COPY pg_temp.{STAGING} FROM STDIN (FORMAT csv, ENCODING 'UTF8')") as copy:
            copy.write(rows)

    def insert(self, connection: "Connection", name: str, rows: Rows) -> None:
        """Bound values."""
        if rows:
            marks = ", ".join(["%s"] * len(rows[0]))
            connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", rows)

    def begin(self, connection: "Connection", name: str) -> None:
        """An advisory lock on the name keeps two writers apart even where the table does not exist yet."""
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"mqlgate {name}",))

    def lock(self, connection: "Connection", name: str) -> None:
        """Rows that another session inserts meanwhile would survive our DELETE."""
        connection.exec_driver_sql(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


def create(name: str, columns: tuple[schema.ScoreColumn, ...], dialect: Dialect, temporary: bool = False) -> str:
    """The statement that creates a table; `name` is quoted already."""
    parts = [
        f"{quote_name(column.name)} {dialect.types[column.kind]}{'' if column.nullable else ' NOT NULL'}"
        for column in columns
    ]
    return f"CREATE {'TEMPORARY ' if temporary else ''}TABLE {name} ({', '.join(parts)})"


def _sqlite_value(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return iso(value.replace(tzinfo=None))
    return value.isoformat() if hasattr(value, "isoformat") else value
