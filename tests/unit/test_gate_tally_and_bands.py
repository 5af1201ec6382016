"""Counts at or above gates, and score bands."""

from itertools import pairwise

import numpy as np
import pytest

from mqlgate.gate.bands import score_bands
from mqlgate.gate.bounds import sql_rate_interval
from mqlgate.gate.tally import GATES, tally


def test_a_score_equal_to_a_gate_passes_it():
    # 0.3 as a literal, as 3 * 0.1 is not; every gate that can be written with three digits is exactly that float
    counted = tally(np.array([0.3, 0.305, 0.299]), np.array([1, 0, 1]), np.array([0.3]))
    assert (counted.leads.tolist(), counted.sqls.tolist()) == ([2], [1])
    assert {0.05, 0.1, 0.3, 0.31, 0.999, 0.0123} <= set(GATES.tolist())


def test_counts_are_those_of_a_plain_loop():
    rng = np.random.default_rng(5)
    scores, labels = rng.random(500), rng.integers(0, 2, 500)
    counted = tally(scores, labels)
    for index in range(0, len(GATES), 97):
        passing = scores >= GATES[index]
        assert counted.leads[index] == passing.sum()
        assert counted.sqls[index] == labels[passing].sum()
    assert (counted.all_leads, counted.all_sqls) == (500, labels.sum())


def test_bands_hold_every_lead_once_with_exact_intervals():
    rng = np.random.default_rng(6)
    scores = rng.beta(2, 8, 2000)
    labels = (rng.random(2000) < scores).astype(int)
    bands = score_bands(scores, labels)
    assert sum(band.leads for band in bands) == 2000
    assert sum(band.sqls for band in bands) == labels.sum()
    for before, after in pairwise(bands):
        assert before.high == after.low
    for band in bands:
        inside = (scores >= band.low) & (scores < band.high)
        assert (band.leads, band.sqls) == (inside.sum(), labels[inside].sum())
        assert (band.low95, band.high95) == pytest.approx(sql_rate_interval(band.sqls, band.leads))
    assert 3 <= len(bands) <= 12


@pytest.mark.parametrize("scores", [[0.5], [0.0, 1.0], [0.013] * 7, [0.29999999999, 0.3], [1.0], [0.0]])
def test_bands_take_any_scores(scores):
    bands = score_bands(scores, [1] * len(scores))
    assert sum(band.leads for band in bands) == len(scores)
    assert len(bands) <= 12
    assert bands[0].low >= 0
    assert bands[-1].high <= 1


def test_a_band_without_leads_knows_nothing():
    empty = next(band for band in score_bands([0.05, 0.95], [0, 1]) if band.leads == 0)
    assert (empty.rate, empty.low95, empty.high95) == (None, 0.0, 1.0)
