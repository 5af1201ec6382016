"""Gates for the other objectives, weekly volumes and next month."""

import numpy as np
import pytest
from scipy.stats import binom

from mqlgate.gate import objectives
from mqlgate.gate.arrivals import arrivals, arrivals_at, count_quantile
from mqlgate.gate.bounds import sql_rate_lower_bound
from mqlgate.gate.next_month import next_month_interval
from mqlgate.gate.settings import GateSection
from mqlgate.gate.tally import GATES, cells, tally


def test_keep_sqls_is_the_highest_gate_whose_bound_of_the_share_kept_reaches_it():
    rng = np.random.default_rng(2)
    p_sql = rng.beta(1.2, 5, 4000)
    counted = tally(p_sql, (rng.random(4000) < p_sql).astype(int))
    chosen = objectives.keep_sqls(counted, 0.9, 0.95)
    index = int(np.searchsorted(GATES, chosen.gate))
    assert chosen.met
    assert sql_rate_lower_bound(int(counted.sqls[index]), counted.all_sqls, 0.95) >= 0.9
    assert sql_rate_lower_bound(int(counted.sqls[index + 1]), counted.all_sqls, 0.95) < 0.9


def test_few_sqls_cannot_show_that_ninety_percent_are_kept():
    chosen = objectives.keep_sqls(tally([0.2, 0.4], [1, 1]), 0.9, 0.95)
    assert not chosen.met
    assert chosen.gate == GATES[0]


def test_capacity_is_the_lowest_gate_at_which_weeks_fit():
    rng = np.random.default_rng(3)
    days_ago, score = rng.uniform(0, 182, 26 * 100), rng.random(26 * 100)
    arriving = arrivals(days_ago, cells(score), len(GATES))
    chosen = objectives.capacity_per_week(arriving, 40, 0.95)
    assert chosen.met
    assert chosen.bound <= 40
    index = int(np.searchsorted(GATES, chosen.gate))
    assert arriving.quantile(0.95)[index - 1] > 40
    weekly = arriving.counts[:, index]
    assert weekly.mean() < 40
    assert (weekly <= 40).mean() >= 0.9


def test_a_capacity_that_nothing_exceeds_lets_everyone_pass():
    arriving = arrivals(np.arange(60.0), cells(np.full(60, 0.4)), len(GATES))
    assert objectives.capacity_per_week(arriving, 1000, 0.95).gate == GATES[0]


def test_weeks_are_whole_weeks_before_the_latest_lead_and_at_most_half_a_year():
    days_ago = np.array([0.0, 6.9, 7.0, 13.9, 14.0, np.nan])
    arriving = arrivals(days_ago, cells(np.full(6, 0.5)), len(GATES))
    assert arriving.counts[:, 0].tolist() == [2, 2]
    assert arrivals(np.arange(1000.0), cells(np.full(1000, 0.5)), len(GATES)).weeks == 26
    assert arrivals(np.array([0.0, 5.0]), cells(np.full(2, 0.5)), len(GATES)) is None
    assert arrivals(np.array([np.nan]), cells(np.full(1, 0.5)), len(GATES)) is None


def test_weekly_counts_of_one_gate_are_those_of_the_whole_grid():
    rng = np.random.default_rng(4)
    days_ago, score = rng.uniform(0, 100, 900), rng.random(900)
    arriving = arrivals(days_ago, cells(score), len(GATES))
    index = int(np.searchsorted(GATES, 0.7))
    one = arrivals_at(days_ago, score >= GATES[index], arriving.weeks)
    assert one.counts[:, 0].tolist() == arriving.counts[:, index].tolist()


def test_weeks_that_vary_more_than_chance_need_more_room():
    calm, wild = count_quantile(np.array([50.0, 50.0]), np.array([50.0, 400.0]), np.array([0.95, 0.95]))
    assert calm == 62  # Poisson(50)
    assert wild > calm + 15


def test_value_is_cost_over_value():
    assert objectives.worth_working(900, 35).gate == pytest.approx(35 / 900)
    assert objectives.worth_working(900, 0).gate == GATES[0]


def test_objectives_come_in_the_order_of_the_contract():
    asked = GateSection(
        capacity_per_week=5, value_per_sql=9, cost_per_worked_lead=1, target_sql_rate=0.3, keep_sqls=0.9
    )
    assert objectives.given(asked) == ("target_sql_rate", "keep_sqls", "capacity_per_week", "value")
    assert objectives.given(GateSection(value_per_sql=9)) == ()


def test_next_month_is_less_certain_than_the_expected_rate_and_more_so_with_fewer_leads():
    many, few = next_month_interval(300, 1000, 2000, 2000), next_month_interval(300, 1000, 20, 20)
    assert few[0] < many[0] < 0.3 < many[1] < few[1]
    # With a known rate and a fixed number of leads it is the binomial's own interval.
    fixed = next_month_interval(300_000, 1_000_000, 400, 0.0)
    assert fixed == pytest.approx(np.array(binom.interval(0.9, 400, 0.3)) / 400, abs=1.5 / 400)


def test_without_leads_next_month_is_not_known():
    assert next_month_interval(0, 0, 10, 10) is None
    assert next_month_interval(1, 2, 0, 0) is None
