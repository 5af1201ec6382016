"""Raw tables: a CSV or Parquet file, a query, or a DataFrame becomes a DuckDB table whose values are as they came.

CSV values stay text; the others keep their types. Nothing is interpreted here, and nothing is dropped in silence.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from mqlgate.tables.header import ROW
from mqlgate.tables.raw import BadRecord, RawTable
from mqlgate.tables.settings import TableSection

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ROW", "BadRecord", "RawTable", "read_table"]


def read_table(
    con: DuckDBPyConnection, section: TableSection, name: str, directory: Path, frame: "pd.DataFrame | None" = None
) -> RawTable:
    """Read what `section` names (or `frame` in its place) into the DuckDB table `name`.

    Paths are relative to `directory`.

    Raises
    ------
    InputError
        Where it cannot be read: missing, empty, in another encoding, no table at all.
    """
    from mqlgate.tables.csv_file import read_csv
    from mqlgate.tables.frame import read_frame
    from mqlgate.tables.parquet import is_parquet, read_parquet

    if frame is not None:
        return read_frame(con, frame, name)
    if section.url:
        from mqlgate.tables.sql import read_query

        return read_query(con, section.url, section.query or "", name, directory)
    said = str(section.path)
    path = str(directory / said)
    if is_parquet(path):
        return read_parquet(con, path, said, name)
    return read_csv(con, Path(path), said, name, section.encoding)
