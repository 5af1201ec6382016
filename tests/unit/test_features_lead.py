"""A lead's own columns as features: values, kinds in place of addresses and titles, ages, groups."""

from datetime import datetime, timedelta

import pytest

from ground.feature_crm import MICROSECOND, T0, ago, features_of, one, tables
from mqlgate.features.catalogue import plan


def groups_of(crm):
    return {feature.name: feature.group for feature in plan(crm).features}


def test_numbers_and_categories_are_taken_as_they_are_and_missing_stays_missing():
    leads = [
        {"lead_id": "a", "visits": 3.5, "industry": "SaaS", "agreed": 1.0},
        {"lead_id": "b", "visits": None, "industry": None, "agreed": None},
    ]
    table = features_of(tables(leads, [("visits", "number"), ("industry", "category"), ("agreed", "boolean")]))
    assert table["visits"][0] == 3.5
    assert table["visits"].isna()[1]
    assert list(table["industry"]) == ["SaaS", None]
    assert table["industry"].dtype == object
    assert table["visits"].dtype == "float64"
    assert table["agreed"].dtype == "float64"


def test_free_text_is_no_feature():
    crm = tables([{"lead_id": "a", "notes": "called twice"}], [("notes", "text")])
    assert plan(crm).names == ()


def test_an_address_and_a_title_are_never_features_themselves():
    lead = {"lead_id": "a", "mail": "jane.doe@acme.com", "position": "VP Marketing", "acc": "acme"}
    columns = [("mail", "text"), ("position", "text"), ("acc", "category")]
    roles = {"email": "mail", "title": "position", "account": "acc"}
    assert one(tables([lead], columns, roles=roles)) == {
        "mail_kind": "business",
        "position_seniority": "VP",
        "position_function": "marketing",
    }


def test_features_of_a_column_fold_into_that_column():
    lead = {"lead_id": "a", "position": "VP Marketing"}
    crm = tables([lead], [("position", "text")], roles={"title": "position"})
    assert {feature.source for feature in plan(crm).features} == {"position"}
    assert plan(crm).required_columns() == ("position",)


def test_a_column_of_sizes_is_ordered_and_one_of_codes_is_not():
    leads = [
        {"lead_id": str(i), "size": size, "tier": tier}
        for i, (size, tier) in enumerate([("1-10", "1A"), ("51-200", "1B")])
    ]
    table = features_of(tables(leads, [("size", "category"), ("tier", "category")]))
    assert list(table["size"]) == [1.0, 51.0]
    assert list(table["tier"]) == ["1A", "1B"]


def test_sizes_with_some_other_words_are_both_a_number_and_a_category():
    sizes = ["1-10", "11-50", "51-200", "201-500", "500+", "freelancer"]
    leads = [{"lead_id": str(i), "size": size} for i, size in enumerate(sizes)]
    table = features_of(tables(leads, [("size", "category")]))
    assert list(table["size"]) == sizes
    assert list(table["size_amount"])[:5] == [1, 11, 51, 201, 500]
    assert table["size_amount"].isna()[5]


def test_a_time_is_days_ago_and_missing_where_it_lies_after_what_is_seen():
    leads = [{"lead_id": "a", "renewed": ago(2.5)}, {"lead_id": "b", "renewed": ago(0.5)}]
    snapshots = [("a", T0, ago(1)), ("b", T0, ago(1))]
    table = features_of(tables(leads, [("renewed", "time")], snapshots=snapshots))
    assert table["renewed_days_ago"][0] == 2.5
    assert table["renewed_days_ago"].isna()[1]


def test_the_age_of_a_lead_counts_from_its_creation_and_only_if_that_was_seen():
    leads = [{"lead_id": "a", "created_at": ago(21)}, {"lead_id": "b", "created_at": T0 + MICROSECOND}]
    table = features_of(tables(leads))
    assert table["lead_age_days"][0] == 21
    assert table["lead_age_days"].isna()[1]


def test_creation_has_an_hour_and_a_weekday_of_which_monday_is_the_first():
    leads = [
        {"lead_id": "mon", "created_at": datetime(2026, 3, 2, 0, 30)},
        {"lead_id": "sun", "created_at": datetime(2026, 3, 1, 23, 59)},
    ]
    table = features_of(tables(leads))
    assert list(table["created_weekday"]) == [1, 7]
    assert list(table["created_hour"]) == [0, 23]


def test_dates_without_a_time_of_day_have_no_hour():
    crm = tables(
        [{"lead_id": "a", "created_at": datetime(2026, 3, 1)}, {"lead_id": "b", "created_at": datetime(2026, 2, 1)}]
    )
    assert "created_hour" not in plan(crm).names
    assert "created_weekday" in plan(crm).names


def test_completeness_is_the_share_of_the_form_that_is_filled():
    columns = [
        ("industry", "category"),
        ("country", "category"),
        ("visits", "number"),
        ("employees", "number", "fit", "lookups[1]"),
    ]
    leads = [{"lead_id": "a", "industry": "SaaS", "visits": 1, "employees": 5}, {"lead_id": "b"}]
    assert list(features_of(tables(leads, columns))["form_completeness"]) == pytest.approx([2 / 3, 0])


def test_groups_come_from_the_configuration_then_from_the_role_then_from_the_column():
    columns = [(name, "category", "fit") for name in ("industry", "source", "owner", "surge", "pages", "campaign")]
    crm = tables(
        [{"lead_id": "a", "created_at": ago(1)}],
        columns,
        roles={"source": "source", "owner": "owner", "campaign": "campaign"},
        features={"fit": ["campaign"], "intent": ["pages"], "third_party": ["Surge"]},
    )
    assert groups_of(crm) == {
        "industry": "fit",
        "source": "other",
        "owner": "other",
        "surge": "intent",
        "pages": "intent",
        "campaign": "fit",
        "form_completeness": "fit",
        "lead_age_days": "other",
        "created_weekday": "other",
    }


def test_odd_column_names_are_neither_misread_nor_run():
    odd = ['a"b', "semi; DROP TABLE lead", "f0", "braces {n}", "snapshot_id", "[x]:{y}"]
    leads = [{"lead_id": "a", **{name: float(i) for i, name in enumerate(odd)}}]
    crm = tables([{"lead_id": "a"}], [])
    quoted = ", ".join('"' + name.replace('"', '""') + '" DOUBLE' for name in odd)
    crm.con.execute(f"CREATE OR REPLACE TABLE lead_value (row BIGINT, {quoted})")
    crm.con.execute(f"INSERT INTO lead_value VALUES (0, {', '.join(str(float(leads[0][name])) for name in odd)})")
    crm.columns = tuple(
        type(column)(name, "number", "fit", "leads", name)
        for name in odd
        for column in tables([{"lead_id": "a"}], [("x", "number")]).columns
    )
    found = one(crm)
    assert {name: found[name] for name in odd} == {name: float(i) for i, name in enumerate(odd)}
    assert plan(crm).features[odd.index("braces {n}")].said(2.0) == "braces (n) is 2"


def test_many_snapshots_of_a_lead_differ_by_their_moment_alone():
    lead = {"lead_id": "a", "created_at": ago(10), "industry": "SaaS"}
    snapshots = [("a", ago(10) + timedelta(days=days)) for days in (0, 1, 2.5)]
    table = features_of(tables([lead], [("industry", "category")], snapshots=snapshots))
    assert list(table["lead_age_days"]) == [0, 1, 2.5]
    assert set(table["industry"]) == {"SaaS"}


@pytest.mark.parametrize(
    ("said", "number"), [("501-1k", 501.0), ("1001-5k", 1001.0), ("1-5k", 1000.0), ("$1M-$10M", 1e6), ("1-10M", 1e6)]
)
def test_a_scale_at_the_upper_end_is_shared_only_where_the_lower_end_needs_it(said, number):
    import duckdb

    from mqlgate.features.amounts import amount
    from mqlgate.features.engine_duckdb import DuckDB

    assert duckdb.connect().execute("SELECT " + amount(f"'{said}'", DuckDB())).fetchone() == (number,)
