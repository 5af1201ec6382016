"""Raw tables: a CSV or Parquet file, a query, or a DataFrame becomes a DuckDB table whose values are as they came.

CSV values stay text; the others keep their types. Rows that are no rows (too many or too few values, NUL bytes) are set aside with
their number, never dropped in silence. Nothing is interpreted here.
"""

import glob
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from duckdb import DuckDBPyConnection

from mqlgate.errors import InputError, listed, quoted
from mqlgate.tables import csv_text
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.settings import TableSection

if TYPE_CHECKING:
    import pandas as pd

ROW = "__row"
"""Name of the column that numbers a raw table's rows, from 0, in the order of the input."""


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
    first_record
        What a person calls the first row: 2 in a file with a header, else 1.
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
        """`column`, where the table has it.

        Raises
        ------
        InputError
            Naming the nearest column there is.
        """
        from mqlgate.config import named_columns

        if column not in self.columns:
            raise InputError(
                f"{self.where}, {key}",
                f"there is no column {quoted(column)}",
                named_columns(list(self.columns), column),
            )
        return column


def read_table(
    con: DuckDBPyConnection, section: TableSection, name: str, directory: Path, frame: "pd.DataFrame | None" = None
) -> RawTable:
    """Read what `section` names (or `frame` in its place) into the DuckDB table `name`.

    Raises
    ------
    InputError
        Where it cannot be read: missing, empty, in another encoding, no table at all.
    """
    if frame is not None:
        return _read_frame(con, frame, name)
    if section.url:
        from mqlgate.tables.sql import read_query

        columns, rows, where = read_query(con, section.url, section.query or "", name, directory)
        return RawTable(name, where, _checked(columns, where), rows, first_record=1)
    path = str(section.path)
    full = path if Path(path).is_absolute() else str(directory / path)
    if _is_parquet(full):
        return _read_parquet(con, full, path, name)
    return _read_csv(con, Path(full), path, name, section.encoding)


def _is_parquet(path: str) -> bool:
    if path.endswith((".parquet", ".pq")) or "*" in path:
        return True
    return Path(path).is_dir()


def _read_parquet(con: DuckDBPyConnection, path: str, where: str, name: str) -> RawTable:
    pattern = f"{path}/**/*.parquet" if Path(path).is_dir() else path
    files = sorted(glob.glob(pattern, recursive=True))
    if not files:
        raise InputError(
            where, "there is no such file", "a Parquet file, a folder or a glob such as activities/*.parquet"
        )
    source = f"read_parquet([{', '.join(quote_text(file) for file in files)}])"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = _checked([str(row[0]) for row in described], where)
        con.execute(f"CREATE TABLE {quote_name(name)} AS SELECT row_number() OVER () - 1 AS {ROW}, * FROM {source}")
    except duckdb.Error as error:
        raise InputError(where, f"this cannot be read as Parquet: {_first_line(error)}") from None
    return RawTable(name, where, columns, _rows(con, name), first_record=1)


def _read_frame(con: DuckDBPyConnection, frame: "pd.DataFrame", name: str) -> RawTable:
    where = f"the {name.removeprefix('raw_')} DataFrame"
    columns = _checked([str(column) for column in frame.columns], where)
    plain = frame.reset_index(drop=True).set_axis(list(columns), axis=1)
    plain.insert(0, ROW, range(len(plain)))
    con.register("incoming_frame", _arrow(plain))
    con.execute(f"CREATE TABLE {quote_name(name)} AS SELECT * FROM incoming_frame ORDER BY {ROW}")
    con.unregister("incoming_frame")
    return RawTable(name, where, columns, len(plain), first_record=0)


def _arrow(frame: "pd.DataFrame") -> Any:
    """As Arrow; a column of mixed types becomes text, value by value, as it would in a file."""
    import pyarrow as pa

    arrays = []
    for column in frame.columns:
        values = frame[column]
        if isinstance(values.dtype, type(frame.dtypes.iloc[0])) and str(values.dtype) == "category":
            values = values.astype(object)
        try:
            arrays.append(pa.array(values, from_pandas=True))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            arrays.append(pa.array([None if v is None or v != v else str(v) for v in values], pa.string()))
    return pa.table(dict(zip(frame.columns, arrays, strict=True)))


def _read_csv(con: DuckDBPyConnection, path: Path, where: str, name: str, encoding: str) -> RawTable:
    text = csv_text.opened(path, where, encoding)
    try:
        columns = _checked(list(text.header), where)
        # DuckDB 2.0.1 reads no row at all, without an error, where a name in the header holds a line break.
        broken_header = any(mark in column for column in text.header for mark in "\r\n")
        if not text.has_nul and not broken_header and _read_csv_at_once(con, text, columns, name):
            return RawTable(name, where, columns, _rows(con, name), first_record=2)
        bad = tuple(_read_csv_row_by_row(con, text, columns, name))
        return RawTable(name, where, columns, _rows(con, name), first_record=2, bad=bad)
    finally:
        text.close()


def _read_csv_at_once(con: DuckDBPyConnection, text: csv_text.CsvText, columns: tuple[str, ...], name: str) -> bool:
    """DuckDB's own reader, strict; False where it finds anything amiss, and then the careful reader says what."""
    declared = "{" + ", ".join(f"{quote_text(column)}: 'VARCHAR'" for column in columns) + "}"
    try:
        con.execute(
            f"""CREATE TABLE {quote_name(name)} AS SELECT row_number() OVER () - 1 AS {ROW}, * FROM read_csv(
                {quote_text(str(text.path))}, columns = {declared}, auto_detect = false, header = true, strict_mode = true,
                delim = {quote_text(text.delimiter)}, quote = '"', escape = '"', max_line_size = {text.longest_allowed},
                compression = {quote_text("gzip" if text.gzipped else "none")})"""
        )
    except duckdb.Error:
        con.execute(f"DROP TABLE IF EXISTS {quote_name(name)}")
        return False
    return True


def _read_csv_row_by_row(
    con: DuckDBPyConnection, text: csv_text.CsvText, columns: tuple[str, ...], name: str
) -> Iterator[BadRecord]:
    """Python's reader: slower, forgiving, and it knows each record's number."""
    import pyarrow as pa

    names = ", ".join(f"{quote_name(column)} VARCHAR" for column in columns)
    con.execute(f"CREATE TABLE {quote_name(name)} ({ROW} BIGINT, {names})")
    schema = pa.schema([(ROW, pa.int64()), *((column, pa.string()) for column in columns)])
    batch: list[tuple[object, ...]] = []

    def flush() -> None:
        arrays = [pa.array(values, field.type) for values, field in zip(zip(*batch, strict=True), schema, strict=True)]
        con.register("incoming_batch", pa.table(arrays, schema=schema))
        con.execute(f"INSERT INTO {quote_name(name)} SELECT * FROM incoming_batch")
        con.unregister("incoming_batch")
        batch.clear()

    for record, values in text.records():
        fault = _fault(values, len(columns))
        if fault:
            yield BadRecord(record, fault)
            continue
        batch.append((record - 2, *(value or None for value in values)))
        if len(batch) >= 20_000:
            flush()
    if batch:
        flush()


def _fault(values: list[str], wanted: int) -> str:
    if len(values) != wanted:
        return f"{len(values)} values where the header has {wanted}"
    if any("\0" in value for value in values):
        return "a NUL byte"
    return ""


def _checked(columns: list[str], where: str) -> tuple[str, ...]:
    """The names of the columns; one without a name gets its number for a name."""
    named = [column if column.strip() else f"column {number}" for number, column in enumerate(columns, start=1)]
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise InputError(
            where,
            f"the header names {listed(map(quoted, twice))} more than once",
            "each column once",
            "Rename or remove the copies",
        )
    folded: dict[str, str] = {}
    for column in named:
        other = folded.setdefault(column.lower(), column)
        if other != column:
            raise InputError(
                where,
                f"the columns {quoted(other)} and {quoted(column)} differ in case only",
                mend="Rename or remove one of them",
            )
    if ROW in named:
        raise InputError(where, f"a column is called {ROW}, which mqlgate uses itself", mend="Rename it")
    return tuple(named)


def _rows(con: DuckDBPyConnection, name: str) -> int:
    counted = con.execute(f"SELECT count(*) FROM {quote_name(name)}").fetchone()
    return int(counted[0]) if counted else 0


def _first_line(error: Exception) -> str:
    return re.sub(r"^[A-Za-z ]+Error: ", "", str(error).split("\n")[0])[:200]
