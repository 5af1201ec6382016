"""Promises of the reliability table: every lead once, exact intervals, equal probabilities together."""

from itertools import pairwise

import numpy as np
import pytest

from mqlgate.model.reliability import reliability


def test_every_lead_stands_in_one_bin_and_bins_rise():
    draw = np.random.default_rng(0)
    p = draw.uniform(0.01, 0.6, 1003)
    y = (draw.uniform(size=1003) < p).astype(float)
    bins = reliability(np.r_[p, np.nan], np.r_[y, 1.0])
    assert len(bins) == 10
    assert sum(b.leads for b in bins) == 1003
    assert sum(b.sqls for b in bins) == y.sum()
    assert all(left.high < right.low for left, right in pairwise(bins))
    assert all(b.low <= b.mean_p <= b.high and b.low95 <= b.rate <= b.high95 for b in bins)


def test_equal_probabilities_are_never_parted():
    bins = reliability(np.repeat([0.1, 0.5], [970, 30]), np.zeros(1000))
    assert [(b.low, b.high, b.leads) for b in bins] == [(0.1, 0.1, 970), (0.5, 0.5, 30)]


def test_intervals_are_those_of_clopper_and_pearson():
    (only,) = reliability(np.full(10, 0.2), np.array([1.0, 1.0] + [0.0] * 8))
    assert (only.low95, only.high95) == pytest.approx((0.0252, 0.5561), abs=1e-4)  # their table
    (none,) = reliability(np.full(10, 0.2), np.zeros(10))
    assert (none.low95, none.high95) == pytest.approx((0.0, 1 - 0.025**0.1))


def test_no_rows_make_no_bins():
    assert reliability(np.array([]), np.array([])) == ()
