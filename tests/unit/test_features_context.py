"""What surrounds a lead: time as an MQL, the first touch, the season."""

from datetime import datetime

from ground.feature_crm import MICROSECOND, T0, ago, features_of, tables
from mqlgate.features.catalogue import plan

LEADS = [{"lead_id": "a", "qualified_at": ago(21)}, {"lead_id": "b"}]


def test_days_as_an_mql_are_zero_at_the_mql_snapshot_and_for_no_mql():
    table = features_of(tables(LEADS, snapshots=[("a", ago(21)), ("a", T0), ("b", T0)]))
    assert list(table["days_since_mql"]) == [0, 21, 0]


def test_a_touch_counts_from_when_it_was_seen_and_runs_from_the_first():
    outcome = [("a", {"touched"}, ago(9), ago(5)), ("a", {"touched"}, ago(3)), ("a", {"rejected"}, ago(20))]
    table = features_of(
        tables(LEADS, outcome=outcome, snapshots=[("a", ago(5) - MICROSECOND), ("a", ago(5)), ("a", T0)])
    )
    assert list(table["touched_by_sales"]) == [0, 1, 1]
    assert table["days_since_touch"].isna()[0]
    assert list(table["days_since_touch"])[1:] == [4, 9]


def test_what_sales_decided_is_no_feature_of_the_lead_itself():
    crm = tables(LEADS, outcome=[("a", {"accepted"}, ago(9)), ("b", {"rejected"}, ago(9))])
    assert plan(crm).names == ("days_since_mql",)


def test_there_is_a_season_only_where_every_season_was_seen_twice():
    short = tables([{"lead_id": "a", "qualified_at": datetime(2024, 6, 1)}, {"lead_id": "b", "qualified_at": T0}])
    long = tables([{"lead_id": "a", "qualified_at": datetime(2023, 6, 1)}, {"lead_id": "b", "qualified_at": T0}])
    assert "month" not in plan(short).names
    assert list(features_of(long)["month"]) == [3, 3]
