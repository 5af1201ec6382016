"""A scores table into a database, replaced in one transaction: a reader sees the old rows or the new ones, never a mix.

Chunks go to a temporary table that no one else sees; the swap at the end is short. A table of the same columns keeps
its place, grants, indexes and views: only its rows change. Beside NAME stand NAME_manifest (one row) and, where rows
were rejected, NAME_rejected; all three change together. Never touches a table that holds something else.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mqlgate.errors import InputError, masked, quoted
from mqlgate.sinks.csv_rows import HEADER, csv_rows
from mqlgate.sinks.dialects import STAGING, Dialect, Postgres, Sqlite, create
from mqlgate.sinks.manifest import Facts, Manifest
from mqlgate.sinks.rejected import RejectedRow
from mqlgate.sinks.schema import INTEGER, JSON, NAMES, SCORES, TEXT, TIMESTAMP, ScoreColumn, conformed
from mqlgate.tables.names import quote_name
from mqlgate.tables.sql import engine_for

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

DIALECTS: dict[str, type[Dialect]] = {"sqlite": Sqlite, "postgresql": Postgres}
MANIFEST, REJECTED = "_manifest", "_rejected"

_MANIFEST_COLUMNS = (
    ScoreColumn("as_of", TIMESTAMP, "the as-of moment"),
    ScoreColumn("model_version", TEXT, "the registered version"),
    ScoreColumn("configuration", TEXT, "hash of the configuration"),
    ScoreColumn("scope", TEXT, "full or partial"),
    ScoreColumn("mqlgate_version", TEXT, "the release that wrote the table"),
    ScoreColumn("rows", INTEGER, "rows of the table"),
    ScoreColumn("checksum", TEXT, "SHA-256 of the table as CSV"),
    ScoreColumn("columns", JSON, "names of its columns"),
)
_REJECTED_COLUMNS = (
    ScoreColumn("record", INTEGER, "number of the row, the header being 1"),
    ScoreColumn("lead_id", TEXT, "as it stands there"),
    ScoreColumn("column", TEXT, "the column at fault"),
    ScoreColumn("value", TEXT, "its value"),
    ScoreColumn("reason", TEXT, "what is wrong with it"),
)


@dataclass(frozen=True)
class TableName:
    """A table's name, with its schema where one is given."""

    schema: str | None
    name: str

    @classmethod
    def parse(cls, text: str, longest: int) -> "TableName":
        """`scores` or `crm.scores`; a part in double quotes may hold a dot.

        Raises
        ------
        InputError
            Where it is empty, has more than two parts, or is too long for its companions to have names of their own.
        """
        parts = _parts(text)
        if not 1 <= len(parts) <= 2 or not all(parts) or any("\0" in part for part in parts):
            raise InputError(
                f"--table {quoted(text)}", "this is no name of a table", 'a name such as "scores" or "crm.scores"'
            )
        if len((parts[-1] + MANIFEST).encode()) > longest:
            raise InputError(
                f"--table {quoted(text)}",
                "the name is too long",
                f"at most {longest - len(MANIFEST)} bytes for this database",
            )
        return cls(parts[0] if len(parts) == 2 else None, parts[-1])

    def beside(self, ending: str) -> "TableName":
        """NAME_manifest, NAME_rejected."""
        return TableName(self.schema, self.name + ending)

    def __str__(self) -> str:
        return ".".join(quote_name(part) for part in (self.schema, self.name) if part)


class TableWriter:
    """A `ScoresSink` that is a table of a SQLite or PostgreSQL database.

    Parameters
    ----------
    url
        SQLAlchemy URL; a relative SQLite path is relative to `directory`.
    table
        Its name, with a schema where one is meant: `scores`, `crm.scores`.

    Raises
    ------
    InputError
        Where the database cannot be reached or refuses, or the table holds something else than scores; the table is
        then as it was. The URL's password is in no message.
    """

    def __init__(self, url: str, table: str, facts: Facts, directory: Path | None = None) -> None:
        self.facts, self.url = facts, url
        self.where = f"--out {masked(url)} --table {table}"
        self._engine = engine_for(url, directory or Path(), f"--out {masked(url)}")
        backend = self._engine.dialect.name
        if backend not in DIALECTS:
            raise InputError(
                f"--out {masked(url)}", f"scores cannot be written to {backend}", "sqlite: or postgresql+psycopg:"
            )
        self._dialect = DIALECTS[backend]()
        self.table = TableName.parse(table, self._dialect.longest_name)
        self._rejected: list[RejectedRow] = []
        self._manifest: Manifest | None = None
        self._rows = 0
        self._digest = hashlib.sha256(HEADER)

    def __enter__(self) -> Self:
        with self._asking():
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection: Connection = connection
        try:
            with self._asking():
                self._dialect.prepare(connection)
                # Refused before scores are computed for hours, not after.
                self._refuse_other_tables()
                connection.exec_driver_sql(create(STAGING, SCORES, self._dialect, temporary=True))
        except BaseException:
            self._close()
            raise
        return self

    def write(self, scores: "pd.DataFrame") -> None:
        """Append rows of the scores table, in order.

        Raises
        ------
        ValueError
            If they are not of its schema.
        """
        table = conformed(scores)
        rows = csv_rows(table)
        with self._asking():
            self._dialect.append(self._connection, table, rows)
        self._digest.update(rows)
        self._rows += table.num_rows

    def reject(self, rows: Iterable[RejectedRow]) -> None:
        """Note rows that could not be scored: they go to NAME_rejected."""
        self._rejected.extend(rows)

    @property
    def manifest(self) -> Manifest:
        """What was written; known once the context was left."""
        if self._manifest is None:
            raise RuntimeError("the scores table is not written yet")
        return self._manifest

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                manifest = Manifest.of(self.facts, self._rows, self._digest.hexdigest(), NAMES)
                with self._asking():
                    self._swap(manifest)
                self._manifest = manifest
        finally:
            self._close()

    def _swap(self, manifest: Manifest) -> None:
        connection = self._connection
        self._dialect.begin(connection, str(self.table))
        try:
            self._replace_scores()
            stored = {**manifest.to_json(), "columns": json.dumps(manifest.columns)}
            self._replace(
                self.table.beside(MANIFEST),
                _MANIFEST_COLUMNS,
                [tuple(stored[column.name] for column in _MANIFEST_COLUMNS)],
            )
            rejected = self.table.beside(REJECTED)
            if self._rejected:
                self._replace(rejected, _REJECTED_COLUMNS, [astuple(row) for row in self._rejected])
            elif self._columns_of(rejected) == _names(_REJECTED_COLUMNS):
                connection.exec_driver_sql(f"DELETE FROM {self._said(rejected)}")
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            with suppress(Exception):  # where the connection is gone the database rolls back by itself
                connection.exec_driver_sql("ROLLBACK")
            raise

    def _replace_scores(self) -> None:
        self._refuse_other_tables()
        connection, name = self._connection, self._said(self.table)
        there = self._columns_of(self.table)
        if there and there != NAMES:  # of another release
            connection.exec_driver_sql(f"DROP TABLE {name}")
            there = ()
        if there:
            self._dialect.lock(connection, name)
            connection.exec_driver_sql(f"DELETE FROM {name}")
        else:
            connection.exec_driver_sql(create(name, SCORES, self._dialect))
        columns = ", ".join(quote_name(column) for column in NAMES)
        connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {STAGING}")

    def _replace(self, name: TableName, columns: tuple[ScoreColumn, ...], rows: list[tuple[Any, ...]]) -> None:
        there = self._columns_of(name)
        if there and there != _names(columns):
            raise self._holds_something_else(name)
        if there:
            self._connection.exec_driver_sql(f"DELETE FROM {self._said(name)}")
        else:
            self._connection.exec_driver_sql(create(self._said(name), columns, self._dialect))
        self._dialect.insert(self._connection, self._said(name), rows)

    def _said(self, name: TableName) -> str:
        """The name as it stands in a statement."""
        return str(name).replace("%", self._dialect.percent)

    def _refuse_other_tables(self) -> None:
        """A table of this name that is no scores table is someone else's."""
        there = self._columns_of(self.table)
        ours = self._columns_of(self.table.beside(MANIFEST)) == _names(_MANIFEST_COLUMNS)
        if there and there != NAMES and not ours:
            raise self._holds_something_else(self.table)

    def _holds_something_else(self, name: TableName) -> InputError:
        return InputError(
            self.where,
            f"the table {name} exists and holds something else than mqlgate writes there",
            mend="Name another table, or drop that one. Nothing was written",
        )

    def _columns_of(self, table: TableName) -> tuple[str, ...]:
        """Names of the columns; empty where there is no such table."""
        import sqlalchemy as sa

        inspector = sa.inspect(self._connection)
        if not inspector.has_table(table.name, schema=table.schema):
            return ()
        return tuple(str(column["name"]) for column in inspector.get_columns(table.name, schema=table.schema))

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What the database or its driver raises is told in one paragraph."""
        import psycopg
        import sqlalchemy as sa

        try:
            yield
        except (sa.exc.SQLAlchemyError, psycopg.Error, UnicodeError, OverflowError) as error:
            own = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            password = self._engine.url.password
            raise InputError(
                self.where,
                f"the database says: {own.replace(str(password), '***') if password else own}",
                mend="Nothing was written; the table is as it was",
            ) from None

    def _close(self) -> None:
        with suppress(Exception):  # the connection may be gone already
            self._connection.invalidate()  # closed for good: the temporary table must not wait in a pool
            self._connection.close()
        self._engine.dispose()


def _names(columns: tuple[ScoreColumn, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _parts(text: str) -> list[str]:
    parts, quoting = [""], False
    for mark in text:
        if mark == '"':
            quoting = not quoting
        elif mark == "." and not quoting:
            parts.append("")
        else:
            parts[-1] += mark
    return parts if not quoting else []
