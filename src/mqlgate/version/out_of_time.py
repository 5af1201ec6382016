"""Out-of-time predictions as CSV that comes back as it was: floats to the last bit, ids as text. Never computes one."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NUMBER, INTEGER, BOOLEAN, TIME, TEXT = "number", "integer", "boolean", "time", "text"


def columns_of(table: "pd.DataFrame") -> dict[str, str]:
    """The kind of each column, by which `from_csv` reads it: number, integer, boolean, time or text."""
    return {str(name): _kind(table[name]) for name in table.columns}


def to_csv(table: "pd.DataFrame") -> str:
    """The table as CSV text without its index; missing is empty, floats are the shortest that read back equal."""
    import pandas as pd

    columns = {}
    for name in table.columns:
        column = table[name]
        if _kind(column) == TIME:
            iso = [None if pd.isna(moment) else moment.isoformat() + "Z" for moment in column]
            columns[name] = pd.Series(iso, dtype=object)
        else:
            columns[name] = column.reset_index(drop=True)
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n")


def from_csv(text: str, kinds: Mapping[str, str]) -> "pd.DataFrame":
    """The table that `to_csv` wrote.

    Raises
    ------
    ValueError
        If the columns are not those of `kinds`, or a value is not of its column's kind.
    """
    import pandas as pd

    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_filter=False, skip_blank_lines=False)
    if list(table.columns) != list(kinds):
        raise ValueError("the columns of out_of_time.csv are not those of the recipe")
    return pd.DataFrame({name: _read(table[name], kind) for name, kind in kinds.items()})


def _kind(column: "pd.Series") -> str:
    from pandas.api import types

    if types.is_bool_dtype(column.dtype):
        return BOOLEAN
    if types.is_integer_dtype(column.dtype):
        return INTEGER
    if types.is_float_dtype(column.dtype):
        return NUMBER
    return TIME if types.is_datetime64_any_dtype(column.dtype) else TEXT


def _read(column: "pd.Series", kind: str) -> "pd.Series":
    import numpy as np
    import pandas as pd

    empty = column == ""
    if kind == NUMBER:
        # float() and not pandas' own reader: it alone gives back the very bits.
        return pd.Series([np.nan if text == "" else float(text) for text in column], dtype=np.float64)
    if kind == INTEGER:
        if empty.any():
            return pd.Series([pd.NA if text == "" else int(text) for text in column], dtype="Int64")
        return pd.Series([int(text) for text in column], dtype=np.int64)
    if kind == BOOLEAN:
        meant = {"True": True, "False": False, "": pd.NA}
        return pd.Series([meant[text] for text in column], dtype="boolean" if empty.any() else bool)
    if kind == TIME:
        return pd.to_datetime(column.str.removesuffix("Z").where(~empty), format="ISO8601").astype("datetime64[us]")
    return pd.Series(column.where(~empty, None), dtype=object)
