"""A DataFrame as a raw table. Its index is no column; nothing is interpreted."""

from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from mqlgate.tables.arrow import arrow_column
from mqlgate.tables.header import ROW, checked
from mqlgate.tables.names import quote_name
from mqlgate.tables.raw import RawTable

if TYPE_CHECKING:
    import pandas as pd


def read_frame(con: DuckDBPyConnection, frame: "pd.DataFrame", name: str) -> RawTable:
    """Copy `frame` into the DuckDB table `name`; its rows count from 0, as in pandas.

    Raises
    ------
    InputError
        Where two columns have the same name.
    """
    import pyarrow as pa

    where = f"the {name.removeprefix('raw_')} DataFrame"
    columns = checked([str(column) for column in frame.columns], where)
    arrays = [pa.array(range(len(frame)), pa.int64())]
    arrays += [_column(frame.iloc[:, number]) for number in range(len(columns))]
    con.register("incoming_frame", pa.table(arrays, names=[ROW, *columns]))
    con.execute(f"CREATE TABLE {quote_name(name)} AS SELECT * FROM incoming_frame ORDER BY {ROW}")
    con.unregister("incoming_frame")
    return RawTable(name, where, columns, len(frame), first_record=0)


def _column(values: "pd.Series[Any]") -> Any:
    """As Arrow: pandas' own conversion for the types that tables have, value by value for all others."""
    import pandas as pd
    import pyarrow as pa

    dtype = values.dtype
    plain = pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype)
    plain = plain or isinstance(dtype, pd.StringDtype)
    unusual = isinstance(dtype, pd.SparseDtype) or pd.api.types.is_complex_dtype(dtype) or str(dtype) == "float16"
    if plain and not unusual:
        try:
            if isinstance(dtype, pd.DatetimeTZDtype):
                naive = pa.array(values.dt.tz_convert(None).to_numpy(), from_pandas=True)
                return naive.cast(pa.timestamp(naive.type.unit, "UTC"))
            return pa.array(values, from_pandas=True)
        except (pa.ArrowException, ValueError):
            pass
    return arrow_column(values.tolist())
