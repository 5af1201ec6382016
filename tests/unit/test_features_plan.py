"""The plan: decided at training, stored as JSON, the same features ever after. And what a feature says."""

import json
from dataclasses import replace

import pytest

from ground.feature_crm import ago, features_of, same_bytes, tables
from mqlgate.errors import InputError
from mqlgate.features.build import statements
from mqlgate.features.catalogue import FAMILIES, FeaturePlan, plan
from mqlgate.features.engine_duckdb import DuckDB
from mqlgate.features.feature import Feature

LEADS = [
    {
        "lead_id": f"l{i}",
        "created_at": ago(60),
        "qualified_at": ago(30),
        "account": "X",
        "industry": "SaaS",
        "status": "s",
    }
    for i in range(6)
]
COLUMNS = [("industry", "category"), ("status", "category"), ("unused", "number")]


@pytest.fixture
def crm():
    return tables(
        LEADS,
        COLUMNS,
        activity=[
            (lead["lead_id"], kind, ago(days)) for lead in LEADS for kind, days in (("webinar", 3), ("pricing_view", 9))
        ],
        history=[("l0", "status", "warm", "cold", ago(5))],
        outcome=[("l1", {"accepted", "touched"}, ago(2))],
    )


def test_a_plan_survives_json_and_makes_the_same_features(crm):
    made = plan(crm)
    read = FeaturePlan.from_json(json.loads(json.dumps(made.to_json())))
    assert read == made
    assert read.features == made.features
    assert same_bytes(features_of(crm, read), features_of(crm, made))


def test_every_family_has_features_here_and_every_feature_a_family(crm):
    assert {feature.family for feature in plan(crm).features} == {family.name for family in FAMILIES}


def test_features_come_in_one_statement_a_family_and_in_the_plans_order(crm):
    made = plan(crm)
    assert len(statements(made, "snapshot", DuckDB())) == len(FAMILIES)
    assert tuple(features_of(crm, made).columns) == made.names


def test_a_selection_of_features_has_the_values_it_has_among_all(crm):
    made = plan(crm)
    everything = features_of(crm, made)
    for step in (2, 3, 5, 7, 11, 40):
        few = made.only(made.names[step // 2 :: step])
        assert 1 < len(few.names) < len(made.names)
        assert same_bytes(features_of(crm, few), everything[list(few.names)])


def test_names_are_unique_whatever_their_case():
    columns = [("Activity_Count", "number"), ("industry", "category")]
    crm = tables(
        LEADS,
        columns,
        activity=[(lead["lead_id"], kind, ago(1)) for lead in LEADS for kind in ("industry", "Industry")],
    )
    names = [name.casefold() for name in plan(crm).names]
    assert len(set(names)) == len(names)
    assert {"Activity_Count", "activity_count_2", "industry", "Industry_count", "industry_count_2"} <= set(
        plan(crm).names
    )


def test_a_feature_that_this_release_does_not_make_is_a_told_mistake(crm):
    with pytest.raises(InputError, match='does not make the features "no such feature"'):
        _ = replace(plan(crm), names=("no such feature",)).features


def test_the_columns_that_features_need_are_named_and_no_others(crm):
    assert plan(crm).required_columns() == ("industry", "unused")
    assert plan(crm).kinds() == {"industry": "category", "status": "category", "unused": "number"}


def test_features_are_indexed_by_snapshot_in_rising_order(crm):
    crm.con.execute("CREATE TABLE backward AS SELECT * FROM snapshot ORDER BY snapshot_id DESC")
    crm.con.execute("UPDATE backward SET snapshot_id = snapshot_id * 10")
    crm.con.execute("CREATE TABLE shuffled AS SELECT * FROM backward ORDER BY hash(snapshot_id)")
    from mqlgate.features.build import build

    table = build(crm.con, "shuffled", plan(crm))
    assert list(table.index) == [0, 10, 20, 30, 40, 50]
    assert table.index.name == "snapshot_id"


def test_no_snapshots_make_an_empty_table_of_the_same_columns(crm):
    made = plan(crm)
    crm.con.execute("DELETE FROM snapshot")
    table = features_of(crm, made)
    assert len(table) == 0
    assert tuple(table.columns) == made.names
    assert table["industry"].dtype == object


def test_every_feature_tells_what_it_is(crm):
    for feature in plan(crm).features:
        assert feature.definition.endswith("."), feature.name
        assert feature.group in ("fit", "intent", "other")
        for value in (None, 0.0, 1.0, 2.0, 1234.5) if feature.kind == "number" else (None, "x"):
            said = feature.said(value)
            assert said.strip(), feature.name
            assert "{" not in said, feature.name


WORDS = Feature(
    "n", "visits", "count", "intent", "number", "{n} views", "d", "f", "1", (), "no view", "1 view", "views unknown"
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "views unknown"),
        (float("nan"), "views unknown"),
        (0.0, "no view"),
        (1.0, "1 view"),
        (3.0, "3 views"),
        (12345.0, "12,345 views"),
    ],
)
def test_a_value_is_said_as_people_say_it(value, said):
    assert WORDS.said(value) == said


def test_shares_are_said_in_percent_and_hardly_anything_as_such():
    share = replace(WORDS, unit="share", words="{percent} of it")
    assert share.said(0.104) == "10 % of it"
    assert [WORDS.said(value) for value in (0.0004, 0.25, 12.34)] == ["nearly 0 views", "0.25 views", "12.3 views"]


def test_a_category_is_said_as_the_data_have_it():
    assert (
        replace(WORDS, kind="category", words="industry is {value}").said("Zürich & Söhne")
        == "industry is Zürich & Söhne"
    )
