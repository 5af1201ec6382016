"""Hard rules beside the model."""

import numpy as np
import pandas as pd
import pytest

from mqlgate.errors import InputError
from mqlgate.gate.disqualifiers import disqualified
from mqlgate.gate.settings import DisqualifierSection


def rule(column, reason="out", **conditions):
    return DisqualifierSection.model_validate({"column": column, "reason": reason, **conditions})


def told(values, **conditions):
    found = disqualified(pd.DataFrame({"x": pd.Series(values, dtype=object)}), [rule("x", **conditions)])
    return [reason == "out" for reason in found]


def test_not_in_disqualifies_every_other_value_but_not_a_missing_one():
    assert told([" us", "DE", "Fr", None, np.nan, ""], not_in=["US", "de"]) == [False, False, True, False, False, False]


@pytest.mark.parametrize("said", [[1], [1.0], [True], ["1"], ["true"], ["TRUE "]])
def test_true_one_and_one_point_zero_are_equal(said):
    assert told([1, 1.0, True, "1", "1.0", " true", "True", 0, "x", "10"], **{"in": said}) == [True] * 7 + [False] * 3


def test_leading_zeros_are_text():
    assert told(["007", "7", 7], **{"in": ["007"]}) == [True, False, False]


def test_below_and_above_compare_numbers_and_pass_over_what_is_none():
    values = [4, 5, 10, 11, "3", "x", None]
    assert told(values, below=5, above=10) == [True, False, False, True, True, False, False]


def test_the_first_rule_that_is_met_gives_the_reason():
    leads = pd.DataFrame({"country": ["FR", "US", "FR"], "size": [1, 1, 50]}, index=[7, 8, 9])
    rules = [rule("country", "geography", not_in=["US"]), rule("size", "too_small", below=10)]
    found = disqualified(leads, rules)
    assert found.index.tolist() == [7, 8, 9]
    assert found.tolist() == ["geography", "too_small", "geography"]
    assert disqualified(leads, []).isna().all()


def test_a_rule_on_a_column_that_is_not_there_names_the_nearest():
    with pytest.raises(InputError, match='no column "contry"') as told_off:
        disqualified(pd.DataFrame({"country": ["US"]}), [rule("contry", not_in=["US"])])
    assert '"country"?' in str(told_off.value)
