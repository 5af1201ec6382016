"""A query's result as a DuckDB table, through SQLAlchemy, a batch at a time. Never writes to the database it reads."""

from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from mqlgate.errors import InputError, masked
from mqlgate.tables.names import quote_name

_BATCH = 50_000
_CONNECT_SECONDS = 10


def engine_for(url: str, directory: Path, where: str) -> Any:
    """A SQLAlchemy engine; a relative SQLite path is relative to `directory`.

    Raises
    ------
    InputError
        Where the URL is malformed or its driver is missing.
    """
    import sqlalchemy as sa

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
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(
            where,
            f"{masked(url)} is no database URL",
            'a SQLAlchemy URL such as "sqlite:///crm.db" or "postgresql+psycopg://user:${PGPASSWORD}@host:5432/db"',
        ) from None
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError(where, f"there is no driver for {masked(url)}: {error}", mend="Install the driver") from None


def read_query(con: DuckDBPyConnection, url: str, query: str, name: str, directory: Path) -> tuple[list[str], int, str]:
    """Run `query` at `url` into the DuckDB table `name`; returns its columns, its rows and how messages name it.

    Raises
    ------
    InputError
        Where the database cannot be reached or refuses the query.
    """
    import pyarrow as pa
    import sqlalchemy as sa

    from mqlgate.tables.read import ROW

    where = f"{masked(url)}, query"
    engine = engine_for(url, directory, where)
    _refuse_missing_sqlite(engine.url, where)
    try:
        with engine.connect() as connection:
            result = connection.execution_options(stream_results=True).execute(sa.text(query))
            columns = [str(column) for column in result.keys()]  # noqa: SIM118 (a Result is no dict)
            batches = [_arrow_batch(columns, rows) for rows in result.partitions(_BATCH)]
    except sa.exc.SQLAlchemyError as error:
        raise InputError(where, _said(error, url), mend="Mend the query, the URL or the access") from None
    finally:
        engine.dispose()
    table = _joined(batches, columns)
    table = table.add_column(0, ROW, pa.array(range(table.num_rows), pa.int64()))
    con.register("incoming_query", table)
    con.execute(f"CREATE TABLE {quote_name(name)} AS SELECT * FROM incoming_query ORDER BY {ROW}")
    con.unregister("incoming_query")
    return columns, table.num_rows, where


def _refuse_missing_sqlite(url: Any, where: str) -> None:
    """SQLite would make an empty database of a wrong path, and say that the table is missing."""
    if (
        url.get_backend_name() == "sqlite"
        and url.database not in (None, "", ":memory:")
        and not Path(url.database).exists()
    ):
        raise InputError(where, f"there is no such file (looked for {url.database})", mend="Mend the path in the URL")


def _arrow_batch(columns: list[str], rows: Any) -> dict[str, Any]:
    return {column: _array([row[i] for row in rows]) for i, column in enumerate(columns)}


def _array(values: list[Any]) -> Any:
    import decimal

    import pyarrow as pa

    if any(isinstance(value, decimal.Decimal) for value in values):
        values = [float(value) if isinstance(value, decimal.Decimal) else value for value in values]
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())


def _joined(batches: list[dict[str, Any]], columns: list[str]) -> Any:
    """One table of all batches; a column whose type changes between batches becomes text."""
    import pyarrow as pa

    if not batches:
        return pa.table({column: pa.array([], pa.string()) for column in columns})
    joined = {}
    for column in columns:
        chunks = [batch[column] for batch in batches]
        kinds = {chunk.type for chunk in chunks if chunk.type != pa.null()}
        if len(kinds) > 1:
            numeric = all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds)
            chunks = [chunk.cast(pa.float64() if numeric else pa.string()) for chunk in chunks]
        elif kinds:
            chunks = [chunk.cast(next(iter(kinds))) for chunk in chunks]
        else:
            chunks = [chunk.cast(pa.string()) for chunk in chunks]
        joined[column] = pa.chunked_array(chunks)
    return pa.table(joined)


def _said(error: Exception, url: str) -> str:
    """The database's own words, without SQLAlchemy's, and without the password."""
    own = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    secret = url.split("://", 1)[-1].split("@")[0].partition(":")[2] if "@" in url else ""
    return f"the database says: {own.replace(secret, '***') if secret else own}"
