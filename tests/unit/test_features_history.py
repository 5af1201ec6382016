"""Fields whose changes are dated: as they were, never as they are."""

from datetime import datetime

import pytest

from ground.feature_crm import MICROSECOND, T0, ago, features_of, one, tables
from mqlgate.features.catalogue import plan

TODAY = {"lead_id": "a", "status": "today's", "visits": 99.0}
COLUMNS = [("status", "category"), ("visits", "number")]


def changed(*rows, snapshots=(("a", T0),), features=None, columns=COLUMNS, lead=TODAY, **other):
    return tables(
        [lead], columns, history=[("a", *row) for row in rows], snapshots=snapshots, features=features, **other
    )


def test_a_field_is_what_its_last_change_seen_made_of_it():
    crm = changed(
        ("status", "warm", "cold", ago(9)),
        ("status", "hot", "warm", ago(3), ago(1)),
        snapshots=[("a", ago(9)), ("a", ago(1) - MICROSECOND), ("a", ago(1)), ("a", T0)],
    )
    assert list(features_of(crm)["status"]) == ["warm", "warm", "hot", "hot"]


def test_before_its_first_change_a_field_is_missing_and_never_what_it_is_today():
    crm = changed(("status", "warm", "cold", ago(3)), ("visits", "5", "4", ago(3)), snapshots=[("a", ago(4))])
    found = one(crm)
    assert found["status"] is None
    assert found["visits"] is None


def test_a_lead_that_never_changed_in_a_field_with_history_is_missing_too():
    leads = [TODAY, {"lead_id": "b", "status": "today's"}]
    table = features_of(tables(leads, COLUMNS, history=[("a", "status", "warm", None, ago(3))]))
    assert list(table["status"]) == ["warm", None]
    assert table["visits"][0] == 99, "a field without history is taken as constant"


def test_ties_on_the_happening_go_to_the_later_seen_then_to_the_later_row():
    first, second = ("status", "first", None, ago(3), ago(2)), ("status", "second", None, ago(3), ago(1))
    assert one(changed(second, first))["status"] == "second"
    same = [("status", value, None, ago(3), ago(2)) for value in ("x", "y")]
    assert one(changed(*same))["status"] == "y"
    assert one(changed(*reversed(same)))["status"] == "x"


def test_a_late_record_of_an_older_change_does_not_undo_a_newer_one():
    assert one(changed(("status", "new", None, ago(3)), ("status", "old", None, ago(9), ago(1))))["status"] == "new"


def test_a_field_can_be_emptied():
    assert one(changed(("status", "x", None, ago(3)), ("status", None, "x", ago(2))))["status"] is None


def test_values_are_read_as_the_columns_kind():
    lead = {"lead_id": "a", "agreed": 1.0, "visits": 99.0, "size": "1-10"}
    columns = [("agreed", "boolean"), ("visits", "number"), ("size", "category")]
    rows = [("agreed", "No", None, ago(3)), ("visits", " 7.5 ", None, ago(3)), ("size", "51-200", None, ago(2))]
    found = one(changed(*rows, columns=columns, lead=lead))
    assert (found["agreed"], found["visits"], found["size"]) == (0, 7.5, 51)
    assert one(changed(("visits", "unreadable", None, ago(3))))["visits"] is None


@pytest.mark.parametrize("text", ["inf", "-Infinity", "nan", "1e999"])
def test_a_number_that_is_none_is_missing(text):
    assert one(changed(("visits", text, None, ago(3))))["visits"] is None


def test_titles_and_addresses_of_the_history_are_kinds_as_well():
    lead = {"lead_id": "a", "position": "CEO"}
    crm = changed(
        ("position", "Marketing Manager", None, ago(3)),
        columns=[("position", "text")],
        lead=lead,
        roles={"title": "position"},
    )
    found = one(crm)
    assert found["position_seniority"] == "manager"
    assert found["position_function"] == "marketing"
    assert "position" not in found


def test_changes_are_counted_timed_and_have_a_direction():
    crm = changed(("visits", "5", "2", ago(40)), ("visits", "9", None, ago(30)), ("visits", "7", "9", ago(2)))
    found = one(crm)
    assert found["visits_changes_30d"] == 2
    assert found["visits_days_since_change"] == 2
    assert found["visits_last_step"] == -2
    first = one(changed(("visits", "5", "2", ago(40))))
    assert first["visits_last_step"] == 3
    assert first["visits_changes_30d"] == 0
    assert one(changed(("visits", "5", None, ago(40)), ("visits", "9", None, ago(30))))["visits_last_step"] == 4


def test_a_field_is_known_by_its_name_whatever_its_case_and_punctuation():
    crm = changed(
        ("Lead Status", "warm", None, ago(1)),
        columns=[("lead_status", "category")],
        lead={"lead_id": "a", "lead_status": "x"},
    )
    assert one(crm)["lead_status"] == "warm"


def test_a_field_with_history_needs_no_column_of_today():
    assert plan(changed(("status", "warm", None, ago(1)))).required_columns() == ("visits",)


def test_a_complete_history_can_be_undone_where_the_user_says_that_it_is_complete():
    leads = [TODAY, {"lead_id": "b", "status": "always"}]
    history = [
        ("a", "status", "warm", "cold", ago(5)),
        ("a", "status", "today's", "warm", ago(1)),
        ("a", "visits", "99", None, ago(1)),
    ]
    snapshots = [("a", ago(9)), ("a", ago(3)), ("a", T0), ("b", T0)]
    crm = tables(leads, COLUMNS, history=history, snapshots=snapshots, features={"undo_history": True})
    table = features_of(crm)
    assert list(table["status"]) == ["cold", "warm", "today's", "always"]
    assert table["visits"].isna()[0]
    assert table["visits"][2] == 99


def test_history_seen_after_training_makes_no_field_of_it():
    crm = changed(("status", "warm", None, T0 + MICROSECOND))
    assert one(crm)["status"] == "today's", "nothing was known to be dated"


@pytest.mark.parametrize(("old", "told"), [("old_value", "red"), (None, None)])
def test_before_its_first_change_a_field_is_old_where_the_history_says_so_else_missing(old, told):
    """A lead whose colour changes after the snapshot; never today's value."""
    from ground.small_crm import crm_of
    from mqlgate import labels, snapshots
    from mqlgate.features.build import build
    from mqlgate.features.catalogue import plan

    as_of = datetime(2026, 6, 1)
    known = crm_of(
        as_of=as_of,
        leads=(
            {"lead_id": ["a", "b"], "mql_at": ["2026-05-01", "2026-05-01"], "colour": ["blue", "blue"]},
            {"qualified_at": "mql_at"},
        ),
        history=(
            {
                "lead_id": ["a"],
                "field": ["colour"],
                "value": ["blue"],
                "old_value": ["red"],
                "changed_at": ["2026-06-10"],
            },
            {"old": old} if old else {},
        ),
    )
    labels.build(known, as_of)
    snapshots.for_scoring(known, as_of, labels.STATES)
    table = build(known, "snapshot", plan(known))
    assert set(table.loc[table.index[:3], "colour"]) == {told}
