"""The model that comes out of a version says to the last bit what the one said that went in."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ground.sample_model import fitted, fitted_version, snapshots
from ground.sample_version import a_version
from mqlgate.errors import InputError
from mqlgate.registry.serving import OUTPUTS, Served
from mqlgate.version import load, save


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Served:
    folder = tmp_path_factory.mktemp("served") / "version"
    save(fitted_version(), folder)
    return Served(load(folder))


def test_probabilities_interval_and_contributions_are_equal_to_the_last_bit(tmp_path):
    save(fitted_version(), tmp_path / "version")
    model, X = load(tmp_path / "version").model(), snapshots(200, seed=2)
    assert_frame_equal(
        model.predict(X, X["age_days"].to_numpy()), fitted().predict(X, X["age_days"].to_numpy()), check_exact=True
    )
    np.testing.assert_array_equal(model.contributions(X), fitted().contributions(X))


@pytest.mark.parametrize("spoilt", ["", "null", "[]", "{}", "tree\nversion=v99\n", '{"family": "unknown"}'])
def test_a_model_that_this_release_cannot_read_is_told(spoilt):
    files = fitted().to_files()
    for name in files:
        with pytest.raises(InputError, match="its model cannot be read"):
            a_version(model_files={**files, name: spoilt}).model()
    with pytest.raises(InputError, match="its model cannot be read"):
        a_version(model_files={}).model()


def test_what_is_served_is_what_the_model_says_of_the_row_at_its_age(served):
    X = snapshots(50, seed=3)
    expected = fitted().predict(X, X["age_days"].to_numpy())[list(OUTPUTS)]
    assert_frame_equal(served.predict(X), expected, check_exact=True)
    assert not np.array_equal(served.predict(X)["p_sql"], served.predict(X.assign(age_days=0.0))["p_sql"])


def test_a_feature_that_is_not_given_is_missing_and_an_age_is_zero(served):
    X = snapshots(20, seed=4).assign(visits=np.nan, industry=None, age_days=0.0)
    assert_frame_equal(served.predict(pd.DataFrame(index=range(20))), served.predict(X), check_exact=True)


def test_columns_may_come_in_any_order_and_more_are_ignored(served):
    X = snapshots(20, seed=5)
    shuffled = X[["age_days", "industry", "visits"]].assign(other="x").set_index(np.arange(20) * 7)
    assert_frame_equal(served.predict(shuffled), served.predict(X), check_exact=True)


def test_whole_numbers_and_pandas_own_texts_serve_as_well(served):
    X = pd.DataFrame({"visits": [1.0, 3.0], "industry": ["steel", "retail"], "age_days": [0.0, 7.0]})
    other = X.astype({"visits": "int64", "industry": "string", "age_days": "int64"})
    assert_frame_equal(served.predict(other), served.predict(X), check_exact=True)
