"""Promises of folds: nothing known later, no lead on both sides, and an honest name for what they claim."""

import numpy as np

from mqlgate.model.validation import Fold, Folds, out_of_time, rolling_origin, time_blocks


def history(leads=400, days=360.0, horizon=60.0, rate=0.25, seed=0):
    draw = np.random.default_rng(seed)
    at = np.sort(draw.uniform(0, days, leads))
    y = (draw.uniform(size=leads) < rate).astype(float)
    return y, at, at + horizon, np.arange(leads)


def test_training_rows_are_mature_at_the_origin_and_tested_leads_come_after_it():
    y, at, known, lead = history()
    found = rolling_origin(y, at=at, known_at=known, lead=lead, folds=4)
    assert found.kind == "rolling"
    assert len(found.folds) == 4
    for fold in found.folds:
        assert (known[fold.train] <= fold.origin).all()
        assert (at[fold.test] >= fold.origin).all()
        assert y[fold.train].sum() >= 10
        assert (1 - y[fold.train]).sum() >= 10


def test_folds_test_every_lead_from_the_first_origin_on_once_in_nearly_equal_parts():
    y, at, known, lead = history()
    found = rolling_origin(y, at=at, known_at=known, lead=lead, folds=4)
    assert sorted(found.tested) == list(np.flatnonzero(at >= found.folds[0].origin))
    sizes = [len(fold.test) for fold in found.folds]
    assert max(sizes) - min(sizes) <= 1
    assert len(found.tested) >= 0.25 * len(y)


def test_all_snapshots_of_a_lead_are_on_the_same_side():
    y, at, known, lead = history()
    repeated = np.repeat(np.arange(len(y)), 3)
    found = rolling_origin(y[repeated], at=at[repeated], known_at=known[repeated], lead=lead[repeated], folds=4)
    for fold in found.folds:
        assert not set(lead[repeated][fold.train]) & set(lead[repeated][fold.test])
        assert len(fold.test) % 3 == 0


def test_leads_of_the_moment_of_the_origin_are_tested_and_never_trained_on():
    y, at, _, lead = history()
    days = np.floor(at / 30)
    found = rolling_origin(y, at=days, known_at=days, lead=lead, folds=4)
    for fold in found.folds:
        assert days[fold.train].max() < fold.origin == days[fold.test].min()


def test_a_history_shorter_than_its_horizon_is_chained_forward_and_says_so():
    y, at, known, lead = history(days=50.0)
    found = rolling_origin(y, at=at, known_at=known, lead=lead, folds=4)
    assert found.kind == "forward"
    for fold in found.folds:
        assert at[fold.train].max() < fold.origin <= at[fold.test].min()


def test_early_leads_of_which_hardly_any_converted_do_not_make_a_fold_of_their_own():
    y, at, _, lead = history(leads=2000, rate=0.2)
    y[at < 180] = 0
    found = rolling_origin(y, at=at, known_at=at, lead=lead, folds=4)
    assert y[found.folds[0].train].sum() >= 0.2 * y.sum() - 1


def test_too_few_of_a_class_make_no_fold():
    y, at, known, lead = history(leads=200, rate=0.0)
    y[::15] = 1
    assert rolling_origin(y, at=at, known_at=known, lead=lead, folds=4) == Folds("none", ())


def test_rows_that_no_fold_tests_have_no_prediction():
    folds = Folds("rolling", (Fold(1, 2.0, np.array([0, 1]), np.array([2])),))
    seen = []

    def predict(train, test):
        seen.append((list(train), list(test)))
        return np.full(len(test), 0.5)

    found = out_of_time(predict, folds, 4)
    assert seen == [([0, 1], [2])]
    assert np.array_equal(found, [np.nan, np.nan, 0.5, np.nan], equal_nan=True)
    assert list(folds.number_of(4)) == [0, 0, 1, 0]


def test_time_blocks_are_neighbours_in_time_within_one_fold():
    y, at, known, lead = history()
    folds = rolling_origin(y, at=at, known_at=known, lead=lead, folds=3)
    block, fold = time_blocks(folds, at, per_fold=5), folds.number_of(len(at))
    assert len(np.unique(block[block >= 0])) == 15
    assert ((block >= 0) == (fold > 0)).all()
    for number in np.unique(block[block >= 0]):
        rows = np.flatnonzero(block == number)
        assert len(np.unique(fold[rows])) == 1
        assert (np.diff(rows) == 1).all()  # `at` rises, so neighbours in time are neighbours in rows
