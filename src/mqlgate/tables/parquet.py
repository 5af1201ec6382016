"""Parquet: one file, a folder or a glob becomes one raw table. Never interprets a value, but NaN is none.

Files are read in the order of their names, and their columns are matched by name: one that a file lacks is empty there.
"""

import glob
import re
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from mqlgate.errors import InputError
from mqlgate.tables.header import ROW, checked
from mqlgate.tables.names import quote_file, quote_name
from mqlgate.tables.raw import RawTable, counted_rows

_ENDINGS = (".parquet", ".pq")
_WILD = re.compile(r"[*?\[]")
_FLOATS = ("DOUBLE", "FLOAT")


def is_parquet(path: str) -> bool:
    """Whether a path names Parquet: by its ending, as a folder, or as a glob."""
    given = Path(path)
    if path.lower().endswith(_ENDINGS) or given.is_dir():
        return True
    return not given.exists() and bool(_WILD.search(given.name) or "*" in path)


def read_parquet(con: DuckDBPyConnection, path: str, where: str, name: str) -> RawTable:
    """Read the files that `path` names into the DuckDB table `name`, in the order of the files and of their rows.

    Raises
    ------
    InputError
        Where there is no such file, or one cannot be read as Parquet.
    """
    root, files = _files(path)
    if not files:
        raise InputError(
            where,
            f"there is no such file (looked for {path})",
            "a Parquet file, a folder or a glob such as activities/*.parquet",
            "Mend the path",
        )
    # Folders named key=value below the pattern are columns (Hive's way); those above it are this machine's business.
    partitioned = any("=" in part for file in files for part in Path(file).relative_to(root).parts[:-1])
    listed = ", ".join(map(quote_file, files))
    source = f"read_parquet([{listed}], union_by_name = {len(files) > 1}, hive_partitioning = {partitioned})"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = checked([str(row[0]) for row in described], where)
        values = ", ".join(_value(str(column), str(kind)) for column, kind, *_ in described)
        con.execute(
            f"CREATE TABLE {quote_name(name)} AS SELECT row_number() OVER () - 1 AS {ROW}, {values} FROM {source}"
        )
    except duckdb.Error as error:
        con.execute(f"DROP TABLE IF EXISTS {quote_name(name)}")
        raise InputError(
            where, f"this cannot be read as Parquet: {_first_line(error)}", mend="Write the file again"
        ) from None
    return RawTable(name, where, columns, counted_rows(con, name), first_record=1)


def _files(path: str) -> tuple[Path, list[str]]:
    """The folder above all wildcards, and the files in the order of their names."""
    given = Path(path)
    if given.is_file():
        return given.parent, [path]
    if given.is_dir():
        return given, sorted(str(file) for ending in _ENDINGS for file in given.rglob(f"*{ending}") if file.is_file())
    parts = given.parts
    plain = next((number for number, part in enumerate(parts) if _WILD.search(part)), len(parts) - 1)
    found = glob.glob(path, recursive=True)  # noqa: PTH207  (pathlib's glob cannot start from an absolute pattern)
    return Path(*parts[:plain]), sorted(file for file in found if Path(file).is_file())


def _value(column: str, kind: str) -> str:
    name = quote_name(column)
    return f"CASE WHEN NOT isnan({name}) THEN {name} END AS {name}" if kind in _FLOATS else name


def _first_line(error: Exception) -> str:
    return re.sub(r"^[A-Za-z ]+Error: ", "", str(error).split("\n")[0])[:200]
