"""The fast CSV reader and the careful one read the same: whichever is used, a file means one thing."""

import csv
import io

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from mqlgate.tables import csv_file, csv_text
from mqlgate.tables.names import quote_name

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\ufeff") | st.sampled_from(list("\",;\n\r\t |'\\#")), max_size=8
)


def read(path, reader, columns):
    con = duckdb.connect()
    text = csv_text.opened(path, path.name, "utf-8")
    assert text.header == columns
    done = reader(con, text, columns, "t")
    faults = [] if isinstance(done, bool) else list(done)
    if done is False:
        return None
    names = ", ".join(f"nullif({quote_name(column)}, '')" for column in columns)
    found = con.execute(f"SELECT __row, {names} FROM t ORDER BY __row").fetchall()
    con.close()
    return found, faults


@given(
    rows=st.lists(st.lists(_TEXT, min_size=2, max_size=2), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_the_fast_reader_takes_it_reads_as_the_careful_one_does(tmp_path, rows, delimiter, ending, quoting):
    columns = ("lead_id", "a name")
    written = io.StringIO(newline="")
    if any("\r" in value for row in rows for value in row):
        quoting = csv.QUOTE_ALL  # Python's writer leaves a lone carriage return without quotes
    csv.writer(written, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerows([columns, *rows])
    path = tmp_path / "t.csv"
    path.write_bytes(written.getvalue().encode())
    careful, faults = read(path, csv_file._row_by_row, columns)
    assert faults == []
    assert [values for _, *values in careful] == [[value or None for value in row] for row in rows]
    fast = read(path, csv_file._at_once, columns)
    assert fast is None or fast == (careful, [])
