"""Large tables: rows keep the order of the file however many threads read it, and wide tables are read whole."""

import time

import duckdb
import pytest

from ground.small_crm import crm_of, rows
from mqlgate.crm.loading import connected
from mqlgate.tables.read import read_table
from mqlgate.tables.settings import TableSection

ROWS = 3_000_000


@pytest.mark.parametrize("kind", ["csv", "parquet", "many parquet files"])
def test_three_million_rows_keep_the_order_of_the_file_with_two_threads(tmp_path, kind):
    written = duckdb.connect(config={"threads": 2})
    # Lengths vary, so that the threads' shares of the file do not end at the same places as its rows.
    query = "SELECT 'L' || i AS lead_id, repeat('x', (i * 7919 % 13)::INT) AS pad FROM range({}, {}) t(i) ORDER BY i"
    if kind == "many parquet files":
        path = "part-*.parquet"
        for number in range(6):
            part = query.format(number * ROWS // 6, (number + 1) * ROWS // 6)
            written.execute(f"COPY ({part}) TO '{tmp_path}/part-{number}.parquet' (FORMAT parquet)")
    else:
        path = f"rows.{kind}"
        options = "FORMAT parquet, ROW_GROUP_SIZE 20000" if kind == "parquet" else "FORMAT csv, HEADER"
        written.execute(f"COPY ({query.format(0, ROWS)}) TO '{tmp_path}/{path}' ({options})")
    written.close()
    con = connected()
    con.execute("SET threads = 2")
    raw = read_table(con, TableSection(path=path), "raw", tmp_path)
    assert raw.rows == ROWS
    misplaced = "count(*) FILTER (lead_id <> 'L' || __row), min(__row), max(__row), count(DISTINCT __row)"
    assert con.execute(f"SELECT {misplaced} FROM raw").fetchone() == (0, 0, ROWS - 1, ROWS)
    con.close()


def test_a_table_of_three_hundred_columns_is_read_whole(tmp_path):
    names = [f"n{i}" for i in range(150)] + [f"t{i}" for i in range(149)]
    lines = [",".join(["lead_id", *names])]
    for row in range(500):
        numbers, words = (
            (str(row * place % 17) for place in range(150)),
            (f"w{row * place % 5}" for place in range(149)),
        )
        lines.append(",".join([f"L{row}", *numbers, *words]))
    (tmp_path / "leads.csv").write_text("\n".join(lines) + "\n")
    began = time.process_time()
    known = crm_of(directory=tmp_path, leads={"path": "leads.csv"})
    assert time.process_time() - began < 20
    assert [column.name for column in known.columns] == names
    assert {column.kind for column in known.columns} == {"number", "category"}
    assert rows(known, "SELECT n149, t148 FROM lead_value WHERE row = 499") == [
        (float(499 * 149 % 17), f"w{499 * 148 % 5}")
    ]


def test_one_bad_record_among_many_costs_only_itself(tmp_path):
    count = 200_000
    lines = [f"L{i},{i % 7}" for i in range(count)]
    lines[150_000] += ",one too many"
    (tmp_path / "leads.csv").write_text("\n".join(["lead_id,x", *lines]) + "\n")
    known = crm_of(directory=tmp_path, leads={"path": "leads.csv"})
    assert rows(known, "SELECT table_name, row, record, reason FROM bad_row") == [
        ("leads", 150_000, 150_002, "3 values where the header has 2")
    ]
    assert rows(known, "SELECT count(*), count(*) FILTER (lead_id <> 'L' || row) FROM lead") == [(count - 1, 0)]
