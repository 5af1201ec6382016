"""Where the tracking store stands on this disk, and how it comes to be: whole or not at all.

Knows paths and MLflow's SQLite schema; never a run, a version or a champion.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mqlgate.errors import InputError
from mqlgate.registry.quiet import quietly, reachable

if TYPE_CHECKING:
    from mlflow import MlflowClient

_SQLITE = "sqlite:///"
ARTIFACTS = "models"
OWN_ARTIFACTS = "mqlgate.artifacts"
"""The experiment's tag that says: its artifacts were put beside the store by mqlgate."""

# Where MLflow's schema notes the place of artifacts.
_PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


@dataclass(frozen=True)
class Store:
    """A tracking URI made absolute. `file` is the SQLite file, or None where the store is a server."""

    uri: str
    file: Path | None
    artifacts: str | None
    """Where a new experiment's artifacts go, as a URI; None where the server decides."""

    @classmethod
    def at(cls, uri: str, directory: Path) -> "Store":
        """The store that `uri` names; a relative SQLite path is relative to `directory`."""
        if not uri.startswith("sqlite:"):
            local = uri.startswith("postgresql")
            return cls(uri, None, (directory / ARTIFACTS).resolve().as_uri() if local else None)
        name = uri.removeprefix(_SQLITE)
        if name in ("", uri, ":memory:") or "?" in name:
            raise InputError(
                "[tracking] uri",
                f'"{uri}" names no SQLite file',
                f'a URI such as "{_SQLITE}mlflow.db", without a question mark',
            )
        file = (directory / name).resolve()
        return cls(f"{_SQLITE}{file}", file, (file.parent / ARTIFACTS).as_uri())

    @property
    def exists(self) -> bool:
        """Whether there is a store; of a server that is taken for granted."""
        return self.file is None or self.file.exists()

    def client(self) -> "MlflowClient":
        """MLflow's client of this store, which is created where it is a missing SQLite file.

        Raises
        ------
        InputError
            Where the store cannot be reached, created or opened.
        """
        reachable(self.uri)
        if self.file and not self.file.exists():
            self._create(self.file)
        if self.file:
            self._follow(self.file)
        with quietly(self.uri, "open the store"):
            from mlflow import MlflowClient

            return MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)

    def _create(self, file: Path) -> None:
        """Make the schema in a file of its own and link it into place: a killed migration leaves no half store."""
        partial = file.with_name(f".{file.name}.{os.getpid()}")
        with quietly(self.uri, "create the store"):
            from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

            file.parent.mkdir(parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            try:
                with _unhurried_disk():
                    store = SqlAlchemyStore(f"{_SQLITE}{partial}", str(self.artifacts))  # type: ignore[no-untyped-call] # MLflow's
                    store.engine.dispose()
                _flush(partial)
                with contextlib.suppress(FileExistsError):  # another process was faster: its store serves
                    os.link(partial, file)
            finally:
                partial.unlink(missing_ok=True)

    def _follow(self, file: Path) -> None:
        """A project folder that was moved or copied: the places that MLflow noted as absolute paths follow it.

        Only those that mqlgate chose itself, beside the store, are touched.
        """
        with quietly(self.uri, "open the store"), contextlib.closing(_connected(file)) as con:
            for (old,) in _own_places(con, str(self.artifacts)):
                with con:
                    con.execute("BEGIN IMMEDIATE")
                    for table, column in _PLACES:
                        con.execute(
                            f"UPDATE {table} SET {column} = ? || substr({column}, length(?) + 1) "
                            f"WHERE {column} = ? OR substr({column}, 1, length(?) + 1) = ? || '/'",
                            (self.artifacts, old, old, old, old),
                        )
                    con.execute(
                        "UPDATE experiment_tags SET value = ? WHERE key = ? AND value = ?",
                        (self.artifacts, OWN_ARTIFACTS, old),
                    )


@contextmanager
def _unhurried_disk() -> Iterator[None]:
    """SQLite connections that do not wait for the disk.

    MLflow makes its schema in some hundred steps and would flush the disk after each; a file that no one uses yet needs
    one flush, at its end.
    """
    import sqlalchemy as sa

    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = MEMORY")

    sa.event.listen(sa.Engine, "connect", hurry)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "connect", hurry)


def _flush(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connected(file: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(file, timeout=20, isolation_level=None)
    except sqlite3.Error as error:
        raise OSError(str(error)) from None


def _own_places(con: sqlite3.Connection, expected: str) -> list[tuple[str]]:
    try:
        return con.execute(
            "SELECT DISTINCT e.artifact_location FROM experiments e JOIN experiment_tags t USING (experiment_id) "
            "WHERE t.key = ? AND t.value = e.artifact_location AND t.value <> ?",
            (OWN_ARTIFACTS, expected),
        ).fetchall()
    except sqlite3.OperationalError:  # a store without tables: MLflow makes them
        return []
    except sqlite3.DatabaseError as error:
        raise OSError(f"{error}: the file is no SQLite database, or it is damaged") from None
