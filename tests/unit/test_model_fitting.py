"""Promises of the fit: signal found and not invented, honest figures, intervals, text in and out, and silence."""

import numpy as np
import pandas as pd
import pytest

from mqlgate.model.conversion import ConversionModel
from mqlgate.model.fitting import fit_conversion, judge_recipe
from mqlgate.model.losses import log_loss, log_odds_of
from mqlgate.model.rows import snapshot_weights
from mqlgate.model.settings import TrainSection

HORIZON = 60.0
QUICK = TrainSection(threads=1, bootstraps=8, landmark_ages_days=(7, 30))


def crm(leads=900, strength=1.0, seed=0, later=True):
    """Snapshots at MQL and at two later ages of leads still open then; acceptance depends on `fit` and `industry`."""
    draw = np.random.default_rng(seed)
    at = np.sort(draw.uniform(0, 365, leads))
    fit, noise = draw.normal(size=(2, leads))
    industry = draw.choice(["saas", "retail", "banking"], leads)
    log_odds = -1 + strength * (fit + 0.7 * (industry == "saas"))
    y = (draw.uniform(size=leads) < 1 / (1 + np.exp(-log_odds))).astype(float)
    decided = np.where(y == 1, draw.uniform(1, HORIZON, leads), draw.exponential(20, leads))
    lead, age = [
        np.array(v)
        for v in zip(
            *[(i, a) for a in ((0.0, 7.0, 30.0) if later else (0.0,)) for i in range(leads) if a == 0 or decided[i] > a]
        )
    ]
    X = pd.DataFrame({"fit: score": fit[lead], "noise": noise[lead], "industry": industry[lead], "age": age})
    X["industry"] = X["industry"].astype(object).where(draw.uniform(size=len(X)) > 0.1, None)
    X.index = pd.RangeIndex(100, 100 + len(X), name="snapshot_id")
    return {"X": X, "y": y[lead], "at": at[lead], "known_at": at[lead] + HORIZON, "lead": lead, "age_days": age}


@pytest.fixture(scope="module")
def rows():
    return crm()


@pytest.fixture(scope="module")
def fitted(rows):
    return fit_conversion(**rows, settings=QUICK, seed=0)


@pytest.fixture(scope="module")
def without_signal():
    return fit_conversion(**crm(strength=0.0, seed=5), settings=QUICK, seed=0)


def test_signal_is_found_and_beats_the_base_rate_out_of_time(fitted):
    report = fitted.report
    assert report.signal
    assert report.validation == "rolling"
    assert report.log_loss < report.base_log_loss - 0.03
    assert fitted.model.family == "trees"
    assert report.hyperparameters["family"] == "trees"


def test_where_nothing_beats_the_base_rate_the_base_rate_is_the_answer(without_signal):
    model, report = without_signal.model, without_signal.report
    assert not report.signal
    assert report.log_loss == report.base_log_loss
    X = crm(strength=0.0, seed=5)["X"]
    at_mql = X[X["age"] == 0]
    said = model.predict(at_mql, 0.0)
    assert said["p_sql"].nunique() == 1
    labels = crm(strength=0.0, seed=5)["y"][X["age"] == 0]
    assert said["p_sql"].iloc[0] == pytest.approx(labels.mean(), abs=1e-12)
    assert (model.contributions(at_mql) == 0).all()


def test_every_probability_lies_inside_its_interval_and_inside_0_and_1(rows, fitted, without_signal):
    for model in (fitted.model, without_signal.model):
        said = model.predict(rows["X"], rows["age_days"])
        assert ((said["p_sql_low"] > 0) & (said["p_sql_low"] < said["p_sql"])).all()
        assert ((said["p_sql_high"] < 1) & (said["p_sql_high"] > said["p_sql"])).all()
        assert list(said.columns) == ["p_sql", "p_sql_low", "p_sql_high", "log_odds"]
        assert said.index.equals(rows["X"].index)


def test_contributions_and_base_add_up(rows, fitted):
    said = fitted.model.predict(rows["X"], rows["age_days"])
    total = fitted.model.base_log_odds + fitted.model.contributions(rows["X"]).sum(axis=1)
    assert np.abs(total - said["log_odds"]).max() < 1e-9


def test_a_stored_model_says_the_same_to_the_bit(rows, fitted, without_signal):
    for model in (fitted.model, without_signal.model):
        files = model.to_files()
        assert all(isinstance(text, str) for text in files.values())
        loaded = ConversionModel.from_files({**files, "recipe.json": "not the model's"})
        assert loaded.predict(rows["X"], rows["age_days"]).equals(model.predict(rows["X"], rows["age_days"]))
        assert loaded.to_files() == files


def test_the_same_data_and_seed_give_the_same_bytes_whatever_the_threads(rows, fitted):
    again = fit_conversion(**rows, settings=QUICK.model_copy(update={"threads": 2}), seed=0)
    differing = {name for name, text in again.model.to_files().items() if text != fitted.model.to_files()[name]}
    assert differing <= {"model/estimator.json", "bootstrap/interval.json"}  # these name the threads
    assert again.report.out_of_time.equals(fitted.report.out_of_time)
    assert again.model.predict(rows["X"]).equals(fitted.model.predict(rows["X"]))


def test_columns_may_come_in_any_order_with_others_among_them_but_none_may_miss(rows, fitted):
    X = rows["X"]
    shuffled = X.assign(extra=1)[["extra", *reversed(X.columns)]]
    assert fitted.model.predict(shuffled).equals(fitted.model.predict(X))
    with pytest.raises(ValueError, match=r'1 of 4 columns are missing: "industry"'):
        fitted.model.predict(X.drop(columns="industry"))


def test_chunks_say_what_the_whole_says(rows, fitted):
    X, age = rows["X"], rows["age_days"]
    parts = [fitted.model.predict(X.iloc[a : a + 37], age[a : a + 37]) for a in range(0, 370, 37)]
    assert pd.concat(parts).equals(fitted.model.predict(X.iloc[:370], age[:370]))
    assert len(fitted.model.predict(X.iloc[:0])) == 0


def with_outcomes_of_the_last_fold_exchanged(rows, table):
    """The same rows, but among the leads that the last fold tests, outcomes went to other leads."""
    last = (table["fold"] == table["fold"].max()).to_numpy()
    leads = np.unique(rows["lead"][last])
    of = dict(zip(rows["lead"], rows["y"], strict=True))
    given = dict(zip(leads, [of[lead] for lead in leads[::-1]], strict=True))
    assert sum(of[lead] != given[lead] for lead in leads) > 20
    return {**rows, "y": np.array([given.get(lead, of[lead]) for lead in rows["lead"]])}, last


def test_what_was_said_then_does_not_move_when_later_outcomes_do(rows, fitted):
    table = fitted.report.out_of_time
    changed, last = with_outcomes_of_the_last_fold_exchanged(rows, table)
    found = fit_conversion(**changed, settings=QUICK, seed=0).report
    assert found.signal
    columns = ["log_odds", "p_sql_then", "base", "fold"]
    assert found.out_of_time.loc[~last, columns].equals(table.loc[~last, columns])


def test_no_prediction_of_a_fold_uses_an_outcome_of_that_fold(rows, fitted):
    table = fitted.report.out_of_time
    changed, last = with_outcomes_of_the_last_fold_exchanged(rows, table)
    found = fit_conversion(**changed, settings=QUICK, seed=0).report
    assert found.signal
    columns = ["log_odds", "p_sql", "p_sql_then", "base", "fold"]
    assert found.out_of_time.loc[last, columns].equals(table.loc[last, columns])
    assert found.log_loss > fitted.report.log_loss


def test_the_figures_are_those_of_the_table(rows, fitted):
    report = fitted.report
    table = report.out_of_time
    assert table.index.equals(rows["X"].index)
    tested = table[(table["fold"] > 0) & (table["age_days"] == 0)]
    loss = log_loss(log_odds_of(tested["p_sql_then"].to_numpy()), tested["label"].to_numpy()).mean()
    assert report.log_loss == pytest.approx(loss)
    assert report.metrics.rows == len(tested) == sum(m.rows for m in report.by_fold.values())
    assert set(report.by_age) == {7, 30}
    assert report.leads == 900
    assert report.positives == rows["y"][rows["age_days"] == 0].sum()
    assert table.loc[table["fold"] == 0, ["log_odds", "p_sql", "p_sql_then"]].isna().all(axis=None)
    assert ((table["p_sql"] > 0) & (table["p_sql"] < 1))[table["fold"] > 0].all()


def test_a_settled_recipe_is_judged_on_the_same_leads(rows, fitted, without_signal):
    same = judge_recipe(**rows, settings=QUICK, seed=0, hyperparameters=fitted.report.hyperparameters)
    ours = fitted.report.out_of_time
    assert (same["fold"] == ours["fold"]).all()
    assert same["base"].equals(ours["base"])
    assert same["p_sql_then"].notna().equals(ours["p_sql_then"].notna())
    base = judge_recipe(**rows, settings=QUICK, seed=0, hyperparameters=without_signal.report.hyperparameters)
    assert base["p_sql_then"].equals(ours["base"].rename("p_sql_then"))
    with pytest.raises(ValueError, match="unknown family"):
        judge_recipe(**rows, settings=QUICK, seed=0, hyperparameters={"family": "oracle"})


def test_leads_that_stay_open_are_judged_by_the_rate_of_their_age(without_signal):
    """Without signal in the columns, a lead still open after 30 of 60 days has its own rate, not that of day 0."""
    rows = crm(strength=0.0, seed=5)
    said = without_signal.model.predict(rows["X"].iloc[:2], np.array([0.0, 30.0]))["p_sql"]
    still_open = rows["y"][rows["age_days"] == 30].mean()
    assert said.iloc[1] == pytest.approx(still_open, abs=0.03)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (pd.DataFrame({"a": [np.nan] * 300, "b": pd.Series([None] * 300, dtype=object)}), [0, 0, 1] * 100),
        (pd.DataFrame({"a": [1.0] * 300}), [0, 0, 1] * 100),
        (pd.DataFrame(index=range(300)), [0, 0, 1] * 100),
        (pd.DataFrame({"a": np.arange(24.0)}), [0, 1] * 12),
        (pd.DataFrame({"a": [0.0, 1.0]}), [0, 1]),
    ],
    ids=["all missing", "constant", "no columns", "24 rows", "2 rows"],
)
def test_poor_tables_give_the_base_rate_and_no_noise(X, y, capfd):
    n = np.arange(len(y), dtype=float)
    fitted = fit_conversion(X, y, at=n, known_at=n, lead=n, age_days=0 * n, settings=QUICK, seed=0)
    assert not fitted.report.signal
    said = fitted.model.predict(X)
    assert said["p_sql"].to_numpy() == pytest.approx(np.mean(y))
    assert (said["p_sql_high"] > said["p_sql_low"]).all()
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.ones(300)}, "both must be there"),
        ({"y": np.full(300, 2.0)}, "labels must be 0 and 1"),
        ({"at": np.full(300, np.nan)}, "finite"),
        ({"lead": np.arange(299)}, "different lengths"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, message):
    n = np.arange(300.0)
    given = {"X": pd.DataFrame({"a": n}), "y": n % 2, "at": n, "known_at": n, "lead": n, "age_days": 0 * n}
    with pytest.raises(ValueError, match=message):
        fit_conversion(**{**given, **change}, settings=QUICK, seed=0)


def test_the_later_snapshots_of_a_lead_together_weigh_no_more_than_its_first():
    lead, age = np.array([1, 1, 1, 2, 2, 3]), np.array([0.0, 7.0, 14.0, 0.0, 7.0, 0.0])
    weight = snapshot_weights(age, lead, 1.0)
    assert list(weight) == [1.0, 0.5, 0.5, 1.0, 0.5, 1.0]
    assert list(snapshot_weights(age, lead, 0.0)) == [1.0, 0.0, 0.0, 1.0, 0.0, 1.0]
