"""The promise of a target SQL rate, on counts."""

import numpy as np
import pytest

from mqlgate.gate.bounds import p_values, sql_rate_lower_bound
from mqlgate.gate.guarantee import closest, lowest_gate
from mqlgate.gate.segments import split
from mqlgate.gate.tally import GATES, tally


def cohort(n, seed=0):
    rng = np.random.default_rng(seed)
    p_sql = rng.beta(1.2, 5, n)
    return p_sql, (rng.random(n) < p_sql).astype(int)


def test_the_recommended_gate_shows_the_target_on_its_own():
    counted = tally(*cohort(5000))
    found = lowest_gate(counted, 0.3, 0.05)
    assert found.met
    assert found.error <= 0.05
    assert 0.3 <= found.lower_bound < counted.rate[found.index]
    bound = sql_rate_lower_bound(int(counted.sqls[found.index]), int(counted.leads[found.index]), 1 - found.error)
    assert found.lower_bound == bound


def test_every_gate_from_its_start_down_to_the_recommended_one_passed():
    counted = tally(*cohort(5000))
    found = lowest_gate(counted, 0.3, 0.05)
    start = int(np.searchsorted(GATES, 0.3))
    p = p_values(counted.sqls, counted.leads, 0.3)
    assert (p[found.index : start + 1] <= 0.05).all()


def test_where_tests_start_is_decided_by_the_target_alone():
    # However leads and labels fall, a gate is tested with the budgets of consecutive starts, which are fixed.
    shares = [0.02, 0.07, 0.05, 0.70, 0.03, 0.03, 0.02, 0.08]
    allowed = [0.05 * sum(shares[i:j]) for i in range(8) for j in range(i + 1, 9)]
    errors = set()
    for seed in range(40):
        found = lowest_gate(tally(*cohort(200 * (1 + seed), seed)), 0.3, 0.05)
        if found.met:
            errors.add(found.error)
            assert min(abs(found.error - sum_) for sum_ in allowed) < 1e-12
    assert len(errors) > 1


def test_scores_that_say_nothing_let_everyone_pass_where_everyone_is_good_enough():
    rng = np.random.default_rng(1)
    labels = (rng.random(5000) < 0.35).astype(int)
    found = lowest_gate(tally(rng.random(5000) * 0.2, labels), 0.3, 0.05)
    assert found.met
    assert found.index == 0


@pytest.mark.parametrize("shift", [-1.0, 1.0])
def test_scores_that_say_too_much_or_too_little_still_get_a_gate(shift):
    p_sql, labels = cohort(20_000)
    odds = np.log(p_sql / (1 - p_sql)) + shift
    counted = tally(1 / (1 + np.exp(-odds)), labels)
    found = lowest_gate(counted, 0.3, 0.05)
    calibrated = tally(p_sql, labels)
    fair = lowest_gate(calibrated, 0.3, 0.05)
    assert found.met
    assert counted.leads[found.index] > 0.9 * calibrated.leads[fair.index]


def test_where_nothing_meets_the_target_the_closest_gate_is_named():
    counted = tally(*cohort(300))
    found = lowest_gate(counted, 0.9, 0.05)
    assert not found.met
    assert found == closest(counted, 0.05)
    differing = len(set(counted.leads.tolist()))
    assert found.error == pytest.approx(0.05 / differing)
    bounds = [
        sql_rate_lower_bound(int(k), int(n), 1 - found.error) for k, n in zip(counted.sqls, counted.leads, strict=True)
    ]
    assert found.lower_bound == pytest.approx(max(bounds))
    assert found.lower_bound == bounds[found.index]


def test_more_confidence_never_gives_a_lower_gate():
    counted = tally(*cohort(3000, seed=3))
    gates = [lowest_gate(counted, 0.3, error).index for error in (0.2, 0.1, 0.05, 0.01)]
    assert gates == sorted(gates)


def test_the_error_is_shared_out_by_numbers_of_leads_and_sums_to_the_whole():
    shared = split(0.95, np.array([500, 99, 100, 0]), 100)
    assert shared.tested == (0, 2)
    assert shared.overall + shared.each * len(shared.tested) == pytest.approx(0.05)
    alone = split(0.95, np.array([5]), 100)
    assert (alone.overall, alone.tested) == (pytest.approx(0.05), ())
