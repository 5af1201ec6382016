"""Grades around the gate."""

import numpy as np
import pytest

from mqlgate.gate.grades import GradeBands, grade, grade_bands


def log_odds(p):
    return np.log(p / (1 - p))


def test_b_begins_at_the_gate_d_ends_at_half_and_a_begins_midway_in_log_odds():
    scores = np.linspace(0, 1, 101)
    bands = grade_bands(0.3, scores)
    assert (bands.b, bands.d) == (0.3, 0.15)
    assert log_odds(bands.a) == pytest.approx((log_odds(0.3) + log_odds(0.95)) / 2)


def test_a_begins_at_the_gate_where_the_best_scores_lie_below_it():
    bands = grade_bands(0.5, [0.1, 0.2, 0.3])
    assert bands.a == bands.b == 0.5
    assert grade([0.5, 0.4, 0.2], bands).tolist() == ["A", "C", "D"]


def test_edges_belong_to_the_better_grade_and_a_missing_score_has_none():
    graded = grade([0.6, 0.3, 0.15, 0.149, np.nan], GradeBands(a=0.6, b=0.3, d=0.15))
    assert graded.tolist() == ["A", "B", "C", "D", None]


@pytest.mark.parametrize("gate", [0.0001, 0.5, 0.999])
@pytest.mark.parametrize("scores", [[], [0.0], [1.0], [0.5] * 10, [0.0, 1.0]])
def test_bands_are_ordered_whatever_the_scores(gate, scores):
    bands = grade_bands(gate, scores)
    assert 0 < bands.d < bands.b <= bands.a <= 1


def test_bands_survive_storage():
    bands = grade_bands(0.3, [0.1, 0.9])
    assert GradeBands.from_dict(bands.to_dict()) == bands
