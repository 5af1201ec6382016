"""Promises of calibration: monotone, its own map for each age, shrunk where rows are few, exact as text."""

import numpy as np
import pytest

from mqlgate.model.calibration import Calibration, fit_base_calibration, fit_calibration, nearest_age
from mqlgate.model.losses import probability

AGES = (0.0, 7.0, 30.0)


def drawn(n, by_age, seed=0):
    draw = np.random.default_rng(seed)
    age = draw.choice(AGES, n)
    log_odds = draw.normal(-1, 1, n)
    a, b = np.array([by_age[x] for x in age]).T
    y = (draw.uniform(size=n) < probability(a + b * log_odds)).astype(float)
    return log_odds, y, np.ones(n), age


def test_each_age_gets_the_map_that_its_outcomes_follow():
    truth = {0.0: (0.5, 1.5), 7.0: (0.0, 1.2), 30.0: (-1.0, 1.3)}
    found = fit_calibration(*drawn(120_000, truth), AGES)
    for k, age in enumerate(AGES):
        assert (found.intercepts[k], found.slopes[k]) == pytest.approx(truth[age], abs=0.08)


def test_few_rows_hardly_move_the_identity_and_more_move_it_further():
    away = dict.fromkeys(AGES, (2.0, 1.0))
    shifts = [fit_calibration(*drawn(n, away), (0.0,)).intercepts[0] for n in (8, 100, 20_000)]
    assert 0 <= shifts[0] < 0.9
    assert shifts[0] < shifts[1] < shifts[2] == pytest.approx(2.0, abs=0.1)


def test_no_rows_are_the_identity_with_what_was_believed_as_its_error():
    nan = np.full(3, np.nan)
    found = fit_calibration(nan, np.zeros(3), np.ones(3), np.zeros(3), (0.0,))
    assert found.calibrated(np.array([1.7]), np.array([0.0])) == pytest.approx(1.7)
    assert found.variance(np.array([1.7]), np.array([0.0]))[0] > 0


def test_the_slope_stays_above_zero_even_where_high_scores_fail():
    log_odds = np.linspace(-2, 2, 400)
    found = fit_calibration(log_odds, (log_odds < 0).astype(float), np.ones(400), np.zeros(400), (0.0,))
    assert min(found.slopes) > 0


def test_the_map_runs_straight_between_ages_and_flat_beyond_them():
    found = Calibration(AGES, (0.0, 1.0, -1.0), (1.0, 2.0, 1.0), 0.0, (0.1, 0.2, 0.3), (0.0, 0.0, 0.0))
    at = np.array([0.0, 3.5, 7.0, 30.0, 400.0])
    assert found.calibrated(np.zeros(5), at) == pytest.approx([0.0, 0.5, 1.0, -1.0, -1.0])
    assert found.slope(at) == pytest.approx([1.0, 1.5, 2.0, 1.0, 1.0])


def test_the_gradient_is_the_change_of_the_probability():
    found = Calibration(AGES, (0.2, 1.0, -1.0), (1.3, 2.0, 0.7), 0.0, (0.1,) * 3, (0.0,) * 3)
    log_odds, age, step = np.array([-2.0, 0.3, 1.0]), np.array([0.0, 5.0, 30.0]), 1e-6
    rise = found.probability(log_odds + step, age) - found.probability(log_odds - step, age)
    assert found.gradient(log_odds, age) == pytest.approx(rise / (2 * step), abs=1e-8)


def test_it_is_the_same_after_it_was_stored():
    found = fit_calibration(*drawn(500, dict.fromkeys(AGES, (0.1, 1.1))), AGES)
    assert Calibration.from_files(found.to_files()) == found


def test_the_base_rate_is_kept_at_age_zero_and_follows_the_rate_of_leads_still_open_later():
    age = np.repeat([0.0, 30.0], 1000)
    y = np.r_[np.repeat([1.0, 0.0], [300, 700]), np.repeat([1.0, 0.0], [50, 950])]
    base = float(np.log(0.3 / 0.7))
    found = fit_base_calibration(base, y, np.ones(2000), age, (0.0, 30.0))
    p = found.probability(np.full(2, base), np.array([0.0, 30.0]))
    assert p == pytest.approx([0.3, 0.05], abs=0.006)
    assert p[0] == pytest.approx(0.3, abs=1e-12)


def test_the_nearest_age_is_taken():
    assert list(nearest_age(np.array([0.0, 3.4, 3.6, 18.0, 19.0, 99.0]), AGES)) == [0, 0, 1, 1, 2, 2]


def test_beyond_the_last_age_chances_fall_to_none_at_the_horizon():
    found = Calibration(AGES, (0.0,) * 3, (1.0,) * 3, 0.0, (0.0,) * 3, (0.0,) * 3, horizon_days=90.0)
    p = found.probability(np.zeros(6), np.array([0.0, 20.0, 30.0, 60.0, 89.0, 90.0]))
    assert p[:3] == pytest.approx(0.5)
    assert p[3] == pytest.approx(1 / 3)  # half of what was left after the last age is left: half the odds
    assert p[3] > p[4] > p[5] > 0
    assert p[5] < 0.001
    assert Calibration.from_files(found.to_files()) == found
