"""Whatever a scores table or a version's predictions hold, it reads back as it was written."""

import csv
import io
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from mqlgate.sinks.csv_rows import HEADER, csv_rows
from mqlgate.sinks.schema import NAMES, conformed
from mqlgate.version.out_of_time import columns_of, from_csv, to_csv

TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(datetime(1678, 1, 1), datetime(2261, 1, 1))
ROWS = st.lists(st.tuples(TEXTS, st.none() | FLOATS, st.none() | st.booleans(), MOMENTS), max_size=8)


@given(ROWS)
def test_csv_of_scores_reads_back_to_the_last_bit(rows):
    ids, floats, flags, moments = zip(*rows, strict=True) if rows else ((), (), (), ())
    scores = pd.DataFrame(
        {
            "lead_id": pd.Series(ids, dtype=object),
            "state": "open",
            "scored_at": pd.Series(moments, dtype="datetime64[us]"),
            "model_version": "1",
            "p_sql": pd.Series(floats, dtype=float),
            "passes_gate": pd.Series(flags, dtype=object),
            "qualification_reason": pd.Series(ids, dtype=object),
        }
    )
    text = (HEADER + csv_rows(conformed(scores))).decode("utf-8")
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["lead_id"] for row in read] == list(ids) == [row["qualification_reason"] for row in read]
    assert [float(row["p_sql"]) if row["p_sql"] else None for row in read] == list(floats)
    assert [{"true": True, "false": False, "": None}[row["passes_gate"]] for row in read] == list(flags)
    assert [datetime.fromisoformat(row["scored_at"]).replace(tzinfo=None) for row in read] == list(moments)
    assert all(list(row) == list(NAMES) for row in read)


@given(st.lists(st.none() | TEXTS, max_size=6), st.data())
def test_empty_and_missing_texts_are_told_apart_in_csv(texts, data):
    scores = pd.DataFrame({"lead_id": ["x"] * len(texts), "state": "open", "model_version": "1", "disqualified": texts})
    table = conformed(scores.assign(scored_at=datetime(2018, 1, 1)).astype({"disqualified": object}))
    from pyarrow import csv as arrow_csv

    read = arrow_csv.read_csv(
        pa.py_buffer(HEADER + csv_rows(table)),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=["disqualified"], column_types={"disqualified": pa.string()}, strings_can_be_null=True,
            null_values=[""], quoted_strings_can_be_null=False,
        ),
    )  # fmt: skip
    assert read.column("disqualified").to_pylist() == texts


@given(ROWS)
def test_out_of_time_predictions_read_back_to_the_last_bit(rows):
    ids, floats, flags, moments = zip(*rows, strict=True) if rows else ((), (), (), ())
    table = pd.DataFrame(
        {
            "lead_id": pd.Series([text or "-" for text in ids], dtype=object),
            "p_sql": pd.Series(floats, dtype=float),
            "label": pd.Series([int(bool(flag)) for flag in flags], dtype=np.int64),
            "known": pd.Series([bool(flag) for flag in flags], dtype=bool),
            "qualified_at": pd.Series(moments, dtype="datetime64[us]"),
            'a "column", named oddly\n': pd.Series([text or None for text in ids], dtype=object),
        }
    )
    assert_frame_equal(from_csv(to_csv(table), columns_of(table)), table, check_exact=True)
