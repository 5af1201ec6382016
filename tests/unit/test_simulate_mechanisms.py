"""Each mechanism, planted alone in a bare world, does what its name says; without it nothing of the kind is there."""

from dataclasses import fields, replace
from functools import cache

import pandas as pd
import pytest

from mqlgate.errors import InputError
from mqlgate.simulate import BARE, SCENARIOS, SimulatedCrm, generate
from mqlgate.simulate import mechanisms as m
from mqlgate.simulate.scenario import MECHANISMS, Measure, Scenario, Term, Verdict

LEADS = 1_500
PLANTED = {
    "missing": m.Missing(1.0),
    "dirt": m.Dirt(spelling=0.5, garbage=0.05),
    "field_changes": m.FieldChanges(filled=2.0, corrected=1.0),
    "late_records": m.LateRecords(share=0.3, days=3.0, outcome_days=(2.0,), outcome_shares=(0.5,)),
    "duplicates": m.Duplicates(share=0.1, effect=-2.0),
    "season": m.Season(weekly=0.9, yearly=0.6, verdict=1.0),
    "drift": m.Drift(base=-1.5, fit=-0.5, intent=0.5, delay=0.5, mix=1.5),
    "self_excitation": m.SelfExcitation(branching=0.6),
    "heavy_tail": m.HeavyTail(spread=1.0, index=1.4),
    "revival": m.Revival(share=0.5),
    "account_surge": m.AccountSurge(share=0.8, acts=6.0),
    "point_inflation": m.PointInflation(share=0.3, acts=60.0),
    "leniency": m.Leniency({"Ana Ruiz": 2.0, "Hugo Silva": -2.0}),
    "follow_up": m.FollowUp(effect=-3.0, late_days=1.0),
    "after_mql": m.AfterMql(acts=0.05, replies=0.04, meetings=0.01, lift=4.0),
    "second_thoughts": m.SecondThoughts(share=0.5),
}
BEFORE_SALES = ("leads", "accounts", "activities", "history")


@cache
def bare() -> SimulatedCrm:
    return generate(BARE, leads=LEADS, seed=11)


@cache
def planted(name: str) -> SimulatedCrm:
    return generate(replace(BARE, **{name: PLANTED[name]}), leads=LEADS, seed=11)


def sql_rate(crm: SimulatedCrm, of: pd.Series | None = None) -> float:
    mql = crm.truth["p_sql_at_mql"].notna()
    return float(crm.truth.loc[mql if of is None else mql & of, "sql_within_horizon"].mean())


def acts_of_a_lead(crm: SimulatedCrm) -> pd.Series:
    return crm.activities.groupby("lead_id").size()


def test_every_mechanism_is_planted_here_and_off_without_arguments():
    assert set(PLANTED) == set(MECHANISMS)
    assert BARE.mechanisms_on == ()
    for name, mechanism in PLANTED.items():
        assert replace(BARE, **{name: mechanism}).mechanisms_on == (name,)
        assert replace(BARE, **{name: mechanism}).without(name) == BARE


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_that_is_taken_out_leaves_no_trace(name: str):
    again = generate(replace(BARE, **{name: PLANTED[name]}).without(name), leads=LEADS, seed=11)
    for table in (*BEFORE_SALES, "outcomes", "truth"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(bare(), table))


@pytest.mark.parametrize("name", ["leniency", "follow_up", "second_thoughts"])
def test_what_happens_after_the_mql_changes_nothing_before(name: str):
    for table in BEFORE_SALES:
        pd.testing.assert_frame_equal(getattr(planted(name), table), getattr(bare(), table))
    assert not planted(name).outcomes.equals(bare().outcomes)


@pytest.mark.parametrize("name", ["dirt", "field_changes", "leniency", "follow_up", "drift"])
def test_what_leads_do_does_not_depend_on_what_is_written_down_of_them(name: str):
    pd.testing.assert_frame_equal(planted(name).activities, bare().activities)


def test_a_bare_world_is_complete_clean_and_on_time():
    crm = bare()
    assert not crm.leads.drop(columns="mql_at").isna().any().any()
    assert not crm.accounts.isna().any().any()
    assert (crm.activities["synced_at"] == crm.activities["occurred_at"]).all()
    assert (crm.outcomes["recorded_at"] == crm.outcomes["occurred_at"]).all()
    assert len(crm.history) == 3 * LEADS
    assert crm.leads["company_size"].nunique() == 7
    assert not crm.leads["email"].str.lower().duplicated().any()
    assert not crm.activities["activity_type"].isin(["email_reply", "meeting_booked"]).any()


def test_missing_values_are_missing():
    crm = planted("missing")
    for column, least in {
        "company_size": 0.15,
        "budget": 0.6,
        "country": 0.02,
        "account_id": 0.08,
        "email": 0.003,
    }.items():
        assert crm.leads[column].isna().mean() > least
    assert crm.accounts["employees"].isna().mean() > 0.05


def test_dirt_is_other_spellings_and_values_that_say_nothing():
    crm = planted("dirt")
    assert crm.leads["company_size"].nunique() > 30
    assert crm.leads["company_size"].isin(["n/a", "-", "?", "unknown", "N/A"]).mean() == pytest.approx(0.05, abs=0.02)
    assert crm.leads["job_title"].str.islower().sum() > 20
    assert crm.accounts["industry"].nunique() > 8


def test_fields_change_before_and_after_the_mql_and_tell_what_they_were():
    history = planted("field_changes").history.merge(
        planted("field_changes").leads[["lead_id", "created_at", "mql_at"]]
    )
    changes = history[history["changed_at"] > history["created_at"]]
    assert len(changes) > LEADS
    assert (changes["changed_at"] > changes["mql_at"]).mean() > 0.2
    assert (changes["changed_at"] < changes["mql_at"]).sum() > 20
    before = history.sort_values("changed_at").groupby(["lead_id", "field"])["value"].shift()
    assert (history["old_value"].fillna("") == before.reindex(history.index).fillna("")).all()


def test_late_records_come_in_after_what_they_tell():
    crm = planted("late_records")
    lag = (crm.activities["synced_at"] - crm.activities["occurred_at"]) / pd.Timedelta(days=1)
    assert (lag >= 0).all()
    assert (lag > 0).mean() == pytest.approx(0.3, abs=0.03)
    assert lag[lag > 0].mean() == pytest.approx(3.0, abs=0.3)
    verdicts = crm.outcomes[crm.outcomes["stage"] != "contacted"]
    late = (verdicts["recorded_at"] - verdicts["occurred_at"]) / pd.Timedelta(days=1)
    assert set(late) == {0.0, 2.0}
    assert (late == 2).mean() == pytest.approx(0.5, abs=0.05)


def test_late_records_only_hide_acts_and_change_none():
    key = ["lead_id", "occurred_at", "activity_type"]
    early = (
        planted("late_records").leads[["lead_id", "mql_at"]].merge(bare().leads[["lead_id", "mql_at"]], on="lead_id")
    )
    same = early.loc[early["mql_at_x"] == early["mql_at_y"], "lead_id"]
    shown = planted("late_records").activities[key].merge(same)
    assert len(shown) > 3_000
    assert len(shown.merge(bare().activities[key].drop_duplicates())) == len(shown)


def test_duplicates_repeat_a_person_and_are_judged_so():
    crm = planted("duplicates")
    repeated = crm.leads["email"].str.lower().duplicated()
    assert repeated.mean() == pytest.approx(0.1, abs=0.02)
    assert sql_rate(crm, repeated) < 0.6 * sql_rate(crm, ~repeated)
    reasons = crm.outcomes.merge(crm.leads.loc[repeated, ["lead_id"]])["reason"].value_counts()
    assert reasons.idxmax() == "Duplicate record"


def test_seasons_shape_hours_weekdays_months_and_the_verdict():
    crm, flat = planted("season"), bare()
    weekend = crm.activities["occurred_at"].dt.day_of_week.ge(5).mean()
    assert weekend < 0.08 < 0.25 < flat.activities["occurred_at"].dt.day_of_week.ge(5).mean()
    night = crm.activities["occurred_at"].dt.hour.lt(6).mean()
    assert night < 0.08 < 0.2 < flat.activities["occurred_at"].dt.hour.lt(6).mean()
    autumn = crm.leads["created_at"].dt.month.isin([9, 10, 11]).mean()
    assert autumn > 1.2 * flat.leads["created_at"].dt.month.isin([9, 10, 11]).mean()
    october, april = (crm.leads["mql_at"].dt.month.isin(months) for months in ([9, 10, 11], [3, 4, 5]))
    assert sql_rate(crm, october) > 1.3 * sql_rate(crm, april)


def test_drift_moves_level_mix_and_delay():
    crm = planted("drift")
    early, late = crm.leads["mql_at"] < "2025-01-01", crm.leads["mql_at"] > "2026-02-01"
    assert sql_rate(crm, late) < 0.6 * sql_rate(crm, early)
    assert abs(sql_rate(bare(), late) - sql_rate(bare(), early)) < 0.08
    paid = crm.leads["source"].isin(["paid_social", "paid_search", "outbound"])
    late, early = crm.leads["created_at"] > "2026-01-01", crm.leads["created_at"] < "2024-11-01"
    assert paid[late].mean() > paid[early].mean() + 0.15


def test_acts_trigger_acts():
    free = replace(BARE, interest=replace(BARE.interest, after_mql=1.0))
    calm, excited = (
        generate(replace(free, self_excitation=m.SelfExcitation(branching)), leads=LEADS, seed=11).activities
        for branching in (0.0, 0.6)
    )
    # A branching ratio b multiplies the expected number of acts by 1 / (1 - b), less what lies after the end.
    assert len(excited) / len(calm) == pytest.approx(1 / (1 - 0.6), rel=0.06)
    soon = lambda acts: (acts.groupby("lead_id")["occurred_at"].diff() < pd.Timedelta(hours=1)).mean()
    assert soon(excited) > 0.25 > 0.05 > soon(calm)


def test_a_few_leads_act_without_end():
    even, uneven = acts_of_a_lead(bare()), acts_of_a_lead(planted("heavy_tail"))
    top = lambda acts: acts.nlargest(LEADS // 50).sum() / acts.sum()
    assert top(uneven) > 2 * top(even)


def test_offspring_without_a_mean_stays_finite():
    crm = generate(replace(BARE, heavy_tail=m.HeavyTail(0.5, 1.05), self_excitation=m.SelfExcitation(0.9)), leads=300)
    assert len(crm.activities) < 300 * 2_000


def test_some_leads_come_back_after_months_of_silence():
    longest = lambda crm: crm.activities.groupby("lead_id")["occurred_at"].agg(lambda at: at.diff().max())
    returned = lambda crm: (longest(crm) > pd.Timedelta(days=60)).mean()
    assert returned(planted("revival")) > returned(bare()) + 0.1


def test_accounts_surge_together():
    def contacts_in_a_week(crm: SimulatedCrm) -> float:
        high = crm.activities[
            crm.activities["activity_type"].isin(["pricing_view", "comparison_guide", "demo_request"])
        ]
        high = high.merge(crm.leads[["lead_id", "account_id"]])
        week = high["occurred_at"].dt.to_period("W")
        return float((high.groupby(["account_id", week])["lead_id"].nunique() >= 3).mean())

    assert contacts_in_a_week(planted("account_surge")) > 3 * contacts_in_a_week(bare())


def test_scanners_inflate_points_and_mean_nothing_where_low_tier_acts_mean_nothing():
    no_low = Verdict(-1.5, terms=(Term(Measure("decayed", ("high",), 14.0), 0.8),))
    by_points = replace(BARE, verdict=no_low, qualification=replace(BARE.qualification, by_hand=0.0))
    crm = generate(replace(by_points, point_inflation=PLANTED["point_inflation"]), leads=LEADS, seed=11)
    scanned = crm.leads["lead_id"].map(acts_of_a_lead(crm)) > 30
    assert scanned.mean() == pytest.approx(0.28, abs=0.04)  # less those whose mails were yet to come
    mql = crm.leads["mql_at"].notna()
    assert mql[scanned].mean() > 0.95 > mql[~scanned].mean() + 0.2
    assert sql_rate(crm, scanned) < 0.85 * sql_rate(crm, ~scanned)


def test_reps_judge_differently():
    crm = planted("leniency")
    by_rep = {rep: sql_rate(crm, crm.leads["owner"] == rep) for rep in ("Ana Ruiz", "Chloe Martin", "Hugo Silva")}
    assert by_rep["Ana Ruiz"] > 1.5 * by_rep["Chloe Martin"] > 1.5 * by_rep["Hugo Silva"]


def test_a_late_first_touch_costs_sqls_and_is_not_known_at_the_mql():
    crm, prompt = planted("follow_up"), bare()
    contacted = crm.outcomes[crm.outcomes["stage"] == "contacted"].groupby("lead_id")["occurred_at"].min()
    took = crm.leads["lead_id"].map(contacted) - crm.leads["mql_at"]
    slow, quick = took > pd.Timedelta(days=4), took < pd.Timedelta(hours=12)
    assert sql_rate(crm, slow) < 0.4 * sql_rate(crm, quick)
    assert sql_rate(prompt, slow) > 0.7 * sql_rate(prompt, quick)
    assert crm.truth.loc[slow, "p_sql_at_mql"].mean() > 1.5 * sql_rate(crm, slow)


def test_leads_that_will_be_accepted_answer_more_and_the_truth_says_so():
    crm = generate(replace(BARE, after_mql=PLANTED["after_mql"]), leads=4 * LEADS, seed=11)
    answers = crm.activities[crm.activities["activity_type"].isin(["email_reply", "meeting_booked"])]
    dated = answers.merge(crm.leads[["lead_id", "mql_at"]])
    assert (dated["occurred_at"] > dated["mql_at"]).all()
    age = (crm.as_of - crm.leads["mql_at"]) / pd.Timedelta(days=1)
    weeks_open = crm.truth[(crm.truth["state"] == "open") & age.between(15, 70)].set_index("lead_id")
    count = answers.groupby("lead_id").size().reindex(weeks_open.index, fill_value=0)
    busy, silent = weeks_open[count >= 6], weeks_open[count <= 2]
    assert min(len(busy), len(silent)) > 15
    for column in ("p_sql_at_as_of", "sql_within_horizon"):
        assert busy[column].mean() > 2 * silent[column].mean()
    assert busy["p_sql_at_mql"].mean() < 2 * silent["p_sql_at_mql"].mean()


def test_sales_takes_back_some_rejections():
    def rejected_first(crm: SimulatedCrm) -> float:
        first = crm.outcomes.pivot_table(index="lead_id", columns="stage", values="occurred_at", aggfunc="min")
        accepted = first[first["accepted"].notna()]
        return float((accepted["rejected"] < accepted["accepted"]).mean())

    assert rejected_first(bare()) == 0
    assert rejected_first(planted("second_thoughts")) == pytest.approx(0.48, abs=0.08)


def test_an_unknown_mechanism_or_scenario_is_named_with_those_that_there_are():
    with pytest.raises(InputError, match=r"(?s)leakage.* is no mechanism.*drift"):
        BARE.without("leakage")
    with pytest.raises(InputError, match=r"(?s)no scenario.*account_driven"):
        generate("stationary")
    with pytest.raises(InputError, match="at least 1"):
        generate(leads=0)
    with pytest.raises(InputError, match="negative"):
        generate(seed=-1)


def test_a_verdict_on_levels_that_no_lead_has_is_refused():
    wrong = replace(BARE, verdict=Verdict(0.0, {"company_size": {"huge": 1.0}}))
    with pytest.raises(InputError, match="company_size huge"):
        generate(wrong, leads=10)


def test_every_mechanism_is_on_in_some_scenario():
    used = {name for scenario in SCENARIOS.values() for name in scenario.mechanisms_on}
    assert used == set(MECHANISMS)
    assert {each.name for each in fields(Scenario)} >= used
