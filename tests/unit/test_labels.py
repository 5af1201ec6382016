"""What became of a lead: the rules of state, label and maturity, one case a rule."""

from datetime import datetime

import pandas as pd
import pytest

from ground.small_crm import crm_of
from mqlgate import labels

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


@pytest.mark.parametrize(
    ("rule", "qualified", "outcomes", "state", "label", "mature"),
    [
        ("accepted within the horizon", "2026-01-01T10:00", [("accepted", "2026-02-01T10:00")], "accepted", 1, True),
        ("accepted on the last microsecond", "2026-01-01T10:00", [("accepted", "2026-04-01T10:00")], "accepted", 1, True),
        ("accepted a second late", "2026-01-01T10:00", [("accepted", "2026-04-01T10:00:01")], "accepted", 0, True),
        ("accepted at the moment of qualification", "2026-01-01T10:00", [("accepted", "2026-01-01T10:00")], "accepted", 1, True),
        ("accepted before it became an MQL", "2026-01-01T10:00", [("accepted", "2025-12-31T10:00")], "accepted", 0, True),
        ("accepted after a rejection", "2026-01-01T10:00", [("rejected", "2026-01-03T10:00"), ("accepted", "2026-02-03T10:00")], "accepted", 1, True),
        ("lost after it was accepted", "2026-01-01T10:00", [("accepted", "2026-02-03T10:00"), ("closed_lost", "2026-03-03T10:00")], "accepted", 1, True),
        ("won is accepted", "2026-01-01T10:00", [("closed_won", "2026-02-03T10:00")], "accepted", 1, True),
        ("accepted, not mature", "2026-05-01T10:00", [("accepted", "2026-05-20T10:00")], "accepted", 1, False),
        ("rejected, mature", "2026-01-01T10:00", [("rejected", "2026-01-03T10:00")], "rejected", 0, True),
        ("rejected, not mature: 0 so far", "2026-06-01T10:00", [("rejected", "2026-06-03T10:00")], "rejected", 0, False),
        ("rejected in an earlier life", "2026-06-01T10:00", [("rejected", "2026-03-03T10:00")], "open", None, False),
        ("neither, not mature: censored", "2026-06-01T10:00", [], "open", None, False),
        ("neither, mature", "2026-01-01T10:00", [], "expired", 0, True),
        ("mature on the very moment", "2026-04-01T12:00", [], "open", 0, True),
        ("one second short of mature", "2026-04-01T12:00:01", [], "open", None, False),
        ("a stage in neither list decides nothing", "2026-06-01T10:00", [("contacted", "2026-06-03T10:00")], "open", None, False),
        ("not an MQL", None, [], "not_mql", None, False),
        ("an MQL only later", "2026-06-30T13:00", [], "not_mql", None, False),
        ("an acceptance not known yet", "2026-06-01T10:00", [("accepted", "2026-06-30T13:00")], "open", None, False),
        ("values are compared trimmed and case-folded", "2026-01-01T10:00", [("  Closed_WON ", "2026-02-03T10:00")], "accepted", 1, True),
        ("a date without time is the whole day: first day", "2026-01-01T10:00", [("accepted", "2026-01-01")], "accepted", 1, True),
        ("a date without time is the whole day: last day", "2026-01-01T10:00", [("accepted", "2026-04-01")], "accepted", 1, True),
        ("a qualification without time counts from that day's start", "2026-01-01", [("accepted", "2026-04-01T00:00")], "accepted", 1, True),
        ("and not from its end", "2026-01-01", [("accepted", "2026-04-01T00:00:01")], "accepted", 0, True),
    ],
)  # fmt: skip
def test_states_and_labels(rule, qualified, outcomes, state, label, mature):
    row = labelled(qualified, *outcomes)
    assert row["state"] == state, rule
    assert (None if pd.isna(row["label"]) else int(row["label"])) == label, rule
    assert bool(row["mature"]) == mature, rule


def test_a_lead_does_not_exist_before_it_was_created():
    assert not labelled(None, created="2026-07-01T00:00")["present"]
    assert labelled(None, created="2026-06-30T12:00")["present"]


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
        (
            "and then what is in neither list is open",
            "engaging",
            {"accepted": ["won"], "rejected": ["lost"]},
            "open",
            None,
        ),
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
