"""A query's result as a DuckDB table, through SQLAlchemy, a batch at a time. Never writes to the database it reads.

The query goes to the database as the user wrote it: `::date`, `'10:30'` and `like '5%'` mean there what they mean in
the database's own shell. A password stands in no message.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from mqlgate.errors import InputError, is_secret, masked
from mqlgate.tables.arrow import arrow_column
from mqlgate.tables.header import ROW, checked
from mqlgate.tables.names import quote_name
from mqlgate.tables.raw import RawTable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_BATCH = 50_000
_CONNECT_SECONDS = 5
_OWN_MARKS = re.compile(r"[^:/]+://[^:/@?]*:[^?]*[@/][^?]*@")
"""A password with an @ or a slash of its own: drivers would take its end for the host."""


def engine_for(url: str, directory: Path, where: str) -> "Engine":
    """A SQLAlchemy engine; a relative SQLite path is relative to `directory`.

    Raises
    ------
    InputError
        Where the URL is malformed or its driver is missing.
    """
    import sqlalchemy as sa

    if _OWN_MARKS.match(url) and not url.startswith("sqlite"):
        raise InputError(
            where,
            f"the password of {masked(url)} holds an @ or a slash of its own",
            "it to be escaped: @ as %40, / as %2F",
            "Or write ${PGPASSWORD} in its place: what the environment holds is escaped for you",
        )
    try:
        parsed = sa.make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        arguments: dict[str, Any] = {}
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            parsed = parsed.set(database=str(directory / str(parsed.database)))
        if parsed.get_backend_name() == "postgresql" and "connect_timeout" not in parsed.query:
            arguments["connect_timeout"] = _CONNECT_SECONDS
        return sa.create_engine(parsed, connect_args=arguments)
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError(
            where,
            f"there is no driver for {masked(url)}: {error}",
            mend="Install the driver, or name one that is there, such as postgresql+psycopg://",
        ) from None
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(
            where,
            f"{masked(url)} is no database URL",
            'a SQLAlchemy URL such as "sqlite:///crm.db" or "postgresql+psycopg://user:${PGPASSWORD}@host:5432/db"',
        ) from None


def read_query(con: DuckDBPyConnection, url: str, query: str, name: str, directory: Path) -> RawTable:
    """Run `query` at `url` into the DuckDB table `name`, in the order in which the database gives the rows.

    Raises
    ------
    InputError
        Where the database cannot be reached or refuses the query, or two columns have the same name.
    """
    import pyarrow as pa

    where = f"{masked(url)}, query"
    engine = engine_for(url, directory, where)
    try:
        _refuse_missing_sqlite(engine.url, where)
        with _reading(engine, url, where) as connection, _told(url, where, "the query failed", "Mend the query"):
            result = connection.execution_options(stream_results=True, no_parameters=True).exec_driver_sql(query)
            columns = checked(list(result.keys()), where)
            batches = [_arrow_batch(len(columns), rows) for rows in result.partitions(_BATCH)]
    finally:
        engine.dispose()
    rows = sum(len(batch[0]) for batch in batches)
    joined = [_joined([batch[number] for batch in batches]) for number in range(len(columns))]
    con.register("incoming_query", pa.table([pa.array(range(rows), pa.int64()), *joined], names=[ROW, *columns]))
    con.execute(f"CREATE TABLE {quote_name(name)} AS SELECT * FROM incoming_query ORDER BY {ROW}")
    con.unregister("incoming_query")
    return RawTable(name, where, columns, rows, first_record=1)


@contextmanager
def _reading(engine: "Engine", url: str, where: str) -> Iterator["Connection"]:
    """A connection that can only read, where the database knows such a thing; whatever happens is rolled back."""
    backend = engine.dialect.name
    with _told(url, where, "the database cannot be reached", "Mend the URL, the password or the access"):
        connection = engine.connect()
        if backend == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
    with connection:
        if backend == "sqlite":
            with _told(url, where, "this cannot be read as a SQLite database", "Mend the path in the URL"):
                connection.exec_driver_sql("PRAGMA query_only = ON")
        yield connection


@contextmanager
def _told(url: str, where: str, found: str, mend: str) -> Iterator[None]:
    """What a database or its driver raises, as one paragraph."""
    import sqlalchemy as sa

    try:
        yield
    except InputError:
        raise
    except (sa.exc.SQLAlchemyError, Warning, ValueError, OverflowError, OSError) as error:
        raise InputError(where, f"{found}; the database says: {_said(error, url)}", mend=mend) from None


def _refuse_missing_sqlite(url: Any, where: str) -> None:
    """SQLite would make an empty database of a wrong path, and say that the table is missing."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return
    if not Path(url.database).is_file():
        raise InputError(where, f"there is no such file (looked for {url.database})", mend="Mend the path in the URL")


def _arrow_batch(columns: int, rows: Any) -> list[Any]:
    return [arrow_column([row[number] for row in rows]) for number in range(columns)]


def _joined(chunks: list[Any]) -> Any:
    """One column of all batches; whole numbers and fractions become fractions, other types that change become text."""
    import pyarrow as pa

    kinds = {chunk.type for chunk in chunks if chunk.null_count < len(chunk)}
    if len(kinds) <= 1:
        kind = kinds.pop() if kinds else pa.string()
    else:
        kind = pa.float64() if kinds == {pa.int64(), pa.float64()} else pa.string()
    return pa.chunked_array([chunk.cast(kind, safe=False) for chunk in chunks], kind)


def _said(error: Exception, url: str) -> str:
    """The database's own words, without SQLAlchemy's, and without the password in whatever form."""
    told = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    for secret in sorted(_secrets(url), key=len, reverse=True):
        told = told.replace(secret, "***")
    return masked(told)


def _secrets(url: str) -> set[str]:
    """The password of a URL, as it stands there and decoded, and whatever else of its query is secret."""
    from urllib.parse import quote, unquote

    import sqlalchemy as sa

    found = {url.split("://", 1)[-1].rpartition("@")[0].partition(":")[2]}
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        parsed = None
    if parsed is not None:
        values = {key: value if isinstance(value, tuple) else (value,) for key, value in parsed.query.items()}
        found |= {value for key, given in values.items() if is_secret(key) for value in given}
        found.add(str(parsed.password or ""))
    return {form for secret in found for form in (secret, unquote(secret), quote(secret, safe="")) if form}
