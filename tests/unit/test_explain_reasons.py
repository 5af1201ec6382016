"""Promises of reasons: they add up as a reader adds them, name the strongest columns, and say what the row holds."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from mqlgate.explain.reasons import points_per_log_odds, reasons_json
from mqlgate.explain.words import LONGEST, clean, plain_value
from mqlgate.model.calibration import Calibration


@dataclass(frozen=True)
class Stated:
    source: str
    group: str
    template: str

    def said(self, value):
        return f"{self.source} unknown" if value is None else self.template.format(value)


FEATURES = [
    Stated("pricing", "intent", "{:g} pricing views in 7 days"),
    Stated("pricing", "intent", "{:g} pricing views in 30 days"),
    Stated("industry", "fit", "industry is {}"),
    *(Stated(f"column {k}", "other", "{:g}") for k in range(8)),
]
MAP = Calibration((0.0, 30.0), (0.3, -0.6), (1.2, 0.7), 0.0, (0.1, 0.1), (0.0, 0.0))
BASE = -1.1


@pytest.fixture(scope="module")
def told():
    draw = np.random.default_rng(0)
    n = 400
    X = pd.DataFrame(np.round(draw.uniform(0, 9, (n, 11))), columns=[f"f{j}" for j in range(11)])
    X["f2"] = pd.Series(draw.choice(["saas", "retail", None], n), dtype=object)
    contributions = draw.normal(size=(n, 11))
    contributions[:, 5] = 0
    age = draw.choice([0.0, 12.0, 30.0], n)
    log_odds = BASE + contributions.sum(axis=1)
    p, p_base = MAP.probability(log_odds, age), MAP.probability(np.full(n, BASE), age)
    texts = reasons_json(
        FEATURES, X, contributions, base_log_odds=BASE, log_odds=log_odds, p_sql=p, p_base=p_base,
        gradient=MAP.gradient(log_odds, age),
    )  # fmt: skip
    return [json.loads(text) for text in texts], X, contributions, log_odds, p, p_base


def test_log_odds_and_points_add_up_after_the_json_was_read(told):
    reasons, _, _, log_odds, p, p_base = told
    for i, row in enumerate(reasons):
        assert sum(r["log_odds"] for r in row) == pytest.approx(log_odds[i] - BASE, abs=1e-9)
        assert sum(r["points"] for r in row) == pytest.approx(100 * (p[i] - p_base[i]), abs=1e-9)


def test_the_six_strongest_columns_come_first_and_everything_else_last(told):
    reasons, _, contributions, *_ = told
    for i, row in enumerate(reasons):
        assert [r["column"] is None for r in row] == [False] * 6 + [True]
        by_column = {"pricing": contributions[i, :2].sum(), "industry": contributions[i, 2]}
        by_column |= {f"column {k}": contributions[i, 3 + k] for k in range(8)}
        strongest = sorted(by_column, key=lambda c: -abs(by_column[c]))[:6]
        assert [r["column"] for r in row[:6]] == strongest
        assert all(r["log_odds"] == pytest.approx(by_column[r["column"]]) for r in row[:6])


def test_points_have_the_sign_of_their_log_odds(told):
    assert all(r["points"] * r["log_odds"] >= 0 for row in told[0] for r in row[:6])


def test_words_and_value_are_those_of_the_feature_that_moved_its_column_most(told):
    reasons, X, contributions, *_ = told
    seen = set()
    for i, row in enumerate(reasons):
        for r in row[:6]:
            if r["column"] == "pricing":
                j = int(np.argmax(np.abs(contributions[i, :2])))
                assert r["value"] == X.iloc[i, j]
                assert r["words"] == f"{X.iloc[i, j]:g} pricing views in {(7, 30)[j]} days"
                assert r["group"] == "intent"
            if r["column"] == "industry":
                value = X["f2"].iloc[i]
                assert r["value"] == (None if pd.isna(value) else value)
                assert r["words"] == ("industry unknown" if pd.isna(value) else f"industry is {value}")
                seen.add(r["value"])
    assert seen == {"saas", "retail", None}


def one(contributions, log_odds=None, values=None, features=None, **at):
    contributions = np.atleast_2d(np.asarray(contributions, dtype=float))
    features = features or [Stated(f"c{k}", "fit", "{:g}") for k in range(contributions.shape[1])]
    X = values if values is not None else pd.DataFrame(np.ones(contributions.shape))
    total = np.array([BASE + contributions.sum() if log_odds is None else log_odds])
    p, p_base = MAP.probability(total, np.zeros(1)), MAP.probability(np.array([BASE]), np.zeros(1))
    (text,) = reasons_json(features, X, contributions, base_log_odds=BASE, log_odds=total, p_sql=p, p_base=p_base, **at)
    return json.loads(text)


def test_ties_fall_to_the_column_that_comes_first():
    assert [r["column"] for r in one([0.5, -0.5, 0.5, 0.5, -0.5, 0.5, 0.5, -0.5])][:6] == [f"c{k}" for k in range(6)]


def test_a_lead_at_the_base_has_points_that_cancel_but_not_none():
    row = one([2.0, -2.0])
    assert [r["column"] for r in row] == ["c0", "c1", None]
    assert sum(r["points"] for r in row) == pytest.approx(0, abs=1e-12)
    slope = MAP.gradient(np.array([BASE]), np.zeros(1))
    with_slope = one([2.0, -2.0], gradient=slope)
    assert with_slope[0]["points"] == pytest.approx(200 * slope[0])


def test_what_moved_nothing_is_no_reason():
    row = one([0.0, 0.0, 0.3])
    assert [r["column"] for r in row] == ["c2", None]
    assert [r["column"] for r in one([0.0, 0.0])] == [None]


def test_points_go_along_the_straight_line_from_base_to_lead():
    """Against the integral itself: the share of a column is its speed times the mean slope along the way."""
    log_odds, age = np.array([0.9]), np.array([12.0])
    p, p_base = MAP.probability(log_odds, age), MAP.probability(np.array([BASE]), age)
    steps = BASE + (np.arange(20_000) + 0.5) / 20_000 * (log_odds[0] - BASE)
    integral = 100 * MAP.gradient(steps, np.full(20_000, 12.0)).mean()
    assert points_per_log_odds(BASE, log_odds, p_base, p)[0] == pytest.approx(integral, rel=1e-6)


def test_hostile_text_is_one_short_line_and_the_value_is_unchanged():
    hostile = 'a\x00b\u202ec\n<script>"' + "x" * 10_000
    values = pd.DataFrame({"c": pd.Series([hostile], dtype=object)})
    row = one([[0.4]], values=values, features=[Stated("c", "fit", "c is {}")])
    assert row[0]["value"] == hostile
    assert len(row[0]["words"]) <= LONGEST
    assert row[0]["words"].isprintable()
    assert row[0]["words"].startswith('c is a b c <script>"x')


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="differ"):
        one([[0.1, 0.2]], values=pd.DataFrame({"a": [1.0]}))


def test_values_are_plain():
    assert [plain_value(v) for v in (3.0, 2.5, np.nan, None, "x", np.float64(7))] == [3, 2.5, None, None, "x", 7]
    assert clean("  a \t b ") == "a b"
