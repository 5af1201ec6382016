"""Promises of the classifier: scikit-learn's contract, any table, the same bytes, contributions that add up."""

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from mqlgate.model.estimator import MqlClassifier

# LightGBM's own classifier declares this one as well: the weight of a row changes the rounding of sums of floats, and
# with it which of two equally good splits is taken.
EXPECTED = {"check_sample_weight_equivalence_on_dense_data": "LightGBM declares it: weights break ties differently"}


@parametrize_with_checks([MqlClassifier(n_jobs=1)], expected_failed_checks=lambda _: EXPECTED)
def test_it_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


ODD_NAMES = ['visits: "7d"', "a,b", "{x}[0]", "😀 mood", "industry"]


@pytest.fixture(scope="module")
def table():
    draw = np.random.default_rng(1)
    n = 600
    X = pd.DataFrame(draw.normal(size=(n, 4)), columns=ODD_NAMES[:4])
    X.iloc[::5, 0] = np.nan
    X["industry"] = pd.Series(
        draw.choice(["retail", "saas", "banking", None, "rare"], n, p=[0.4, 0.3, 0.2, 0.09, 0.01])
    )
    y = ((X["a,b"] + (X["industry"] == "saas") + draw.normal(size=n)) > 0.5).astype(int)
    return X, y


@pytest.fixture(scope="module")
def fitted(table):
    return MqlClassifier(n_jobs=1).fit(*table)


def test_odd_names_words_and_missing_values_are_learned_from(table, fitted):
    X, y = table
    assert fitted.columns == tuple(ODD_NAMES)
    assert (fitted.predict(X) == y).mean() > 0.7
    used = np.abs(fitted.contributions(X)).sum(axis=0)
    assert used[ODD_NAMES.index("industry")] > 0


def test_contributions_add_up_to_the_log_odds(table, fitted):
    X, _ = table
    total = fitted.base_log_odds + fitted.contributions(X).sum(axis=1)
    assert np.abs(total - fitted.log_odds(X)).max() < 1e-9


def test_what_is_stored_predicts_the_same_to_the_bit_and_is_stored_the_same(table, fitted):
    X, _ = table
    files = fitted.to_files()
    loaded = MqlClassifier.from_files(files)
    assert np.array_equal(loaded.log_odds(X), fitted.log_odds(X))
    assert np.array_equal(loaded.contributions(X), fitted.contributions(X))
    assert np.array_equal(loaded.predict(X), fitted.predict(X))
    assert loaded.to_files() == files


def test_the_same_data_give_the_same_bytes_whatever_the_number_of_threads(table):
    X, y = table
    one, two = MqlClassifier(n_jobs=1).fit(X, y), MqlClassifier(n_jobs=2).fit(X, y)
    assert one.to_files()["trees.txt"] == two.to_files()["trees.txt"]
    assert one.to_files() == MqlClassifier(n_jobs=1).fit(X, y).to_files()


def test_levels_that_are_rare_or_new_are_treated_alike_and_missing_is_not_one_of_them(table, fitted):
    X, _ = table
    levels = fitted.encoding_.levels[ODD_NAMES.index("industry")]
    assert set(levels) == {"retail", "saas", "banking"}
    asked = pd.concat([X.iloc[[0]]] * 3, ignore_index=True).assign(industry=["rare", "never seen", None])
    codes = fitted.encoding_.encode(asked)[:, ODD_NAMES.index("industry")]
    assert codes[0] == codes[1] != codes[2]
    assert fitted.log_odds(asked)[0] == fitted.log_odds(asked)[1]


def test_levels_read_the_same_whether_they_came_as_text_or_as_number():
    X = pd.DataFrame({"code": pd.Series(["1", "2", "x"] * 40, dtype=object)})
    fitted = MqlClassifier(n_jobs=1).fit(X, [1, 0, 1] * 40)
    assert np.array_equal(fitted.log_odds(pd.DataFrame({"code": [1, 2.0]})), fitted.log_odds(X.iloc[:2]))


def test_rows_of_weight_zero_are_no_rows(table):
    X, y = table
    weight = np.ones(len(y))
    weight[::3] = 0
    kept = weight > 0
    left_out = MqlClassifier(n_jobs=1).fit(X[kept], y[kept])
    assert MqlClassifier(n_jobs=1).fit(X, y, sample_weight=weight).to_files() == left_out.to_files()


def test_labels_may_be_words():
    X = pd.DataFrame({"visits": [0.0, 5.0] * 60})
    fitted = MqlClassifier(n_jobs=1).fit(X, ["lost", "won"] * 60)
    assert list(fitted.predict(X.iloc[:2])) == ["lost", "won"]
    assert list(MqlClassifier.from_files(fitted.to_files()).predict(X.iloc[:2])) == ["lost", "won"]


def test_a_number_column_that_now_holds_words_is_named(table, fitted):
    X, _ = table
    with pytest.raises(ValueError, match=r'column "a,b" was a number .* now holds "n/a"'):
        fitted.predict(X.astype({"a,b": object}).assign(**{"a,b": ["n/a"] + [1.0] * (len(X) - 1)}))


def test_an_infinite_number_is_named(table, fitted):
    X, _ = table
    with pytest.raises(ValueError, match=r'infinity in column "a,b"'):
        fitted.predict(X.assign(**{"a,b": np.inf}))


@pytest.mark.parametrize("value", [["a list"], pd.Timestamp("2024-01-01")])
def test_what_is_neither_number_nor_text_is_refused(value):
    with pytest.raises(TypeError, match=r'column "odd"'):
        MqlClassifier().fit(pd.DataFrame({"odd": pd.Series([value] * 4)}), [0, 1, 0, 1])


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="two classes"):
        MqlClassifier().fit(pd.DataFrame({"a": [1.0, 2.0]}), [1, 1])
