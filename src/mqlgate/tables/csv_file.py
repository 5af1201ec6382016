"""A CSV file as a raw table of texts. A record that is no row is set aside with its number, never dropped in silence.

DuckDB's strict reader takes what is well formed; where it finds anything amiss, Python's reader says which records are
at fault and keeps the others.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from mqlgate.tables import csv_text
from mqlgate.tables.header import ROW, checked
from mqlgate.tables.names import quote_file, quote_name, quote_text
from mqlgate.tables.raw import BadRecord, RawTable, counted_rows

_BATCH = 20_000


def read_csv(con: DuckDBPyConnection, path: Path, where: str, name: str, encoding: str) -> RawTable:
    """Read a CSV file into the DuckDB table `name`; `where` is how messages name it.

    Raises
    ------
    InputError
        Where it is missing, empty, in another encoding, or has no header.
    """
    text = csv_text.opened(path, where, encoding)
    try:
        columns = checked(text.header, where)
        # DuckDB 2.0.1 reads no row at all, without an error, where a name in the header holds a line break.
        broken_header = any(mark in column for column in text.header for mark in "\r\n")
        if not text.has_nul and not broken_header and _at_once(con, text, columns, name):
            return RawTable(name, where, columns, counted_rows(con, name), first_record=2)
        bad = tuple(_row_by_row(con, text, columns, name))
        return RawTable(name, where, columns, counted_rows(con, name), first_record=2, bad=bad)
    finally:
        text.close()


def _at_once(con: DuckDBPyConnection, text: csv_text.CsvText, columns: tuple[str, ...], name: str) -> bool:
    """DuckDB's own reader, strict; False where it finds anything amiss, and then the careful reader says what."""
    declared = "{" + ", ".join(f"{quote_text(column)}: 'VARCHAR'" for column in columns) + "}"
    compression = quote_text("gzip" if text.gzipped else "none")
    try:
        con.execute(
            f"""CREATE TABLE {quote_name(name)} AS SELECT row_number() OVER () - 1 AS {ROW}, * FROM read_csv(
                    {quote_file(str(text.path))}, columns = {declared}, auto_detect = false, header = true,
                    strict_mode = true, delim = {quote_text(text.delimiter)}, quote = '"', escape = '"',
                    max_line_size = {text.longest_allowed}, compression = {compression})"""
        )
    except duckdb.Error:
        con.execute(f"DROP TABLE IF EXISTS {quote_name(name)}")
        return False
    return True


def _row_by_row(
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
        while (
            len(values) > len(columns) and not values[-1]
        ):  # delimiters at the end of a line: as DuckDB's reader has it
            values.pop()
        fault = _fault(values, len(columns))
        if fault:
            yield BadRecord(record, fault)
            continue
        batch.append((record - 2, *(value or None for value in values)))
        if len(batch) >= _BATCH:
            flush()
    if batch:
        flush()


def _fault(values: list[str], wanted: int) -> str:
    if len(values) != wanted:
        return f"{len(values)} values where the header has {wanted}"
    if any("\0" in value for value in values):
        return "a NUL byte"
    return ""
