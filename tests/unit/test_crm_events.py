"""Activities, history, outcomes and the order of leads in canonical form: what is read, and what is set aside."""

from datetime import datetime

import pandas as pd
import pytest

from ground.small_crm import NOW, crm_of, rows, set_aside
from mqlgate import labels
from mqlgate.errors import InputError

END_OF_DAY = datetime(2026, 1, 2, 23, 59, 59, 999999)
LEADS = ({"lead_id": ["a", "b", "c"], "mql_at": ["2026-01-01T08:00"] * 3}, {"qualified_at": "mql_at"})


def acts(frame, **section):
    return crm_of(leads=LEADS, activities=(frame, {"type": "kind", "at": "at", **section}))


def test_events_whose_lead_or_time_cannot_be_read_are_set_aside_with_the_reason():
    known = acts(
        {
            "lead_id": ["a", " ", None, "b", "b", "b", "zz"],
            "kind": ["demo"] * 7,
            "at": ["2026-01-02", "2026-01-02", "2026-01-02", "soon", "", "n/a", "2026-01-03"],
        }
    )
    assert rows(known, "SELECT row, lead_id FROM activity ORDER BY row") == [(0, "a"), (6, "zz")]
    assert set_aside(known) == [
        ("activities", 1, "lead_id", " ", "there is no lead"),
        ("activities", 2, "lead_id", None, "there is no lead"),
        ("activities", 3, "at", "soon", "not a date"),
        ("activities", 4, "at", "", "there is no date"),
        ("activities", 5, "at", "n/a", "there is no date"),
    ]


@pytest.mark.parametrize(
    ("rule", "at", "recorded", "seen"),
    [
        ("a moment is known when it happens", "2026-01-02T10:00", None, datetime(2026, 1, 2, 10)),
        ("a day is known when it ends", "2026-01-02", None, END_OF_DAY),
        ("recorded later: known then", "2026-01-02T10:00", "2026-01-04T10:00", datetime(2026, 1, 4, 10)),
        ("recorded earlier: known when it happens", "2026-01-02T10:00", "2026-01-01T10:00", datetime(2026, 1, 2, 10)),
        ("recorded on the day that it ends", "2026-01-02", "2026-01-02T10:00", END_OF_DAY),
        ("recorded some time that day", "2026-01-02T10:00", "2026-01-02", END_OF_DAY),
        ("recorded nowhere: when it happens", "2026-01-02T10:00", " ", datetime(2026, 1, 2, 10)),
    ],
)  # fmt: skip
def test_nothing_is_seen_before_both_its_times(rule, at, recorded, seen):
    known = acts({"lead_id": ["a"], "kind": ["demo"], "at": [at], "synced": [recorded]}, recorded="synced")
    assert rows(known, "SELECT seen FROM activity") == [(seen,)], rule


def test_a_recorded_time_that_cannot_be_read_sets_the_row_aside():
    known = acts({"lead_id": ["a"], "kind": ["demo"], "at": ["2026-01-02"], "synced": ["x"]}, recorded="synced")
    assert set_aside(known) == [("activities", 0, "synced", "x", "not a date")]


def test_types_are_tiered_as_said_else_as_usual_else_low():
    kinds = ["Demo Request", "pricing-view", "Fax", " FAX ", "Zoom", "", "1.0"]
    known = crm_of(
        leads=LEADS,
        activities=(
            {"lead_id": ["a"] * 7, "kind": kinds, "at": ["2026-01-02"] * 7},
            {"type": "kind", "at": "at", "exclude": ["zoom"]},
        ),
        features={"activity_tiers": {"high": ["fax"], "medium": ["1"]}, "third_party": ["FAX"]},
    )
    assert rows(known, "SELECT type, tier, party FROM activity ORDER BY row") == [
        ("Demo Request", "high", "first"),
        ("pricing-view", "high", "first"),
        ("Fax", "high", "third"),
        ("FAX", "high", "third"),
        ("unknown", "low", "first"),
        ("1.0", "medium", "first"),
    ]


OUTCOMES = {"lead": "lead_id", "at": "decided", "stage": "stage", "accepted": ["won"], "rejected": ["lost"]}


def own_file(tmp_path, text, path="leads.csv"):
    (tmp_path / "leads.csv").write_text(text)
    return crm_of(
        directory=tmp_path,
        leads={"path": "leads.csv", "qualified_at": "mql_at"},
        outcomes={**OUTCOMES, "path": path, "reason": "why", "owner": "rep", "amount": "value"},
    )


@pytest.mark.parametrize("path", ["leads.csv", "./leads.csv", "there/../leads.csv"])
def test_outcomes_in_the_leads_own_file_are_no_features_and_open_leads_no_bad_rows(tmp_path, path):
    (tmp_path / "there").mkdir()
    text = "lead_id,mql_at,size,stage,decided,why,rep,value\n"
    text += "a,2026-01-01,1,won,2026-02-01,,Ann,90.5\nb,2026-01-01,2,lost,2026-02-02,No Budget,Bob,\n"
    text += "c,2026-01-01,3,,,,,\n"
    known = own_file(tmp_path, text, path)
    assert [column.name for column in known.columns] == ["size"]
    assert set_aside(known) == []
    assert rows(known, "SELECT lead_id, accepted, rejected, reason, reason_said, owner, amount FROM outcome") == [
        ("a", True, False, None, None, "Ann", 90.5),
        ("b", False, True, "no_budget", "No Budget", "Bob", None),
    ]


def test_an_outcome_time_there_that_cannot_be_read_is_set_aside_all_the_same(tmp_path):
    known = own_file(tmp_path, "lead_id,mql_at,stage,decided,why,rep,value\na,2026-01-01,won,later,,,\n")
    assert set_aside(known) == [("outcomes", 2, "decided", "later", "not a date")]


def test_outcomes_of_the_leads_own_dataframe_need_not_be_given_twice():
    frame = {
        "lead_id": ["a", "b"],
        "mql_at": ["2026-01-01"] * 2,
        "stage": ["won", None],
        "decided": ["2026-02-01", None],
    }
    known = crm_of(leads=(frame, {"qualified_at": "mql_at"}), outcomes={**OUTCOMES, "path": "leads.csv"})
    labels.build(known, NOW)
    assert rows(known, "SELECT lead_id, label FROM label ORDER BY row") == [("a", 1), ("b", 0)]


def test_reasons_are_codes_by_the_words_said_else_by_the_closed_lists_own():
    said = ["Too small", " too SMALL ", "no_budget", "No response after sequence", "1.0", "odd", None]
    known = crm_of(
        leads=LEADS,
        outcomes=(
            {"lead_id": ["a"] * 7, "stage": ["lost"] * 7, "decided": ["2026-02-01"] * 7, "why": said},
            {**OUTCOMES, "reason": "why", "reasons": {"too small": "wrong_company_size", "1": "duplicate"}},
        ),
    )
    assert [code for (code,) in rows(known, "SELECT reason FROM outcome ORDER BY row")] == [
        "wrong_company_size",
        "wrong_company_size",
        "no_budget",
        "no_response",
        "duplicate",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("said", "meant"), [("won\t", True), ("\u00a0WON", True), ("won\r", True), ("wo n", False), (True, False)]
)
def test_stages_are_compared_without_any_blanks_around_them(said, meant):
    frame = {"lead_id": ["a"], "stage": [said], "decided": ["2026-02-01"]}
    known = crm_of(leads=LEADS, outcomes=(frame, OUTCOMES))
    assert rows(known, "SELECT accepted FROM outcome") == [(meant,)]


def test_an_order_that_is_no_number_is_a_bad_row():
    known = crm_of(
        leads=({"lead_id": list("abcd"), "n": ["10", "second", "n/a", "5"], "y": [1, 0, 1, 0]}, {"order": "n"}),
        outcomes={"column": "y", "accepted": [1]},
    )
    assert set_aside(known) == [("leads", 1, "n", "second", "not a number")]
    labels.build(known, NOW)
    assert rows(known, 'SELECT lead_id, "at" FROM label ORDER BY row') == [("a", 10.0), ("c", 10.0), ("d", 5.0)]
    assert [column.name for column in known.columns] == []


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"leads": (LEADS[0], {"qualified_at": "mql"})}, '[leads] qualified_at: there is no column "mql"'),
        ({"leads": (LEADS[0], {"created_at": "made"})}, '[leads] created_at: there is no column "made"'),
        ({"leads": (LEADS[0], {"order": "n"})}, '[leads] order: there is no column "n"'),
        ({"leads": (LEADS[0], {"account": "firm"})}, '[leads] account: there is no column "firm"'),
        ({"leads": (LEADS[0], {"id": "id"})}, '[leads] id: there is no column "id"'),
        ({"leads": (LEADS[0], {"exclude": ["x"]})}, '[leads] exclude: there is no column "x"'),
        (
            {"leads": LEADS, "activities": (LEADS[0], {"type": "mql_at", "at": "when"})},
            '[activities] at: there is no column "when"',
        ),
        (
            {"leads": LEADS, "activities": (LEADS[0], {"type": "mql_at", "at": "mql_at", "recorded": "synced"})},
            '[activities] recorded: there is no column "synced"',
        ),
        (
            {"leads": LEADS, "history": (LEADS[0], {**dict.fromkeys(("field", "value", "at"), "mql_at"), "old": "o"})},
            '[history] old: there is no column "o"',
        ),
        (
            {"leads": LEADS, "lookups": [(LEADS[0], {"key": "firm", "id": "lead_id", "prefix": "f_"})]},
            '[[lookups]] 1 key: there is no column "firm"',
        ),
    ],
)  # fmt: skip
def test_a_column_that_is_not_there_is_named_with_the_key_that_asks_for_it(section, says):
    with pytest.raises(InputError) as refused:
        crm_of(**section)
    assert says in str(refused.value)
    assert '"lead_id"' in str(refused.value)


def test_history_is_text_whatever_its_type():
    frame = {
        "lead_id": [1.0, 2.0],
        "field": ["size", "open"],
        "value": pd.Series([12.5, True], dtype=object),
        "old": [None, " "],
        "at": pd.to_datetime(["2026-01-01", "2026-01-02"]),
    }
    known = crm_of(leads=LEADS, history=(frame, {"field": "field", "value": "value", "old": "old", "at": "at"}))
    assert rows(known, "SELECT lead_id, field, value, old FROM history ORDER BY row") == [
        ("1", "size", "12.5", None),
        ("2", "open", "True", None),
    ]
