"""What holds in every simulated world, whatever its mechanisms: the order of times, and a truth blind to the future."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from mqlgate.simulate import BARE, SCENARIOS, Scenario
from mqlgate.simulate import mechanisms as m
from mqlgate.simulate.clocks import DAY, NEVER, SalesClock, seconds
from mqlgate.simulate.crm import generate
from mqlgate.simulate.scenario import Calendar
from mqlgate.simulate.tables import lead_ids
from mqlgate.simulate.truth import truth_of
from mqlgate.simulate.world import World, simulate

shares = st.floats(0, 1)
effects = st.floats(-2, 2)
MECHANISMS = {
    "missing": st.builds(m.Missing, st.floats(0, 1.2)),
    "dirt": st.builds(m.Dirt, shares, shares),
    "field_changes": st.builds(m.FieldChanges, st.floats(0, 5), st.floats(0, 5)),
    "late_records": st.builds(m.LateRecords, shares, st.floats(0.01, 20), st.just((1.0, 6.0)), st.just((0.3, 0.2))),
    "duplicates": st.builds(m.Duplicates, st.floats(0, 0.4), effects),
    "season": st.builds(m.Season, shares, st.floats(0, 0.9), effects),
    "drift": st.builds(m.Drift, effects, st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), effects),
    "self_excitation": st.builds(m.SelfExcitation, st.floats(0, 0.8)),
    "heavy_tail": st.builds(m.HeavyTail, st.floats(0, 1), st.floats(1.1, 3)),
    "revival": st.builds(m.Revival, shares),
    "account_surge": st.builds(m.AccountSurge, shares),
    "point_inflation": st.builds(m.PointInflation, shares),
    "leniency": st.builds(lambda effect: m.Leniency({"Ana Ruiz": effect}), effects),
    "follow_up": st.builds(m.FollowUp, effects, st.floats(0.1, 10)),
    "after_mql": st.builds(m.AfterMql, st.floats(0.01, 0.3), st.floats(0, 0.2), st.floats(0, 0.1), st.floats(0.2, 5)),
    "second_thoughts": st.builds(m.SecondThoughts, shares),
}
worlds = st.builds(
    lambda base, chosen, days: replace(SCENARIOS[base], calendar=Calendar(days=days), **chosen),
    st.sampled_from(["linear", "thresholds_and_interactions", "account_driven"]),
    st.fixed_dictionaries({}, optional=MECHANISMS),
    st.sampled_from([40, 200, 730]),
)
seeds = st.integers(0, 2**40)
TRUTHS = ["p_sql_at_mql", "p_sql_at_as_of", "p_accepted_at_mql", "p_won_given_sql"]


def as_known(world: World, moment: int) -> World:
    """The world with everything taken out that was recorded after a moment, but for what sales does in the end."""
    fields = tuple(
        replace(
            field,
            recorded=np.where(field.recorded <= moment, field.recorded, NEVER),
            text=np.where(field.recorded <= moment, field.text, 0),
        )
        for field in world.fields
    )
    return replace(world, acts=world.acts.where(world.acts.seen <= moment), fields=fields)


@given(worlds, seeds, st.floats(0, 1))
@settings(max_examples=40)
def test_the_truth_sees_nothing_that_was_recorded_later(scenario: Scenario, seed: int, part: float):
    world = simulate(scenario, 120, seed)
    moment = seconds(scenario.calendar.end) - int(part * scenario.calendar.days * DAY)
    before = truth_of(world, moment, lead_ids(world))
    after = truth_of(as_known(world, moment), moment, lead_ids(world))
    pd.testing.assert_frame_equal(after[[*TRUTHS, "state"]], before[[*TRUTHS, "state"]])


@given(worlds, seeds)
@settings(max_examples=40)
def test_times_are_in_order_and_probabilities_are_some(scenario: Scenario, seed: int):
    crm = generate(scenario, leads=120, seed=seed)
    assert len(crm.leads) == len(crm.truth) == 120
    assert crm.leads["created_at"].is_monotonic_increasing
    created, qualified = (crm.leads.set_index("lead_id")[column] for column in ("created_at", "mql_at"))
    assert (qualified.dropna() > created[qualified.notna()]).all()
    acts, history, outcomes = crm.activities, crm.history, crm.outcomes
    assert (acts["occurred_at"].to_numpy() >= created[acts["lead_id"]].to_numpy()).all()
    assert (acts["synced_at"] >= acts["occurred_at"]).all()
    assert (history["changed_at"].to_numpy() >= created[history["lead_id"]].to_numpy()).all()
    assert (history["recorded_at"] >= history["changed_at"]).all()
    assert (outcomes["recorded_at"] >= outcomes["occurred_at"]).all()
    verdicts = outcomes[outcomes["stage"] != "contacted"]
    assert (verdicts["occurred_at"].to_numpy() >= qualified[verdicts["lead_id"]].to_numpy()).all()
    assert not outcomes.duplicated(["lead_id", "stage"]).any()
    assert set(crm.leads["account_id"].dropna()) <= set(crm.accounts["account_id"])
    assert set(acts["lead_id"]) | set(outcomes["lead_id"]) | set(history["lead_id"]) <= set(crm.leads["lead_id"])
    for column in TRUTHS:
        assert crm.truth[column].dropna().between(0, 1).all()
    assert crm.truth["p_sql_at_mql"].notna().equals(crm.leads["mql_at"].notna())
    assert (crm.truth["p_sql_at_mql"] <= crm.truth["p_accepted_at_mql"]).sum() == crm.leads["mql_at"].notna().sum()


@given(seeds, st.integers(1, 400))
@settings(max_examples=15)
def test_any_number_of_leads_comes_out_exactly(seed: int, leads: int):
    assert len(generate(BARE, leads=leads, seed=seed).leads) == leads


@given(st.integers(1_600_000_000, 1_800_000_000), st.floats(0.001, 400))
def test_the_sales_clock_comes_back_to_where_it_was_sent(start: int, days: float):
    for clock in (SalesClock(office_hours=True), SalesClock(office_hours=False)):
        at = clock.after(np.array([start]), np.array([days]))
        # Times are whole seconds, and an office second is 3.36 seconds of the week.
        assert abs(clock.elapsed(np.array([start]), at)[0] - days) <= 3.5 / DAY
        moment = pd.Timestamp(int(at[0]), unit="s")
        hour = (moment - moment.normalize()) / pd.Timedelta(hours=1)
        assert not clock.office or (moment.day_of_week < 5 and 8 <= hour <= 18)


@given(st.integers(1_600_000_000, 1_800_000_000), st.integers(0, 10**8), st.integers(0, 10**8))
def test_the_sales_clock_never_runs_backwards_and_keeps_the_week(start: int, first: int, second: int):
    clock = SalesClock(office_hours=True)
    early, late = sorted((first, second))
    shown = clock.shows(np.array([start, start + early, start + late]))
    assert shown[0] <= shown[1] <= shown[2]
    assert np.isclose(clock.elapsed(np.array([start]), np.array([start + 7 * DAY]))[0], 7.0)
