"""Ids join across tables whatever type they came in; they come out unchanged."""

from decimal import Decimal

import duckdb
import pandas as pd
import pytest

from ground.small_crm import crm_of, rows, set_aside, values

SAME = {
    "text": ["17", "18", "19"],
    "whole number": [17, 18, 19],
    "nullable whole number": pd.array([17, 18, 19], dtype="Int64"),
    "float, as where a value is missing": [17.0, 18.0, 19.0],
    "decimal": [Decimal("17.00"), Decimal(18), Decimal("19.0")],
    "category": pd.Categorical(["17", "18", "19"]),
    "category of numbers": pd.Categorical([17, 18, 19]),
    "objects": pd.Series([17, "18", 19.0], dtype=object),
}


@pytest.mark.parametrize(
    ("mine", "theirs"), [(kind, other) for kind in SAME for other in ("text", "float, as where a value is missing")]
)
def test_the_same_id_in_another_type_is_the_same_lead(mine, theirs):
    known = crm_of(
        leads=({"lead_id": SAME[mine], "firm": SAME[theirs]}, {"account": "firm"}),
        activities=(
            {"lead_id": SAME[theirs], "kind": ["demo"] * 3, "at": ["2026-01-01T08:00"] * 3},
            {"type": "kind", "at": "at"},
        ),
        lookups=[({"id": SAME[mine], "staff": [1, 2, 3]}, {"key": "firm", "id": "id"})],
    )
    assert rows(known, "SELECT l.lead_id, l.account FROM lead l JOIN activity a USING (lead_id) ORDER BY l.row") == [
        ("17", "17"),
        ("18", "18"),
        ("19", "19"),
    ]
    assert values(known, "staff") == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("declared", "ids"),
    [
        ("BIGINT", ["17", "18"]),
        ("DOUBLE", ["17", "18"]),
        ("DECIMAL(20, 0)", ["17", "18"]),
        ("DECIMAL(20, 3)", ["17", "18"]),
        ("DECIMAL(20, 3)", ["17.500", "18"]),
        ("UUID", ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"]),
        ("DOUBLE", ["inf", "0.5"]),
    ],
)
def test_ids_of_parquet_are_texts(tmp_path, declared, ids):
    duckdb.execute(
        f"COPY (SELECT CAST(unnest(?) AS {declared}) AS lead_id) TO '{tmp_path}/leads.parquet' (FORMAT parquet)", [ids]
    )
    known = crm_of(directory=tmp_path, leads={"path": "leads.parquet"})
    assert [lead for (lead,) in rows(known, "SELECT lead_id FROM lead ORDER BY row")] == ids


def test_a_number_that_is_none_is_no_id(tmp_path):
    duckdb.execute(
        f"""COPY (SELECT * FROM (VALUES ('nan'::DOUBLE), (NULL), (4)) t(lead_id))
            TO '{tmp_path}/leads.parquet' (FORMAT parquet)"""
    )
    known = crm_of(directory=tmp_path, leads={"path": "leads.parquet"})
    assert rows(known, "SELECT lead_id FROM lead") == [("4",)]
    assert [(record, reason) for _, record, _, _, reason in set_aside(known)] == [
        (1, "there is no id"),
        (2, "there is no id"),
    ]


def test_text_ids_come_out_unchanged(tmp_path):
    ids = ["007", "7", " 7", "A-1", "a-1", "1e5", "1.0", "naïve 🙂", 'quo"te', "NA"]
    (tmp_path / "leads.csv").write_text("lead_id,x\n" + "".join('"' + i.replace('"', '""') + '",1\n' for i in ids))
    known = crm_of(directory=tmp_path, leads={"path": "leads.csv"})
    assert [lead for (lead,) in rows(known, "SELECT lead_id FROM lead ORDER BY row")] == ids


def test_leads_without_an_account_do_not_share_one():
    known = crm_of(leads=({"lead_id": list("abcd"), "firm": ["n/a", "None", "-", " "]}, {"account": "firm"}))
    assert rows(known, "SELECT count(account) FROM lead") == [(0,)]


def test_an_account_is_compared_without_the_spaces_around_it():
    known = crm_of(leads=({"lead_id": list("ab"), "firm": ["Acme ", " Acme"]}, {"account": "firm"}))
    assert rows(known, "SELECT DISTINCT account FROM lead") == [("Acme",)]


def test_the_first_row_of_an_id_counts_and_the_others_are_set_aside():
    known = crm_of(leads=({"lead_id": [5.0, 5, 6, None], "x": [1, 2, 3, 4]}, {}))
    assert values(known, "x") == [1.0, 3.0]
    assert [(record, reason) for _, record, _, _, reason in set_aside(known)] == [
        (1, "another row has this id already"),
        (3, "there is no id"),
    ]


def test_a_lookup_gives_the_first_row_of_a_key():
    known = crm_of(
        leads=({"lead_id": ["a", "b"], "firm": ["x", "y"]}, {}),
        lookups=[({"id": ["x", "x", None, ""], "staff": [1, 2, 3, 4]}, {"key": "firm", "id": "id"})],
    )
    assert values(known, "staff") == [1.0, None]
