"""Which (lead, moment) pairs are looked at."""

from datetime import datetime

import pytest

from ground.small_crm import crm_of
from mqlgate import labels, snapshots

AS_OF = datetime(2026, 6, 30, 12)


@pytest.fixture
def crm():
    known = crm_of(
        as_of=AS_OF,
        leads=(
            {
                "lead_id": ["open long", "rejected", "immature", "never", "old"],
                "mql_at": ["2026-01-01T10:00", "2026-01-01T10:00", "2026-06-28T10:00", None, "2025-01-01T10:00"],
            },
            {"qualified_at": "mql_at"},
        ),
        outcomes=(
            {
                "lead_id": ["rejected", "open long"],
                "stage": ["no", "yes"],
                "at": ["2026-01-10T10:00", "2026-03-20T10:00"],
            },
            {"stage": "stage", "at": "at", "accepted": ["yes"], "rejected": ["no"], "horizon_days": 90},
        ),
    )
    labels.build(known, AS_OF)
    return known


def test_training_sees_mature_leads_at_qualification_and_while_they_stay_open(crm):
    snapshots.for_training(crm, AS_OF, [7, 14, 30, 90, 365], since=datetime(2025, 6, 1))
    rows = crm.con.execute("SELECT lead_id, kind, age_days FROM snapshot ORDER BY lead_id, age_days").fetchall()
    assert rows == [
        ("open long", "mql", 0.0),
        ("open long", "later", 7.0),
        ("open long", "later", 14.0),
        ("open long", "later", 30.0),
        ("rejected", "mql", 0.0),
        ("rejected", "later", 7.0),
    ]


def test_scoring_sees_as_of_the_qualification_and_as_of_without_the_last_days(crm):
    snapshots.for_scoring(crm, AS_OF, ["open", "not_mql"])
    rows = crm.con.execute("SELECT lead_id, kind, moment, seen_until, age_days FROM snapshot ORDER BY 1, 2").fetchall()
    qualified, week_ago = datetime(2026, 6, 28, 10), datetime(2026, 6, 23, 12)
    age = 2 + 2 / 24
    assert rows == [
        ("immature", "mql", qualified, qualified, 0.0),
        ("immature", "now", AS_OF, AS_OF, pytest.approx(age)),
        ("immature", "past", AS_OF, week_ago, pytest.approx(age)),
        ("never", "mql", AS_OF, AS_OF, 0.0),
        ("never", "now", AS_OF, AS_OF, 0.0),
        ("never", "past", AS_OF, week_ago, 0.0),
    ]


def test_a_qualification_without_time_sees_its_whole_day():
    known = crm_of(as_of=AS_OF, leads=({"lead_id": ["a"], "mql_at": ["2026-06-28"]}, {"qualified_at": "mql_at"}))
    labels.build(known, AS_OF)
    snapshots.for_scoring(known, AS_OF, ["open"])
    assert known.con.execute("SELECT moment, qualified_at, age_days FROM snapshot WHERE kind = 'mql'").fetchone() == (
        datetime(2026, 6, 28, 23, 59, 59, 999999),
        datetime(2026, 6, 28),
        0.0,
    )


def test_a_labelled_lead_of_unknown_qualification_is_not_trained_on_where_others_have_times():
    known = crm_of(
        as_of=AS_OF,
        leads=({"lead_id": ["a", "b"], "mql_at": ["2026-01-01", None], "y": [1, 1]}, {"qualified_at": "mql_at"}),
        outcomes={"column": "y", "accepted": [1]},
    )
    labels.build(known, AS_OF)
    assert snapshots.for_training(known, AS_OF, []) == 1
    assert known.con.execute("SELECT lead_id FROM snapshot").fetchall() == [("a",)]


def test_where_nothing_has_a_time_every_labelled_lead_is_seen_at_the_as_of():
    known = crm_of(leads=({"lead_id": ["a", "b"], "y": [1, None]}, {}), outcomes={"column": "y", "accepted": [1]})
    labels.build(known, AS_OF)
    assert snapshots.for_training(known, AS_OF, [7.0]) == 1
    assert known.con.execute("SELECT lead_id, kind, moment, age_days FROM snapshot").fetchall() == [
        ("a", "mql", AS_OF, 0.0)
    ]


def test_a_lead_that_does_not_exist_yet_is_scored_only_where_it_was_asked_for():
    section = {"created_at": "made", "qualified_at": "mql_at"}
    known = crm_of(as_of=AS_OF, leads=({"lead_id": ["a"], "made": ["2026-06-30T13:00"], "mql_at": [None]}, section))
    labels.build(known, AS_OF)
    assert snapshots.for_scoring(known, AS_OF, ["not_mql"]) == 0
    assert snapshots.for_scoring(known, AS_OF, ["not_mql"], asked=True) == 3
