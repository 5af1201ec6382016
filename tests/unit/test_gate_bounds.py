"""Exact bounds of a rate."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from mqlgate.gate import bounds


@pytest.mark.parametrize(("sqls", "leads"), [(0, 1), (1, 1), (3, 10), (30, 100), (99, 100), (842, 8000)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_bounds_are_those_of_clopper_and_pearson(sqls, leads, confidence):
    theirs = binomtest(sqls, leads, alternative="greater").proportion_ci(confidence, method="exact")
    assert bounds.sql_rate_lower_bound(sqls, leads, confidence) == pytest.approx(theirs.low, abs=1e-9)
    theirs = binomtest(sqls, leads, alternative="less").proportion_ci(confidence, method="exact")
    assert bounds.sql_rate_upper_bound(sqls, leads, confidence) == pytest.approx(theirs.high, abs=1e-9)
    theirs = binomtest(sqls, leads).proportion_ci(confidence, method="exact")
    assert bounds.sql_rate_interval(sqls, leads, confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_at_the_lower_bound_so_many_sqls_have_the_probability_left_over():
    lowest = bounds.sql_rate_lower_bound(30, 100, 0.95)
    assert binom.sf(29, 100, lowest) == pytest.approx(0.05, abs=1e-9)


def test_without_leads_nothing_is_ruled_out():
    assert bounds.sql_rate_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("rate", [0.3, 0.31, 0.38])
def test_lower_bounds_hold_as_often_as_they_say(rate):
    sqls = np.arange(51)
    covered = bounds.lower_bounds(sqls, np.full(51, 50), 0.9) <= rate
    assert binom.pmf(sqls, 50, rate)[covered].sum() >= 0.9


def test_p_values_are_tail_probabilities_of_the_binomial():
    sqls, leads = np.array([0, 1, 5, 10]), np.array([10, 10, 10, 10])
    assert bounds.p_values(sqls, leads, 0.3) == pytest.approx(binom.sf(sqls - 1, leads, 0.3), abs=1e-12)


@pytest.mark.parametrize(("sqls", "leads", "confidence"), [(2, 1, 0.9), (-1, 1, 0.9), (1, 2, 0.0), (1, 2, 1.0)])
def test_impossible_counts_and_confidences_are_refused(sqls, leads, confidence):
    with pytest.raises(ValueError, match="must lie"):
        bounds.sql_rate_lower_bound(sqls, leads, confidence)
