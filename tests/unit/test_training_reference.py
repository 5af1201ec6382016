"""Fit and intent as percentiles of training snapshots."""

import numpy as np
import pytest

from mqlgate.errors import AnswerIsNo
from mqlgate.training.cohort import refuse_too_few
from mqlgate.training.reference import group_sums, percentiles, reference_of

GROUPS = ["fit", "intent", "fit", "other"]


def contributions(rows: int = 1000) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(rows, len(GROUPS)))


def test_sums_are_of_the_columns_of_a_group():
    table = contributions()
    sums = group_sums(table, GROUPS)
    np.testing.assert_allclose(sums["fit"], table[:, 0] + table[:, 2])
    np.testing.assert_allclose(sums["intent"], table[:, 1])


def test_a_group_without_columns_has_no_score():
    assert set(group_sums(contributions()[:, [0, 3]], ["fit", "other"])) == {"fit"}


def test_percentiles_of_the_training_snapshots_are_spread_evenly():
    table = contributions()
    scores = percentiles(group_sums(table, GROUPS)["fit"], reference_of(table, GROUPS), "fit")
    assert scores.min() == 0
    assert scores.max() == 100
    assert np.median(scores) == pytest.approx(50, abs=1)
    assert ((scores >= 25) & (scores < 75)).mean() == pytest.approx(0.5, abs=0.02)


def test_where_all_are_equal_everyone_is_in_the_middle():
    table = np.zeros((50, len(GROUPS)))
    assert set(percentiles(np.zeros(5), reference_of(table, GROUPS), "fit")) == {50}


def test_percentiles_rise_with_the_sum():
    table = contributions()
    scores = percentiles(np.linspace(-5, 5, 200), reference_of(table, GROUPS), "fit")
    assert (np.diff(scores) >= 0).all()


@pytest.mark.parametrize(
    ("positives", "negatives", "told"),
    [
        (9, 100, "1 more accepted leads"),
        (100, 3, "7 more leads that were not accepted"),
        (0, 0, "10 more accepted leads and 10 more leads that were not accepted"),
    ],
)
def test_too_little_to_learn_from_says_how_much_is_missing(positives, negatives, told):
    with pytest.raises(AnswerIsNo, match=told):
        refuse_too_few(positives, negatives)


def test_ten_of_each_are_enough():
    refuse_too_few(10, 10)
