"""Properties that hold for any data: sums, monotone calibration, folds without leaks, reasons that add up."""

import json

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mqlgate.explain.reasons import reasons_json
from mqlgate.model.calibration import Calibration, fit_calibration
from mqlgate.model.estimator import MqlClassifier
from mqlgate.model.validation import rolling_origin

number = st.floats(-1e12, 1e12) | st.just(float("nan"))
word = st.none() | st.text(max_size=6)
seeds = st.integers(0, 2**32 - 1)


@st.composite
def tables(draw):
    rows, numbers, words = draw(st.integers(12, 40)), draw(st.integers(0, 3)), draw(st.integers(0, 2))
    columns = {
        **{f"n{j}": draw(st.lists(number, min_size=rows, max_size=rows)) for j in range(max(numbers, 1))},
        **{f"w{j}": pd.Series(draw(st.lists(word, min_size=rows, max_size=rows)), dtype=object) for j in range(words)},
    }
    y = draw(st.lists(st.booleans(), min_size=rows, max_size=rows).filter(lambda v: 0 < sum(v) < len(v)))
    return pd.DataFrame(columns), np.array(y, dtype=int)


@given(tables())
def test_contributions_add_up_and_survive_being_stored_for_any_table(table):
    X, y = table
    fitted = MqlClassifier(n_trees=8, depth=3, min_level_rows=2, l2=0.1, n_jobs=1).fit(X, y)
    log_odds = fitted.log_odds(X)
    assert np.isfinite(log_odds).all()
    assert np.abs(fitted.base_log_odds + fitted.contributions(X).sum(axis=1) - log_odds).max() < 1e-9
    loaded = MqlClassifier.from_files(fitted.to_files())
    assert np.array_equal(loaded.log_odds(X), log_odds)


@given(seeds, st.integers(2, 60), st.floats(0, 90), st.floats(0, 90))
def test_a_fitted_calibration_rises_with_the_log_odds_at_every_age(seed, rows, one_age, other_age):
    draw = np.random.default_rng(seed)
    log_odds, y = draw.normal(0, 3, rows), draw.integers(0, 2, rows).astype(float)
    found = fit_calibration(log_odds, y, np.ones(rows), draw.choice([0.0, 7.0, 30.0], rows), (0.0, 7.0, 30.0))
    line = np.linspace(-8, 8, 50)
    for age in (one_age, other_age):
        p = found.probability(line, np.full(50, age))
        assert ((p > 0) & (p < 1)).all()
        assert (np.diff(found.calibrated(line, np.full(50, age))) > 0).all()
    assert Calibration.from_files(found.to_files()) == found


@given(seeds, st.integers(30, 300), st.floats(0, 200), st.integers(2, 6), st.booleans())
def test_no_fold_knows_what_came_later_or_shares_a_lead(seed, leads, horizon, folds, by_day):
    draw = np.random.default_rng(seed)
    start = draw.uniform(0, 365, leads)
    start = np.floor(start) if by_day else start
    lead = draw.integers(0, leads, 2 * leads)
    y = draw.integers(0, 2, leads).astype(float)
    found = rolling_origin(y[lead], at=start[lead], known_at=start[lead] + horizon, lead=lead, folds=folds)
    tested = list(found.tested)
    assert len(tested) == len(set(tested))
    for fold in found.folds:
        assert not set(lead[fold.train]) & set(lead[fold.test])
        assert (start[lead[fold.train]] < fold.origin).all()
        assert (start[lead[fold.test]] >= fold.origin).all()
        if found.kind == "rolling":
            assert (start[lead[fold.train]] + horizon <= fold.origin).all()


class Plain:
    def __init__(self, source):
        self.source, self.group = source, "fit"

    def said(self, value):
        return f"{self.source} is {value}"


@settings(max_examples=100)
@given(
    arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 12)), elements=st.floats(-8, 8)),
    st.floats(-6, 6),
    st.floats(-3, 3),
    st.floats(0.05, 4),
    st.integers(1, 5),
)
def test_reasons_add_up_for_any_contributions_and_map(contributions, base, intercept, slope, folding):
    found = Calibration((0.0,), (intercept,), (slope,), 0.0, (0.0,), (0.0,))
    log_odds, age = base + contributions.sum(axis=1), np.zeros(len(contributions))
    p, p_base = found.probability(log_odds, age), found.probability(np.full(len(age), base), age)
    features = [Plain(f"c{j // folding}") for j in range(contributions.shape[1])]
    values = pd.DataFrame(contributions)
    texts = reasons_json(features, values, contributions, base_log_odds=base, log_odds=log_odds, p_sql=p, p_base=p_base)
    for i, text in enumerate(texts):
        row = json.loads(text)
        assert abs(sum(r["log_odds"] for r in row) - (log_odds[i] - base)) < 1e-6
        assert abs(sum(r["points"] for r in row) - 100 * (p[i] - p_base[i])) < 1e-6
        assert len(row) <= 7
        assert row[-1]["column"] is None
