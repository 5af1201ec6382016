"""Leakage suspects, one mechanism a test: what is suspected, and what merely looks like it."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from ground.planted_columns import clean, leads_of, planted
from ground.small_crm import NOW, config_of, crm_of
from mqlgate.contract.check import check
from mqlgate.contract.leakage import coinciding_types, suspect_activity_types, suspects
from mqlgate.contract.leakage.names import known_afterwards
from mqlgate.crm import Crm, load
from mqlgate.simulate import generate

SETTINGS = {
    "at": "at",
    "stage": "stage",
    "accepted": ["accepted", "closed_won"],
    "rejected": ["rejected", "closed_lost"],
    "horizon_days": 90,
}


@pytest.fixture(scope="module")
def judged() -> dict[str, str]:
    """Each suspected column of a simulated CRM, with the kind of evidence."""
    world = generate("linear", leads=6_000, seed=11)
    ground, rng = leads_of(world), np.random.default_rng(11)
    columns = dict(planted(ground, rng)) | dict(clean(ground, rng))
    loaded = crm_of(
        leads=(
            pd.concat([world.leads[["lead_id", "created_at", "mql_at"]], pd.DataFrame(columns)], axis=1),
            {"created_at": "created_at", "qualified_at": "mql_at"},
        ),
        activities=(world.activities, {"recorded": "synced_at"}),
        outcomes=(world.outcomes, SETTINGS | {"at": "occurred_at", "recorded": "recorded_at"}),
        now=world.as_of + timedelta(days=1),
    )
    return {suspect.column: suspect.kind for suspect in suspects(loaded)}


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        ("filled_number", {"exclusive"}),
        ("filled_category", {"exclusive"}),
        ("filled_always", {"exclusive"}),
        ("filled_date", {"later", "numbered"}),
        ("filled_the_rest", {"decided"}),
        ("overwritten_by_new", {"exclusive", "decided"}),
        ("overwritten_by_known", {"decided"}),
        ("overwritten_by_zero", {"exclusive", "decided"}),
        ("overwritten_higher", {"decided", "exclusive"}),
        ("incremented_1", {"decided", "exclusive"}),
        ("copy", {"decided", "alone"}),
        ("copy_of_label", {"decided", "alone"}),
        ("all_acts", {"adds_up", "decided"}),
        ("later_acts", {"adds_up", "decided"}),
        ("number_by_decision", {"numbered"}),
        ("number_regrown", {"numbered"}),
        ("number_grown_with_sql", {"decided", "alone", "exclusive", "pure"}),
    ],
)
def test_a_planted_column_is_suspected_by_its_mechanism(column, kinds, judged):
    assert judged.get(column) in kinds


@pytest.mark.parametrize(
    "column",
    [
        "honest_number_0", "honest_number_2", "honest_amount", "honest_count", "honest_category", "honest_flag",
        "true_odds",
        "missing_by_chance", "missing_by_quality", "missing_by_sql", "near_unique_text", "number_by_creation",
        "drifting_number", "drifting_category", "field_introduced", "field_abandoned", "acts_before",
    ],
)  # fmt: skip
def test_an_honest_column_is_not_suspected(column, judged):
    assert column not in judged


def small(columns: dict[str, object], leads: int = 600, every: int = 3, **tables: object) -> Crm:
    """One lead each six hours; of `every` leads the first is accepted after 20 days, the second rejected after 5."""
    mql_at = [datetime(2025, 1, 1) + timedelta(hours=6 * i) for i in range(leads)]
    frame = pd.DataFrame({"lead_id": [f"L{i}" for i in range(leads)], "mql_at": mql_at, **columns})
    waits, stages = (timedelta(days=20), timedelta(days=5)), ("accepted", "rejected")
    rows = [
        (f"L{i}", at + waits[i % every], stages[i % every])
        for i, at in enumerate(mql_at)
        if i % every < 2 and at + waits[i % every] < mql_at[-1]
    ]
    outcomes = pd.DataFrame(rows, columns=["lead_id", "at", "stage"])
    section = SETTINGS | {"horizon_days": 30}
    return crm_of(leads=(frame, {"qualified_at": "mql_at"}), outcomes=(outcomes, section), **tables)


def kinds(crm: Crm) -> dict[str, str]:
    return {suspect.column: suspect.kind for suspect in suspects(crm)}


def test_a_column_that_tells_the_label_is_suspected_and_a_near_perfect_one_as_well():
    rng = np.random.default_rng(0)
    told = np.arange(600) % 3 == 0
    found = kinds(
        small({"label": told * 1.0, "sharp": rng.normal(0, 1, 600) + 3.5 * told, "fair": rng.normal(0, 1, 600) + told})
    )
    assert set(found) == {"label", "sharp"}


def test_a_number_that_is_extreme_at_both_ends_is_found_as_well():
    rng = np.random.default_rng(0)
    told = np.arange(600) % 3 == 0
    found = kinds(
        small({"both": np.where(told, rng.choice([-1, 1], 600) * rng.uniform(3, 4, 600), rng.normal(0, 1, 600))})
    )
    assert found == {"both": "alone"}


def test_a_category_of_many_levels_gains_nothing_from_chance():
    rng = np.random.default_rng(0)
    assert kinds(small({"town": rng.choice([f"town {i}" for i in range(250)], 600)})) == {}


def test_a_planned_date_is_no_later_record():
    plan = [datetime(2025, 1, 1) + timedelta(hours=6 * i, days=45) for i in range(600)]
    assert kinds(small({"renewal": plan})) == {}


def test_a_date_that_was_set_after_the_snapshot_is_one():
    touched = [datetime(2025, 1, 1) + timedelta(hours=6 * i, days=3) if i < 500 else None for i in range(600)]
    assert kinds(small({"last_touch": touched})) == {"last_touch": "later"}


@pytest.mark.parametrize(
    ("name", "afterwards"),
    [
        ("duration", True), ("call_duration", True), ("CallDuration", True), ("close_date", True),
        ("Close Value", True),
        ("won_at", True), ("days_to_close", True), ("lost_reason", True), ("outcome", True), ("deal_amount", True),
        ("industry", False), ("contract_type", False), ("closest_office", False), ("durations_offered", False),
        ("company_size", False), ("wonder", False), ("pages", False), ("created_at", False),
    ],
)  # fmt: skip
def test_names_of_what_is_known_afterwards(name, afterwards):
    assert known_afterwards(name) is afterwards


def test_a_name_alone_is_no_evidence():
    rng = np.random.default_rng(0)
    assert kinds(small({"duration": rng.lognormal(3, 1, 600)})) == {}


def flat(columns: dict[str, object], target: list[str]) -> Crm:
    frame = {"lead_id": [f"L{i}" for i in range(len(target))], "y": target, **columns}
    return crm_of(leads=(pd.DataFrame(frame), {}), outcomes={"column": "y", "accepted": ["yes"]})


def test_a_flat_table_gives_away_what_is_filled_for_positives_only():
    rng = np.random.default_rng(0)
    y = ["yes" if flip < 0.2 else "no" for flip in rng.random(2_000)]
    sold = [f"p{rng.integers(3)}" if value == "yes" and rng.random() < 0.3 else None for value in y]
    some = [f"p{rng.integers(3)}" if rng.random() < (0.5 if value == "yes" else 0.2) else None for value in y]
    assert kinds(flat({"sold": sold, "some": some}, y)) == {"sold": "pure"}


def test_a_duration_below_which_nobody_accepts_is_told_by_name_and_values():
    rng = np.random.default_rng(0)
    seconds = rng.gamma(2, 120, 6_000)
    y = np.where((rng.random(6_000) < 0.25) & (seconds > 60), "yes", "no")
    found = suspects(flat({"duration": seconds, "size": seconds}, list(y)))
    assert [(suspect.column, suspect.kind) for suspect in found] == [("duration", "name")]
    assert "known only afterwards" in found[0].why


def test_an_activity_at_the_very_time_of_the_outcome_is_the_outcome():
    start = datetime(2025, 1, 1)
    approved = [(f"L{i}", "approved", start + timedelta(hours=6 * i, days=20)) for i in range(0, 450, 3)]
    viewed = [(f"L{i}", "viewed", start + timedelta(hours=6 * i, days=19, minutes=i % 7)) for i in range(450)]
    once = [("L0", "odd", start + timedelta(days=20))]
    acts = pd.DataFrame([*approved, *viewed, *once], columns=["lead_id", "activity_type", "occurred_at"])
    crm = small({}, activities=(acts, {}))
    assert suspect_activity_types(crm) == {"approved"}
    assert coinciding_types(crm)[0].at_outcome == 150
    assert [f.code for f in check(crm).findings if f.table == "activities"].count("activity_is_outcome") == 1


def test_a_shared_day_proves_nothing_of_an_activity():
    start = datetime(2025, 1, 1)
    acts = [(f"L{i}", "met", f"{start + timedelta(hours=6 * i, days=20):%Y-%m-%d}") for i in range(0, 450, 3)]
    done = [(f"L{i}", f"{start + timedelta(hours=6 * i, days=20):%Y-%m-%d}", "accepted") for i in range(0, 450, 3)]
    crm = small({}, activities=(pd.DataFrame(acts, columns=["lead_id", "activity_type", "occurred_at"]), {}))
    dated = crm_of(
        leads=(
            pd.DataFrame({"lead_id": [f"L{i}" for i in range(600)], "mql_at": "2025-01-01"}),
            {"qualified_at": "mql_at"},
        ),
        activities=(pd.DataFrame(acts, columns=["lead_id", "activity_type", "occurred_at"]), {}),
        outcomes=(pd.DataFrame(done, columns=["lead_id", "at", "stage"]), SETTINGS),
    )
    assert suspect_activity_types(crm) == suspect_activity_types(dated) == frozenset()


def test_a_field_that_changes_with_the_outcome_is_named():
    start = datetime(2025, 1, 1)
    with_it = [(f"L{i}", "status", "customer", start + timedelta(hours=6 * i, days=20)) for i in range(0, 450, 3)]
    before = [(f"L{i}", "size", "51-200", start + timedelta(hours=6 * i, days=2)) for i in range(0, 450, 3)]
    history = pd.DataFrame([*with_it, *before], columns=["lead_id", "field", "value", "changed_at"])
    columns = {"status": ["lead"] * 600, "size": [f"{i % 4}" for i in range(600)]}
    found = suspects(small(columns, history=(history, {})))
    assert [(suspect.column, suspect.kind, suspect.strength) for suspect in found] == [("status", "history", "weak")]


@pytest.mark.parametrize(("every", "strength"), [(2, "weak"), (3, "strong")])
def test_a_leak_is_weak_where_it_does_not_tell_accepted_leads_from_others(every, strength):
    rng = np.random.default_rng(0)
    desk = np.where((np.arange(600) % every < 2) & (np.arange(600) < 520), rng.choice(["north", "south"], 600), None)
    found = suspects(small({"desk": desk}, every=every))
    assert [(suspect.column, suspect.strength) for suspect in found] == [("desk", strength)]


def test_the_traps_of_the_real_sets_are_named(shared_data):
    olist, deals = shared_data / "olist", shared_data / "opportunities" / "sales_pipeline.csv"
    sections = {
        "leads": {
            "path": str(olist / "marketing_qualified_leads.csv"), "id": "mql_id", "qualified_at": "first_contact_date",
            "dayfirst": True,
        },
        "lookups": [{"path": str(olist / "closed_deals.csv"), "key": "mql_id", "id": "mql_id", "prefix": "deal_"}],
        "outcomes": {"path": str(olist / "closed_deals.csv"), "lead": "mql_id", "at": "won_date"},
    }  # fmt: skip
    won = load(config_of(**sections), now=NOW)
    columns = {column.name for column in won.columns}
    found = set(kinds(won))
    assert {column for column in columns if column.startswith("deal_")} - found == set()
    assert found & {"origin", "landing_page_id"} == set()
    deal = crm_of(
        leads={"path": str(deals), "id": "opportunity_id", "qualified_at": "engage_date", "dayfirst": True},
        outcomes={"column": "deal_stage", "accepted": ["Won"], "rejected": ["Lost"]},
    )
    assert {"close_date", "close_value"} <= set(kinds(deal))
    assert {"product", "sales_agent"} & set(kinds(deal)) == set()
    bank = crm_of(
        leads={"path": str(shared_data / "bank" / "bank-full.csv.gz"), "id": "Cust_num", "order": "Cust_num"},
        outcomes={"column": "y", "accepted": ["yes"]},
    )
    assert set(kinds(bank)) == {"duration"}
    loans = shared_data / "loans"
    loan = crm_of(
        leads={"path": str(loans / "leads.csv"), "id": "lead", "qualified_at": "qualified_at"},
        activities={"path": str(loans / "activities.csv.gz"), "lead": "lead", "type": "type", "at": "at"},
        outcomes={
            "path": str(loans / "outcomes.csv.gz"), "lead": "lead", "at": "at", "stage": "stage",
            "accepted": ["approved"], "rejected": ["declined", "cancelled"], "horizon_days": 30,
        },
    )  # fmt: skip
    assert {"O_ACCEPTED", "A_REGISTERED", "A_ACTIVATED", "O_DECLINED"} <= suspect_activity_types(loan)
    assert not suspect_activity_types(loan) & {"O_SENT", "O_CREATED", "A_FINALIZED", "W_Nabellen_offertes:start"}
