"""What holds of gates whatever the cohort."""

from datetime import datetime
from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mqlgate.gate.bands import score_bands
from mqlgate.gate.bounds import lower_bounds, upper_bounds
from mqlgate.gate.gate_report import GateReport
from mqlgate.gate.grades import grade, grade_bands
from mqlgate.gate.guarantee import lowest_gate
from mqlgate.gate.recommendation import recommend
from mqlgate.gate.settings import GateSection
from mqlgate.gate.tally import tally

scores = st.integers(1, 60).flatmap(lambda n: arrays.arrays(np.float64, n, elements=st.floats(0, 1)))
shares = st.floats(0.01, 0.99)


@st.composite
def cohorts(draw):
    score = draw(scores)
    label = draw(arrays.arrays(np.float64, len(score), elements=st.sampled_from([0.0, 1.0, np.nan])))
    label[draw(st.integers(0, len(score) - 1))] = draw(st.sampled_from([0.0, 1.0]))
    days = draw(arrays.arrays(np.int64, len(score), elements=st.integers(0, 400)))
    source = draw(st.lists(st.sampled_from(["a", "b", " ", None]), min_size=len(score), max_size=len(score)))
    return pd.DataFrame(
        {
            "p_sql": score,
            "label": label,
            "qualified_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(days, unit="D"),
            "source": pd.Series(source, dtype=object),
        }
    )


@given(cohorts(), shares, st.sampled_from([None, 0.2]), st.floats(0.5, 200))
def test_any_cohort_gets_a_report_that_is_consistent_and_survives_json(cohort, target, in_force, capacity):
    settings = GateSection(
        target_sql_rate=target,
        keep_sqls=0.9,
        capacity_per_week=capacity,
        segments=["source"],
        in_force=in_force,
        min_segment_leads=5,
    )
    report = recommend(cohort, settings, datetime(2026, 1, 1), "1")
    assert GateReport.from_json(report.to_json()) == report
    assert 0 < report.gate < 1
    mature = cohort[cohort.label.notna()]
    assert report.leads == (mature.p_sql >= report.gate).sum()
    assert sum(band.leads for band in report.bands) == len(mature)
    promised = next(o for o in report.objectives if o.objective == "target_sql_rate")
    assert not promised.met or promised.lower_bound >= target
    for before, after in pairwise(report.curve):
        assert before.gate < after.gate
        assert before.leads >= after.leads


@given(scores, st.randoms(use_true_random=False), shares)
def test_the_gate_does_not_depend_on_the_order_of_leads(score, random, target):
    label = np.array([random.random() < p for p in score])
    order = np.array(random.sample(range(len(score)), len(score)))
    assert lowest_gate(tally(score, label), target, 0.05) == lowest_gate(
        tally(score[order], label[order]), target, 0.05
    )


@given(scores, st.randoms(use_true_random=False), shares)
def test_an_sql_more_never_turns_a_kept_promise_into_none(score, random, target):
    label = np.array([random.random() < p for p in score])
    before = lowest_gate(tally(score, label), target, 0.2)
    label[random.randrange(len(label))] = True
    after = lowest_gate(tally(score, label), target, 0.2)
    assert after.met >= before.met
    assert not before.met or after.index <= before.index


@given(scores, st.floats(0.0001, 0.999))
def test_grades_never_fall_as_the_probability_rises(score, gate):
    bands = grade_bands(gate, score)
    assert 0 < bands.d < bands.b <= bands.a <= 1
    letters = grade(np.sort(score), bands).tolist()
    assert letters == sorted(letters, reverse=True)
    assert all((letter in "AB") == (p >= gate) for letter, p in zip(letters, np.sort(score), strict=True))


@given(st.integers(0, 5000), st.integers(0, 5000), st.floats(0.5, 0.999))
def test_bounds_enclose_the_rate(sqls, others, confidence):
    leads = sqls + others
    low, high = lower_bounds([sqls], [leads], confidence)[0], upper_bounds([sqls], [leads], confidence)[0]
    assert 0 <= low <= high <= 1
    if leads:
        assert low <= sqls / leads <= high


@given(scores)
def test_bands_partition_the_scores(score):
    bands = score_bands(score, np.zeros(len(score)))
    assert [band.leads for band in bands] == [
        int(((score >= band.low) & ((score < band.high) | (band is bands[-1]))).sum()) for band in bands
    ]
    assert len(bands) <= 12
