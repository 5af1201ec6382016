"""Promises of losses: known values, levels set right, errors over blocks."""

import numpy as np
import pytest

from mqlgate.model.losses import (
    calibration_line,
    level_shift,
    log_loss,
    log_odds_of,
    metrics,
    paired_difference,
    probability,
)


def test_log_loss_is_minus_the_log_of_what_was_given_to_the_outcome():
    assert log_loss(log_odds_of(np.array([0.8, 0.8])), np.array([1.0, 0.0])) == pytest.approx(-np.log([0.8, 0.2]))


def test_probabilities_stay_strictly_inside_0_and_1():
    p = probability(np.array([-1e6, -40.0, 0.0, 40.0, 1e6]))
    assert ((p > 0) & (p < 1)).all()
    assert (np.diff(p) >= 0).all()


def test_a_levelled_prediction_has_the_mean_of_the_outcomes():
    draw = np.random.default_rng(0)
    log_odds, y, weight = draw.normal(size=500), (draw.uniform(size=500) < 0.1).astype(float), draw.uniform(size=500)
    shift = level_shift(log_odds, y, weight)
    target = (weight @ y + 0.5) / (weight.sum() + 1)
    assert np.average(probability(log_odds + shift), weights=weight) == pytest.approx(target, abs=1e-9)
    assert np.isfinite(level_shift(log_odds, np.zeros(500), weight))


def test_the_error_of_a_difference_counts_blocks_and_not_rows():
    draw = np.random.default_rng(0)
    a, b, block = draw.normal(size=200), draw.normal(size=200), np.arange(200) // 10
    once = paired_difference(a, b, np.ones(200), block)
    five = paired_difference(np.repeat(a, 5), np.repeat(b, 5), np.ones(1000), np.repeat(block, 5))
    assert five.mean == pytest.approx(once.mean)
    assert five.standard_error == pytest.approx(once.standard_error)
    assert once.blocks == 20


def test_a_difference_that_lives_in_one_period_alone_is_not_called_noise():
    fold = np.repeat([1, 2], 60)
    block = np.arange(120) // 10
    a = np.where(fold == 2, 1.0, 0.0) + 0.01 * np.random.default_rng(0).normal(size=120)
    strata = paired_difference(a, np.zeros(120), np.ones(120), block, fold)
    together = paired_difference(a, np.zeros(120), np.ones(120), block)
    assert strata.standard_error < together.standard_error / 10


def test_one_block_knows_nothing_of_its_error():
    assert paired_difference(np.ones(5), np.zeros(5), np.ones(5), np.zeros(5, int)).standard_error == np.inf


def test_slope_and_intercept_are_those_that_the_outcomes_were_drawn_with():
    draw = np.random.default_rng(3)
    log_odds = draw.normal(-1, 1.5, 200_000)
    y = (draw.uniform(size=len(log_odds)) < probability(0.4 + 0.7 * log_odds)).astype(float)
    slope, intercept = calibration_line(log_odds, y)
    assert slope == pytest.approx(0.7, abs=0.02)
    assert intercept == pytest.approx(0.4, abs=0.03)


def test_metrics_say_nan_where_there_is_nothing_to_say():
    assert metrics(np.array([]), np.array([])).rows == 0
    constant = metrics(np.full(10, 0.3), np.array([0.0, 1.0] * 5))
    assert np.isnan(constant.slope)
    assert constant.auc == 0.5
    assert constant.brier == pytest.approx((0.09 + 0.49) / 2)
