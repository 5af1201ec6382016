"""What became of a lead: the rules of state, label and maturity, one case a rule."""

from datetime import datetime

import pandas as pd
import pytest

from ground.small_crm import crm_of
from mqlgate import labels
from mqlgate.errors import InputError

AS_OF = datetime(2026, 6, 30, 12)
STAGES = {
    "stage": "stage",
    "at": "at",
    "accepted": ["accepted", "closed_won"],
    "rejected": ["rejected", "closed_lost"],
    "won": ["closed_won"],
    "touched": ["contacted"],
    "horizon_days": 90,
}


def labelled(
    qualified: str | None, *outcomes: tuple[str, str], as_of: datetime = AS_OF, created: str = "2025-01-01T00:00"
) -> pd.Series:
    """The label row of one lead with these outcomes (stage, at)."""
    known = crm_of(
        as_of=as_of,
        leads=(
            {"lead_id": ["a"], "mql_at": [qualified], "made": [created]},
            {"qualified_at": "mql_at", "created_at": "made"},
        ),
        outcomes=(
            {"lead_id": ["a"] * len(outcomes), "stage": [s for s, _ in outcomes], "at": [t for _, t in outcomes]},
            STAGES,
        ),
    )
    labels.build(known, as_of)
    return known.con.execute("SELECT * FROM label").df().iloc[0]


JANUARY, JUNE = "2026-01-01T10:00", "2026-06-01T10:00"


@pytest.mark.parametrize(
    ("rule", "qualified", "outcomes", "state", "label", "mature"),
    [
        ("accepted within the horizon", JANUARY, "accepted 2026-02-01T10:00", "accepted", 1, True),
        ("accepted on the last microsecond", JANUARY, "accepted 2026-04-01T10:00", "accepted", 1, True),
        ("accepted a second late", JANUARY, "accepted 2026-04-01T10:00:01", "accepted", 0, True),
        ("accepted at the moment of qualification", JANUARY, "accepted 2026-01-01T10:00", "accepted", 1, True),
        ("accepted before it became an MQL", JANUARY, "accepted 2025-12-31T10:00", "accepted", 0, True),
        ("the same, not mature: no label yet", JUNE, "accepted 2025-12-31T10:00", "accepted", None, False),
        ("accepted after a rejection", JANUARY, "rejected 2026-01-03, accepted 2026-02-03", "accepted", 1, True),
        ("lost after it was accepted", JANUARY, "accepted 2026-02-03, closed_lost 2026-03-03", "accepted", 1, True),
        ("accepted twice, once in time", JANUARY, "accepted 2026-02-03, accepted 2026-06-03", "accepted", 1, True),
        ("won is accepted", JANUARY, "closed_won 2026-02-03T10:00", "accepted", 1, True),
        ("accepted, not mature", "2026-05-01T10:00", "accepted 2026-05-20T10:00", "accepted", 1, False),
        ("rejected, mature", JANUARY, "rejected 2026-01-03T10:00", "rejected", 0, True),
        ("rejected, not mature: 0 so far", JUNE, "rejected 2026-06-03T10:00", "rejected", 0, False),
        ("rejected in an earlier life", JUNE, "rejected 2026-03-03T10:00", "open", None, False),
        ("rejected on the day that it became an MQL", JUNE, "rejected 2026-06-01", "rejected", 0, False),
        ("neither, not mature: censored", JUNE, "", "open", None, False),
        ("neither, mature", JANUARY, "", "expired", 0, True),
        ("mature on the very moment", "2026-04-01T12:00", "", "open", 0, True),
        ("one second short of mature", "2026-04-01T12:00:01", "", "open", None, False),
        ("a stage in neither list decides nothing", JUNE, "contacted 2026-06-03T10:00", "open", None, False),
        ("not an MQL", None, "", "not_mql", None, False),
        ("not an MQL, but rejected", None, "rejected 2026-06-03T10:00", "rejected", None, False),
        ("an MQL only later", "2026-06-30T13:00", "", "not_mql", None, False),
        ("a date of today is an MQL only when the day is over", "2026-06-30", "", "not_mql", None, False),
        ("an acceptance not known yet", JUNE, "accepted 2026-06-30T13:00", "open", None, False),
        ("a date of today is not known before the day is over", JUNE, "accepted 2026-06-30", "open", None, False),
        ("values are compared case-folded", JANUARY, "Closed_WON 2026-02-03T10:00", "accepted", 1, True),
        ("a date without time is the whole day: first day", JANUARY, "accepted 2026-01-01", "accepted", 1, True),
        ("a date without time is the whole day: last day", JANUARY, "accepted 2026-04-01", "accepted", 1, True),
        ("and not the next", JANUARY, "accepted 2026-04-02", "accepted", 0, True),
        ("a qualified day counts from its start", "2026-01-01", "accepted 2026-04-01T00:00", "accepted", 1, True),
        ("and not from its end", "2026-01-01", "accepted 2026-04-01T00:00:01", "accepted", 0, True),
    ],
)
def test_states_and_labels(rule, qualified, outcomes, state, label, mature):
    said = [outcome.split() for outcome in outcomes.split(",") if outcome]
    row = labelled(qualified, *((stage, at) for stage, at in said))
    assert row["state"] == state, rule
    assert (None if pd.isna(row["label"]) else int(row["label"])) == label, rule
    assert bool(row["mature"]) == mature, rule


def test_a_lead_does_not_exist_before_it_was_created():
    assert not labelled(None, created="2026-07-01T00:00")["present"]
    assert labelled(None, created="2026-06-30T12:00")["present"]


def test_nor_where_nobody_says_when_before_it_became_an_mql():
    leads = ({"lead_id": ["a", "b", "c"], "mql_at": ["2026-06-01", "2026-07-01", None]}, {"qualified_at": "mql_at"})
    known = crm_of(as_of=AS_OF, leads=leads)
    labels.build(known, AS_OF)
    assert known.con.execute("SELECT lead_id FROM label WHERE present ORDER BY row").fetchall() == [("a",), ("c",)]


def test_an_outcome_counts_only_once_it_was_recorded():
    known = crm_of(
        as_of=AS_OF,
        leads=({"lead_id": ["a"], "mql_at": ["2026-06-01T10:00"]}, {"qualified_at": "mql_at"}),
        outcomes=(
            {"lead_id": ["a"], "stage": ["accepted"], "at": ["2026-06-10T10:00"], "synced": ["2026-06-30T13:00"]},
            {**STAGES, "recorded": "synced"},
        ),
    )
    labels.build(known, AS_OF)
    assert known.con.execute("SELECT state, label FROM label").fetchone() == ("open", None)


@pytest.mark.parametrize(
    ("rule", "value", "section", "state", "label"),
    [
        ("accepted is 1", "yes", {"accepted": ["yes"]}, "accepted", 1),
        ("every other value is 0", "no", {"accepted": ["yes"]}, "rejected", 0),
        ("null is open", None, {"accepted": ["yes"]}, "open", None),
        ("empty is open", " ", {"accepted": ["yes"]}, "open", None),
        ("true, 1 and 1.0 are equal: text", "1.0", {"accepted": [True]}, "accepted", 1),
        ("true, 1 and 1.0 are equal: number", 1.0, {"accepted": [1]}, "accepted", 1),
        ("true, 1 and 1.0 are equal: truth", True, {"accepted": ["1"]}, "accepted", 1),
        ("compared trimmed and case-folded", " WON ", {"accepted": ["won"]}, "accepted", 1),
        ("rejected is 0 where it is given", "lost", {"accepted": ["won"], "rejected": ["lost"]}, "rejected", 0),
        ("what is in neither list is open", "engaging", {"accepted": ["won"], "rejected": ["lost"]}, "open", None),
        ("a word for none is a value like any other", "none", {"accepted": ["won"]}, "rejected", 0),
        ("a number that is none is null", float("nan"), {"accepted": [1]}, "open", None),
    ],
)
def test_a_target_column(rule, value, section, state, label):
    known = crm_of(leads=({"lead_id": ["a"], "y": [value]}, {}), outcomes={"column": "y", **section})
    labels.build(known, known.as_of)
    row = known.con.execute("SELECT state, label, mature FROM label").fetchone()
    assert row == (state, label, label is not None), rule


def test_without_a_stage_every_row_is_an_acceptance():
    known = crm_of(
        as_of=AS_OF,
        leads=({"lead_id": ["a", "b"], "mql_at": ["2026-01-01", "2026-01-01"]}, {"qualified_at": "mql_at"}),
        outcomes=({"lead_id": ["a"], "won": ["2026-02-01"]}, {"at": "won"}),
    )
    labels.build(known, AS_OF)
    assert known.con.execute("SELECT label FROM label ORDER BY lead_id").fetchall() == [(1,), (0,)]


def test_a_horizon_may_be_a_part_of_a_day():
    known = crm_of(
        as_of=AS_OF,
        leads=({"lead_id": ["a", "b"], "mql_at": ["2026-06-30T00:00"] * 2}, {"qualified_at": "mql_at"}),
        outcomes=(
            {"lead_id": ["a", "b"], "stage": ["accepted"] * 2, "at": ["2026-06-30T06:00", "2026-06-30T06:00:01"]},
            {**STAGES, "horizon_days": 0.25},
        ),
    )
    labels.build(known, AS_OF)
    assert known.con.execute("SELECT label, mature FROM label ORDER BY row").fetchall() == [(1, True), (0, True)]


def test_without_a_qualification_a_lead_is_an_mql_from_its_creation():
    known = crm_of(as_of=AS_OF, leads=({"lead_id": ["a"], "made": ["2026-06-01"]}, {"created_at": "made"}))
    labels.build(known, AS_OF)
    assert known.con.execute("SELECT state FROM label").fetchone() == ("open",)


def test_outcomes_with_times_of_leads_without_are_refused():
    known = crm_of(
        leads=({"lead_id": ["a"]}, {}),
        outcomes=({"lead_id": ["a"], "stage": ["accepted"], "at": ["2026-01-01"]}, STAGES),
    )
    with pytest.raises(InputError, match=r"\[leads\].*no horizon.*\n.*qualified_at"):
        labels.build(known, AS_OF)


def test_any_past_day_can_be_replayed():
    outcome = ("accepted", "2026-02-01T10:00")
    states = [labelled(JANUARY, outcome, as_of=datetime(2026, *day))["state"] for day in ((1, 1), (1, 15), (2, 2))]
    assert states == ["not_mql", "open", "accepted"]


@pytest.mark.parametrize(
    ("qualified", "created", "state", "present"),
    [
        ("2026-06-01T10:00", "2026-05-01", "open", True),
        ("2026-06-30T13:00", "2026-05-01", "not_mql", True),
        ("2026-06-30T13:00", "2026-06-30T13:00", "not_mql", False),
        ("2026-06-30T13:00", None, "not_mql", False),
        ("2026-06-30", None, "not_mql", True),
        (None, "2026-05-01", "not_mql", True),
        (None, "2026-06-30T13:00", "not_mql", False),
    ],
)
def test_a_lead_with_a_target_column_and_times(qualified, created, state, present):
    known = crm_of(
        leads=(
            {"lead_id": ["a", "b"], "y": [None, 1], "mql_at": [qualified] * 2, "made": [created] * 2},
            {"qualified_at": "mql_at", "created_at": "made"},
        ),
        outcomes={"column": "y", "accepted": [1]},
    )
    labels.build(known, AS_OF)
    row = known.con.execute("SELECT state, present, label, mature FROM label WHERE lead_id = 'a'").fetchone()
    assert row == (state, present, None, False)
    if state == "not_mql" and qualified:  # nobody can have known what would become of it
        assert known.con.execute("SELECT state, label FROM label WHERE lead_id = 'b'").fetchone() == (state, None)
