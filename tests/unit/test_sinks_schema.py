"""The scores table has the contract's columns, in order and of their types, whatever frame it comes from."""

import re
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ground.sample_scores import AS_OF, scores
from mqlgate.sinks.schema import NAMES, arrow_schema, conformed

CONTRACT = [
    "lead_id", "state", "scored_at", "model_version", "p_sql", "p_sql_low",
    "p_sql_high", "p_sql_at_mql", "score", "grade", "score_trend", "fit_score",
    "intent_score", "quadrant", "passes_gate", "disqualified", "sla_tier", "sla_due_at",
    "nurture_track", "reactivate_on", "likely_rejection", "p_won", "expected_amount", "base_log_odds",
    "log_odds", "reasons", "qualification_reason", "suggested_angle", "handoff",
]  # fmt: skip


def test_the_columns_are_those_of_the_contract_in_its_order():
    assert list(NAMES) == CONTRACT
    assert conformed(scores()).column_names == CONTRACT


def test_a_shuffled_frame_gives_the_same_table():
    frame = scores()
    assert conformed(frame[sorted(frame.columns)]).equals(conformed(frame))


def test_columns_that_are_not_built_yet_are_null_and_keep_their_type():
    table = conformed(scores())
    assert table.column("p_won").null_count == table.num_rows
    assert table.schema.equals(arrow_schema())


def test_naive_times_are_utc_and_zoned_ones_are_turned():
    frame = scores(2)
    berlin = pd.Series(pd.to_datetime([AS_OF, AS_OF])).dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    for times in (frame["scored_at"], berlin, pd.Series([AS_OF, AS_OF], dtype=object)):
        assert conformed(frame.assign(scored_at=times)).column("scored_at")[0].as_py() == AS_OF.replace(tzinfo=UTC)


def test_whole_floats_become_integers_and_nan_becomes_null():
    table = conformed(scores(3).assign(score=[37.0, np.nan, 0.0]))
    assert table.column("score").to_pylist() == [37, None, 0]
    assert table.column("score").type == pa.int32()


def test_lists_and_objects_become_compact_json_and_text_stays():
    table = conformed(scores(2).assign(reasons=[[{"words": "ü"}], '{"a": 1}'], handoff=[{"a": None}, None]))
    assert table.column("reasons").to_pylist() == ['[{"words":"ü"}]', '{"a": 1}']
    assert table.column("handoff").to_pylist() == ['{"a":null}', None]


@pytest.mark.parametrize("nothing", [np.nan, None, pd.NaT, pd.NA])
def test_a_column_without_a_value_fits_whatever_type_pandas_gave_it(nothing):
    empty = dict.fromkeys(
        ["p_sql", "score", "disqualified", "sla_due_at", "passes_gate", "reasons", "reactivate_on"], nothing
    )
    table = conformed(scores(3).assign(**empty))
    assert all(table.column(name).null_count == 3 for name in empty)
    assert table.schema.equals(arrow_schema())


def test_no_rows_are_a_table_of_the_same_schema():
    assert conformed(scores(0)).schema.equals(arrow_schema())
    assert conformed(pd.DataFrame(columns=["lead_id", "state", "scored_at", "model_version"])).num_rows == 0


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("p_sqll", [0.5, 0.5], "no column p_sqll"),
        ("lead_id", [7, 8], "lead_id"),
        ("lead_id", ["a", None], "lead_id of the scores table must not be null"),
        ("score", [37.5, 1.0], "score"),
        ("p_sql", ["half", "0.5"], "p_sql"),
        ("p_sql", [np.inf, 0.5], "infinite"),
        ("passes_gate", ["yes", "no"], "passes_gate"),
        ("reasons", [b"[]", b"[]"], "reasons"),
        ("reasons", [[{"log_odds": float("nan")}], None], "reasons"),
        ("scored_at", ["today", "today"], "scored_at"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_by_the_columns_name(column, values, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        conformed(scores(2).assign(**{column: values}))


def test_a_column_that_must_not_be_null_cannot_be_left_out():
    with pytest.raises(ValueError, match="state of the scores table must not be null"):
        conformed(scores().drop(columns="state"))


def test_dates_are_dates():
    table = conformed(scores(2).assign(reactivate_on=[datetime(2018, 5, 1).date(), None]))
    assert table.column("reactivate_on").type == pa.date32()
