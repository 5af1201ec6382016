"""From numbers to what a rep sees."""

import numpy as np
import pytest

from mqlgate import handoff


@pytest.mark.parametrize(("p", "score"), [(0.0001, 0), (0.3799999, 37), (0.38, 38), (0.9999, 99)])
def test_a_score_is_the_whole_percent(p, score):
    assert handoff.scores(np.array([p]))[0] == score


@pytest.mark.parametrize(
    ("now", "before", "new", "trend"),
    [
        (0.40, 0.30, False, "improving"),
        (0.30, 0.40, False, "declining"),
        (0.40, 0.36, False, "steady"),
        (0.36, 0.40, False, "steady"),
        (0.40, 0.10, True, "new"),
    ],
)
def test_a_trend_is_what_the_last_days_news_did(now, before, new, trend):
    assert handoff.trends(np.array([now]), np.array([before]), np.array([new]))[0] == trend


@pytest.mark.parametrize(
    ("fit", "intent", "quadrant"), [(50, 50, "pursue"), (50, 49, "nurture"), (49, 50, "qualify"), (49, 49, "hold")]
)
def test_quadrants(fit, intent, quadrant):
    assert handoff.quadrants(np.array([fit]), np.array([intent]))[0] == quadrant


@pytest.mark.parametrize(
    ("rule", "at_mql", "now", "gate", "disqualified", "passed"),
    [
        ("reached when it became an MQL", 0.31, 0.10, 0.31, False, True),
        ("reached now", 0.10, 0.31, 0.31, False, True),
        ("at full precision: just short", 0.30999999, 0.1, 0.31, False, False),
        ("a disqualifier stands against it", 0.90, 0.90, 0.31, True, False),
        ("no gate is met", 0.90, 0.90, np.nan, False, None),
    ],
)
def test_passing_the_gate(rule, at_mql, now, gate, disqualified, passed):
    told = handoff.passes(np.array([at_mql]), np.array([now]), np.array([gate]), np.array([disqualified]))
    assert told[0] is passed or told[0] == passed, rule
