"""Promises of [train]: defaults that need no thought, and refusals in words."""

import pytest

from mqlgate.config import Config
from mqlgate.errors import InputError
from mqlgate.model.settings import TrainSection


def said(tmp_path, **train):
    return Config({"leads": {"path": "leads.csv"}, "train": train}, tmp_path)[TrainSection]


def test_the_defaults_hold_where_nothing_is_said(tmp_path):
    assert said(tmp_path) == TrainSection()
    assert TrainSection().landmark_ages_days == (7, 14, 30, 60)


@pytest.mark.parametrize("ages", [[0, 7], [14, 7], [7, 7], [-1]])
def test_landmarks_that_do_not_rise_from_above_zero_are_refused(tmp_path, ages):
    with pytest.raises(InputError, match="landmark_ages_days must be above 0 and rise"):
        said(tmp_path, landmark_ages_days=ages)


@pytest.mark.parametrize(("key", "value"), [("folds", 1), ("bootstraps", 1), ("threads", 0), ("seed", -1)])
def test_what_makes_no_sense_is_refused(tmp_path, key, value):
    with pytest.raises(InputError, match=key):
        said(tmp_path, **{key: value})


def test_every_key_is_described():
    assert all(field.description for field in TrainSection.model_fields.values())
