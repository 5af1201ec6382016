"""Promises of the encoding: every kind of pandas column becomes what it says."""

import numpy as np
import pandas as pd
import pytest

from mqlgate.model.encoding import FIRST_LEVEL, MISSING, OTHER, Encoding


def encoded(values, then=None, min_level_rows=1):
    X = pd.DataFrame({"c": values})
    encoding = Encoding.learn(X, min_level_rows, np.ones(len(X)))
    assert Encoding.from_files(encoding.to_files()) == encoding
    return encoding, list(encoding.encode(X if then is None else pd.DataFrame({"c": then}))[:, 0])


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1, 0, None], dtype="Int64"),
        pd.Series([True, False, None], dtype="boolean"),
        pd.Series([True, False, None], dtype=object),
        pd.Series([1, 0.0, np.nan], dtype=object),
        pd.Series([1.0, 0.0, np.nan], dtype="float32"),
    ],
    ids=lambda s: str(s.dtype),
)
def test_numbers_and_booleans_are_numbers_however_they_are_held(values):
    encoding, codes = encoded(values)
    assert encoding.levels == (None,)
    assert np.array_equal(codes, [1.0, 0.0, np.nan], equal_nan=True)


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_words_are_levels_however_they_are_held(dtype):
    encoding, codes = encoded(pd.Series(["b", "a", "b", None], dtype=dtype))
    assert encoding.levels == (("b", "a"),)
    assert codes == [FIRST_LEVEL, FIRST_LEVEL + 1, FIRST_LEVEL, MISSING]


def test_a_column_that_was_never_known_takes_whatever_comes_later_as_other():
    encoding, codes = encoded(pd.Series([None, None], dtype=object), then=["x", None])
    assert encoding.levels == ((),)
    assert codes == [OTHER, MISSING]


def test_rare_levels_fold_and_rows_count_by_their_weight():
    X = pd.DataFrame({"c": ["often"] * 6 + ["thirds"] * 6 + ["rare"] * 2})
    weight = np.r_[np.ones(6), np.full(6, 1 / 3), np.ones(2)]
    assert Encoding.learn(X, 3, weight).levels == (("often",),)
    assert Encoding.learn(X, 2, weight).levels == (("often", "rare", "thirds"),)


def test_two_columns_of_one_name_stay_two():
    X = pd.DataFrame([[1.0, "a"], [2.0, "b"]], columns=["c", "c"])
    encoding = Encoding.learn(X, 1, np.ones(2))
    assert encoding.levels == (None, ("a", "b"))
    assert encoding.encode(X).tolist() == [[1.0, 2.0], [2.0, 3.0]]


def test_the_order_of_rows_does_not_decide_the_order_of_levels():
    values = ["x", "y", "z", "y", "x"]
    assert encoded(values)[0] == encoded(values[::-1])[0]
