"""Raw tables: every source gives the same rows, with their numbers; what is no row is set aside, never dropped."""

import gzip
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from mqlgate.errors import InputError
from mqlgate.tables.raw import RawTable
from mqlgate.tables.read import ROW, read_table
from mqlgate.tables.settings import TableSection

ROWS = [("a", "1"), ("b", "2"), ("c", "3")]


def read(
    folder: Path, content: bytes | None = None, name: str = "t.csv", **section: object
) -> tuple[RawTable, list[tuple]]:
    if content is not None:
        (folder / name).write_bytes(content)
    con = duckdb.connect()
    raw = read_table(con, TableSection(**{"path": name, **section}), "raw_t", folder)
    return raw, con.execute(f'SELECT * EXCLUDE ({ROW}) FROM "raw_t" ORDER BY {ROW}').fetchall()


def framed(frame: pd.DataFrame) -> tuple[RawTable, list[tuple], list[str]]:
    con = duckdb.connect()
    raw = read_table(con, TableSection(), "raw_t", Path(), frame)
    rows = con.execute(f'SELECT * EXCLUDE ({ROW}) FROM "raw_t" ORDER BY {ROW}').fetchall()
    types = con.execute(
        "SELECT data_type FROM duckdb_columns() WHERE table_name = 'raw_t' ORDER BY column_index"
    ).fetchall()
    return raw, rows, [kind for (kind,) in types][1:]


CSV = {
    "plain": b"id,n\na,1\nb,2\nc,3\n",
    "no line end at the end": b"id,n\na,1\nb,2\nc,3",
    "line ends of Windows": b"id,n\r\na,1\r\nb,2\r\nc,3\r\n",
    "a BOM": b"\xef\xbb\xbfid,n\na,1\nb,2\nc,3\n",
    "semicolons": b"id;n\na;1\nb;2\nc;3\n",
    "tabs": b"id\tn\na\t1\nb\t2\nc\t3\n",
    "bars": b"id|n\na|1\nb|2\nc|3\n",
    "quotes": b'"id","n"\n"a","1"\n"b","2"\n"c","3"\n',
    "gzip": gzip.compress(b"id,n\na,1\nb,2\nc,3\n"),
    "UTF-16": "id,n\na,1\nb,2\nc,3\n".encode("utf-16"),
    "UTF-16 in gzip": gzip.compress("id,n\na,1\nb,2\nc,3\n".encode("utf-16")),
}


@pytest.mark.parametrize("case", CSV)
def test_a_csv_file_is_read_however_it_was_written(case, tmp_path):
    raw, rows = read(tmp_path, CSV[case])
    assert raw.columns == ("id", "n")
    assert rows == ROWS
    assert (raw.rows, raw.first_record, raw.bad) == (3, 2, ())


def test_values_of_a_csv_file_stay_as_they_are(tmp_path):
    _, rows = read(tmp_path, b'id,n\n007,1.50\n" x ",NA\n"a ""b"",\nc",\n')
    assert rows == [("007", "1.50"), (" x ", "NA"), ('a "b",\nc', None)]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "utf-8"])
def test_an_encoding_that_is_said_is_used(encoding, tmp_path):
    _, rows = read(tmp_path, "id,n\nMüller,é\n".encode(encoding), encoding=encoding)
    assert rows == [("Müller", "é")]


@pytest.mark.parametrize("bad", [b"d,4,5", b"d", b'd,"4\x00"', b"d,4,,5"])
def test_a_record_that_is_no_row_is_set_aside_with_its_number(bad, tmp_path):
    raw, rows = read(tmp_path, b"id,n\na,1\n" + bad + b"\nb,2\nc,3\n")
    assert rows == ROWS
    assert [record.record for record in raw.bad] == [3]
    con = duckdb.connect()
    read_table(con, TableSection(path="t.csv"), "again", tmp_path)
    assert con.execute(f"SELECT {ROW} + 2 FROM again ORDER BY 1").fetchall() == [(2,), (4,), (5,)]


@pytest.mark.parametrize("beside", [b"", b"too,many,values\n"], ids=["alone", "beside a bad record"])
def test_delimiters_at_the_end_of_a_line_are_no_values(beside, tmp_path):
    _, rows = read(tmp_path, b"id,n\na,1,\nb,2,,\nc,3\n" + beside)
    assert rows == ROWS


def test_a_bad_record_far_down_leaves_all_others(tmp_path):
    lines = [f"x{i},{i}" for i in range(30_000)]
    lines[25_000] += ",surplus"
    raw, rows = read(tmp_path, ("id,n\n" + "\n".join(lines)).encode())
    assert len(rows) == 29_999
    assert [(record.record, record.found) for record in raw.bad] == [(25_002, "3 values where the header has 2")]


def test_a_cell_of_ten_megabytes_is_a_value(tmp_path):
    _, rows = read(tmp_path, b"id,n\na," + b"x" * 10_000_000 + b"\n")
    assert len(rows[0][1]) == 10_000_000


def test_a_header_without_rows_is_an_empty_table(tmp_path):
    raw, rows = read(tmp_path, b"id,n\n")
    assert (raw.rows, rows) == (0, [])


def test_a_column_without_a_name_gets_its_number(tmp_path):
    raw, _ = read(tmp_path, b"id,,\na,1,2\n")
    assert raw.columns == ("id", "column 2", "column 3")


def parquet(path: Path, select: str) -> None:
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")


def test_a_parquet_file_a_folder_and_a_glob_give_the_same_rows_in_the_order_of_their_names(tmp_path):
    (tmp_path / "p").mkdir()
    parquet(tmp_path / "p" / "2.parquet", "SELECT 'c' AS id, 3 AS n")
    parquet(tmp_path / "p" / "1.parquet", "SELECT * FROM (VALUES ('a', 1), ('b', 2)) t(id, n)")
    expected = [("a", 1), ("b", 2), ("c", 3)]
    assert read(tmp_path, path="p")[1] == read(tmp_path, path="p/*.parquet")[1] == expected
    raw, rows = read(tmp_path, path="p/1.parquet")
    assert (rows, raw.first_record) == (expected[:2], 1)


def test_a_column_that_one_parquet_file_lacks_is_empty_there(tmp_path):
    parquet(tmp_path / "1.parquet", "SELECT 'a' AS id, 1 AS n")
    parquet(tmp_path / "2.parquet", "SELECT 'b' AS id")
    assert read(tmp_path, path="*.parquet")[1] == [("a", 1), ("b", None)]


def test_the_folders_of_this_machine_are_no_columns(tmp_path):
    home = tmp_path / "team=north"
    home.mkdir()
    parquet(home / "t.parquet", "SELECT 'a' AS id")
    assert read(home, path="t.parquet")[0].columns == ("id",)


FRAMES = {
    "whole numbers": ([1, 2], "BIGINT", [1, 2]),
    "fractions with a gap": ([1.5, np.nan], "DOUBLE", [1.5, None]),
    "nullable numbers": (pd.array([1, None], dtype="Int64"), "BIGINT", [1, None]),
    "texts": (["a", None], "VARCHAR", ["a", None]),
    "mixed types": (["a", 1], "VARCHAR", ["a", "1"]),
    "truths": ([True, False], "BOOLEAN", [True, False]),
    "categories": (pd.Categorical(["a", "b"]), "VARCHAR", ["a", "b"]),
    "timestamps": (pd.to_datetime(["2018-02-28 09:30", None]), "TIMESTAMP", [datetime(2018, 2, 28, 9, 30), None]),
    "dates": ([date(2018, 2, 28), None], "DATE", [date(2018, 2, 28), None]),
    "decimals": ([Decimal("1.5"), Decimal(2)], "DOUBLE", [1.5, 2.0]),
    "numbers beyond 64 bits": ([2**70, 1], "VARCHAR", [str(2**70), "1"]),
}


@pytest.mark.parametrize("case", FRAMES)
def test_a_dataframe_keeps_its_types_and_what_mixes_them_is_text(case):
    values, kind, expected = FRAMES[case]
    raw, rows, types = framed(pd.DataFrame({"v": values}))
    assert [value for (value,) in rows] == expected
    assert types[0].startswith(kind)
    assert raw.first_record == 0


def test_a_dataframe_is_not_changed_and_its_index_is_no_column():
    frame = pd.DataFrame({"v": [1, 2]}, index=[7, 3])
    before = frame.copy()
    raw, rows, _ = framed(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert (raw.columns, rows) == (("v",), [(1,), (2,)])


def test_two_dataframe_columns_of_one_name_are_refused():
    with pytest.raises(InputError, match="more than once"):
        framed(pd.DataFrame([[1, 2]], columns=["v", "v"]))


@pytest.mark.parametrize("wanted", ["idd", "ID_", "nothing like it"])
def test_a_missing_column_is_told_with_those_that_there_are(wanted, tmp_path):
    raw, _ = read(tmp_path, b"id,n\na,1\n")
    with pytest.raises(InputError) as told:
        raw.need(wanted, "[leads] id")
    assert '"id"' in str(told.value)
    assert "[leads] id" in str(told.value)
    assert raw.need("n", "x") == "n"
