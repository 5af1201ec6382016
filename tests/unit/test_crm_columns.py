"""Lead columns in canonical form: of every type that Parquet and pandas know, and under every name."""

import datetime as dt
import uuid
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pytest

from ground.small_crm import crm_of, rows, values
from mqlgate.errors import InputError


def kinds(known):
    return {column.name: column.kind for column in known.columns}


PARQUET = {
    "TINYINT": ("1", "number", 1.0),
    "UBIGINT": ("18446744073709551615", "number", 18446744073709551615.0),
    "DECIMAL(9, 2)": ("12.50", "number", 12.5),
    "FLOAT": ("0.1", "number", 0.1),
    "DOUBLE": ("1e300", "number", 1e300),
    "BOOLEAN": ("true", "boolean", 1.0),
    "DATE": ("2026-01-02", "time", dt.datetime(2026, 1, 2)),
    "TIMESTAMP": ("2026-01-02 03:04:05.000006", "time", dt.datetime(2026, 1, 2, 3, 4, 5, 6)),
    "TIMESTAMP_NS": ("2026-01-02 03:04:05.000006007", "time", dt.datetime(2026, 1, 2, 3, 4, 5, 6)),
    "TIMESTAMPTZ": ("2026-01-02 03:04:05+02", "time", dt.datetime(2026, 1, 2, 1, 4, 5)),
    "VARCHAR": ("x", "category", "x"),
    "UUID": ("00000000-0000-0000-0000-000000000001", "category", "00000000-0000-0000-0000-000000000001"),
    "TIME": ("10:30:00", "category", "10:30:00"),
}


@pytest.mark.parametrize("declared", PARQUET)
def test_a_type_of_parquet_is_read_as_its_kind(tmp_path, declared):
    text, kind, value = PARQUET[declared]
    duckdb.execute(
        f"""COPY (SELECT * FROM (VALUES ('a', CAST('{text}' AS {declared})), ('b', NULL)) t(lead_id, x))
            TO '{tmp_path}/leads.parquet' (FORMAT parquet)"""
    )
    known = crm_of(directory=tmp_path, leads={"path": "leads.parquet"}, timezone="Europe/Berlin")
    assert kinds(known) == {"x": kind}
    expected = value - dt.timedelta(hours=1) if kind == "time" and declared != "TIMESTAMPTZ" else value
    assert values(known, "x") == [expected, None]


@pytest.mark.parametrize("value", ["[1, 2]", "{'a': 1, 'b': 'x'}", "MAP {'k': 1}", "'ab'::BLOB", "[{'a': 1}]"])
def test_what_is_many_values_in_one_is_kept_as_text_and_never_a_feature(tmp_path, value):
    duckdb.execute(
        f"""COPY (SELECT 'L' || i AS lead_id, {value} AS x FROM range(5) t(i))
            TO '{tmp_path}/leads.parquet' (FORMAT parquet)"""
    )
    known = crm_of(directory=tmp_path, leads={"path": "leads.parquet"})
    assert kinds(known) == {"x": "text"}
    assert all(isinstance(text, str) for text in values(known, "x"))


def test_infinite_moments_are_none(tmp_path):
    duckdb.execute(
        f"""COPY (SELECT * FROM (VALUES ('a', DATE 'infinity'), ('b', DATE '-infinity'), ('c', DATE '2026-01-02'))
                  t(lead_id, mql_at)) TO '{tmp_path}/leads.parquet' (FORMAT parquet)"""
    )
    known = crm_of(directory=tmp_path, leads={"path": "leads.parquet", "qualified_at": "mql_at"})
    assert rows(known, "SELECT lead_id, qualified_at FROM lead ORDER BY row") == [
        ("a", None),
        ("b", None),
        ("c", dt.datetime(2026, 1, 2)),
    ]


BERLIN = dt.timezone(dt.timedelta(hours=1))
FRAMES = {
    "categories": (pd.Categorical(["a", None, "b"]), "category", ["a", None, "b"]),
    "categories of numbers": (pd.Categorical([1, None, 2]), "number", [1.0, None, 2.0]),
    "decimals": ([Decimal("1.5"), None, Decimal("NaN")], "number", [1.5, None, None]),
    "nullable whole numbers": (pd.array([1, None, 3], dtype="Int64"), "number", [1.0, None, 3.0]),
    "nullable truths": (pd.array([True, None, False], dtype="boolean"), "boolean", [1.0, None, 0.0]),
    "truths as objects": ([True, None, False], "boolean", [1.0, None, 0.0]),
    "numbers and words": ([1, "a", None], "category", ["1", "a", None]),
    "numbers beyond 64 bits": ([2**70, None, 1], "number", [float(2**70), None, 1.0]),
    "half floats": (np.array([1, 2.5, np.nan], dtype="float16"), "number", [1.0, 2.5, None]),
    "infinities": ([np.inf, 1.0, -np.inf], "number", [None, 1.0, None]),
    "sparse": (pd.arrays.SparseArray([0, 0, 1]), "number", [0.0, 0.0, 1.0]),
    "bytes": ([b"ab", None, b"\xff"], "category", ["ab", None, "ff"]),
    "months": (pd.period_range("2026-01", periods=3, freq="M"), "category", ["2026-01", "2026-02", "2026-03"]),
    "ids": ([uuid.UUID(int=1), None, "x"], "category", [str(uuid.UUID(int=1)), None, "x"]),
    "lists": ([[1, 2], None, ["ä"]], "category", ["[1, 2]", None, '["ä"]']),
    "nothing": ([None, pd.NA, np.nan], "category", [None, None, None]),
    "lone surrogates": (pd.Series(["\ud800", "b", None], dtype=object), "category", ["?", "b", None]),
    "times in two zones": (
        [dt.datetime(2026, 1, 1, 5, tzinfo=BERLIN), dt.datetime(2026, 1, 1, 5, tzinfo=dt.UTC), None],
        "time",
        [dt.datetime(2026, 1, 1, 4), dt.datetime(2026, 1, 1, 5), None],
    ),
    "times, some with a zone": (
        [dt.datetime(2026, 1, 1, 5), dt.datetime(2026, 1, 1, 5, tzinfo=dt.UTC), None],
        "time",
        [dt.datetime(2026, 1, 1, 10), dt.datetime(2026, 1, 1, 5), None],
    ),
    "dates and times": (
        [dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, 5), None],
        "time",
        [dt.datetime(2026, 1, 1, 5), dt.datetime(2026, 1, 1, 10), None],
    ),
    "zoned times in nanoseconds": (
        pd.to_datetime(["2026-01-01 05:00", None, "2026-07-01 05:00"]).astype("M8[ns]").tz_localize("Asia/Tokyo"),
        "time",
        [dt.datetime(2025, 12, 31, 20), None, dt.datetime(2026, 6, 30, 20)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FRAMES)
def test_a_column_of_a_dataframe_is_read_as_its_kind(what):
    column, kind, expected = FRAMES[what]
    known = crm_of(leads=(pd.DataFrame({"lead_id": ["a", "b", "c"], "x": column}), {}), timezone="America/New_York")
    assert kinds(known) == {"x": kind}
    assert values(known, "x") == expected


@pytest.mark.parametrize("frame", [pd.DataFrame({"lead_id": [], "x": []}), pd.DataFrame(columns=["lead_id", "x"])])
def test_an_empty_dataframe_is_a_table_without_rows(frame):
    known = crm_of(leads=(frame, {}))
    assert rows(known, "SELECT count(*) FROM lead") == [(0,)]


def test_a_dataframe_without_columns_is_an_error_that_names_it():
    with pytest.raises(InputError, match="the leads DataFrame"):
        crm_of(leads=(pd.DataFrame(), {}))


def test_leads_may_be_ids_alone():
    known = crm_of(leads=({"lead_id": ["a", "b"]}, {}))
    assert known.columns == ()
    assert rows(known, "SELECT * FROM lead_value ORDER BY row") == [(0,), (1,)]


ODD = [
    "select", "row", "Row number", 'quo"te', "it's", "semi;colon", "🙂", "a\nb", "a:b[c]{d}", "join_key", "lead_id ",
    "%s", ":name", "$x", "v", "n", "shape", "event_at", "seen", "asked",
]  # fmt: skip


def test_columns_may_have_any_name_and_keep_it():
    frame = pd.DataFrame({"lead_id": ["a", "b"], **{name: [place, place + 100] for place, name in enumerate(ODD)}})
    known = crm_of(leads=(frame, {}), lookups=[({"id": ["0"], "key": ["z"]}, {"key": "select", "id": "id"})])
    stored = [column.name for column in known.columns if column.source == "leads"]
    assert [name for name in stored if name != "row_"] == [name for name in ODD if name != "row"]
    for place, name in enumerate(stored):
        quoted = name.replace('"', '""')
        assert rows(known, f'SELECT "{quoted}" FROM lead_value ORDER BY row') == [(place,), (place + 100,)]


def test_a_column_called_row_is_not_taken_for_the_number_of_the_row():
    known = crm_of(
        leads=({"lead_id": ["a", "b"], "ROW": [7, 8], "row_": [5, 6]}, {}),
        lookups=[({"id": ["5"], "row": ["here"]}, {"key": "row_", "id": "id", "prefix": "firm_"})],
    )
    assert sorted(column.name for column in known.columns) == ["ROW__", "firm_row", "row_"]
    assert values(known, "ROW__") == [7.0, 8.0]
    assert values(known, "row_") == [5.0, 6.0]
    assert values(known, "firm_row") == ["here", None]


def test_a_lookup_that_brings_a_column_of_the_leads_in_another_case_is_an_error():
    with pytest.raises(InputError, match=r"columns that the leads have already.*\n.*prefix"):
        crm_of(
            leads=({"lead_id": ["a"], "Industry": ["x"], "firm": ["f"]}, {}),
            lookups=[({"id": ["f"], "industry": ["y"]}, {"key": "firm", "id": "id"})],
        )


def test_codes_that_begin_with_zeros_are_no_numbers():
    known = crm_of(leads=({"lead_id": list("abc"), "zip": ["01234", "10115", "00501"], "n": ["0", "0.5", "10"]}, {}))
    assert kinds(known) == {"zip": "category", "n": "number"}
    assert values(known, "zip") == ["01234", "10115", "00501"]


def test_truths_are_read_in_every_spelling_once_the_column_is_known_to_hold_them():
    said = ["Yes", "no ", "TRUE", "f", "1", "0.0", 1.0, None, "n/a"]
    known = crm_of(
        leads=({"lead_id": list("abcdefghi"), "x": pd.Series(said, dtype=object)}, {}), trained_kinds={"x": "boolean"}
    )
    assert values(known, "x") == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, None, None]


def test_words_for_none_are_none_among_numbers_and_dates_and_values_among_categories():
    frame = {
        "lead_id": list("abc"),
        "n": ["1", "N/A", "-"],
        "t": ["2026-01-01", "null", "?"],
        "c": ["NA", "DE", "none"],
    }
    known = crm_of(leads=(frame, {"qualified_at": "t"}))
    assert values(known, "n") == [1.0, None, None]
    assert values(known, "c") == ["NA", "DE", "none"]
    assert rows(known, "SELECT count(qualified_at), count(*) FROM lead") == [(1, 3)]


def test_parquet_files_of_other_columns_and_types_are_one_table_in_the_order_of_their_names(tmp_path):
    folder = tmp_path / "leads [2026]"
    folder.mkdir()
    for name, query in (
        ("b", "SELECT 'b' AS lead_id, 2.5 AS size, 'x' AS late"),
        ("a", "SELECT 1 AS size, 'a' AS lead_id, DATE '2026-01-02' AS mql_at"),
    ):
        duckdb.execute(f"COPY ({query}) TO '{folder}/{name}.parquet' (FORMAT parquet)")
    for path in ("leads [[]2026]/*.parquet", "leads [2026]", "leads [2026]/", "*/?.parquet", "**/*.parquet"):
        known = crm_of(directory=tmp_path, leads={"path": path, "qualified_at": "mql_at"})
        assert rows(known, "SELECT lead_id, qualified_at FROM lead ORDER BY row") == [
            ("a", dt.datetime(2026, 1, 2)),
            ("b", None),
        ], path
        assert values(known, "size") == [1.0, 2.5]
        assert values(known, "late") == [None, "x"]


def test_a_path_that_looks_like_a_pattern_is_the_file_of_that_name(tmp_path):
    for name in ("leads[1].parquet", "leads1.parquet"):
        duckdb.execute(f"COPY (SELECT '{name}' AS lead_id) TO '{tmp_path / name}' (FORMAT parquet)")
    (tmp_path / "leads*.csv").write_text("lead_id\nstar\n")
    (tmp_path / "leads2.csv").write_text("lead_id\nother\n")
    for name, lead in (("leads[1].parquet", "leads[1].parquet"), ("leads*.csv", "star")):
        known = crm_of(directory=tmp_path, leads={"path": name})
        assert rows(known, "SELECT lead_id FROM lead") == [(lead,)]


def test_folders_named_key_value_are_columns_only_below_the_pattern(tmp_path):
    folder = tmp_path / "run=7" / "leads" / "region=north"
    folder.mkdir(parents=True)
    duckdb.execute(f"COPY (SELECT 'a' AS lead_id) TO '{folder}/x.parquet' (FORMAT parquet)")
    known = crm_of(directory=tmp_path / "run=7" / "leads" / "region=north", leads={"path": "x.parquet"})
    assert known.columns == ()
    known = crm_of(directory=tmp_path, leads={"path": "run=7/leads/*/x.parquet"})
    assert "region" in kinds(known)
