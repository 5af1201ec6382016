"""Promises of the level: it follows a level that moves, and stays where only chance does."""

import numpy as np
import pytest

from mqlgate.model.level import newest_level
from mqlgate.model.losses import log_odds_of, probability

N = 4000
AT = np.arange(N, dtype=float)


def seen(level, seed=0):
    draw = np.random.default_rng(seed)
    log_odds = draw.normal(-1.5, 1, N)
    y = (draw.uniform(size=N) < probability(log_odds + level)).astype(float)
    return log_odds, y, np.ones(N), AT


def test_a_level_that_rose_is_followed_to_where_it_stands_now():
    rising = np.linspace(-1, 1, N)
    found = newest_level(*seen(rising), until=float(N))
    assert found.shift == pytest.approx(0.9, abs=0.25)


def test_a_level_that_stands_still_is_left_alone():
    shifts = [newest_level(*seen(0.0, seed), until=float(N)).shift for seed in range(8)]
    assert np.abs(shifts).mean() < 0.12


def test_the_farther_ahead_and_the_more_it_moved_the_less_is_known():
    steady, moving = seen(0.0), seen(np.where(AT // 500 % 2 == 0, -0.7, 0.7))
    assert newest_level(*moving, until=float(N)).variance > 3 * newest_level(*steady, until=float(N)).variance
    assert newest_level(*moving, until=2.0 * N).variance > newest_level(*moving, until=float(N)).variance


def test_a_handful_of_rows_has_a_level_with_a_large_error():
    y = np.array([1.0, 0.0, 0.0, 0.0])
    found = newest_level(np.full(4, float(log_odds_of(np.array([0.25]))[0])), y, np.ones(4), np.arange(4.0), 4.0)
    assert abs(found.shift) < 0.5
    assert found.variance > 0.3
    assert newest_level(np.array([]), np.array([]), np.array([]), np.array([]), 0.0).variance == 1.0
