"""Promises of the choice: the simpler where noise decides, and no signal where there is none."""

import numpy as np
import pandas as pd

from mqlgate.model.candidates import candidates, tree_predictions
from mqlgate.model.choice import choose
from mqlgate.model.trees import TreeSettings
from mqlgate.model.validation import rolling_origin, time_blocks

N = 1200
AT = np.arange(N, dtype=float)
WEIGHT = np.ones(N)


def judged(strengths, seed=0, level=0.0):
    """A choice among candidates that know `strength` of what moves the outcome, with noise that falls with it."""
    draw = np.random.default_rng(seed)
    truth = draw.normal(size=N)
    y = (draw.uniform(size=N) < 1 / (1 + np.exp(-(truth - 1)))).astype(float)
    folds = rolling_origin(y, at=AT, known_at=AT, lead=np.arange(N), folds=4)
    said = np.array([level - 1 + s * truth + (1 - s) * draw.normal(size=N) for s in strengths])
    tested = folds.number_of(N) > 0
    said[:, ~tested] = np.nan
    base = np.where(tested, level - 0.8, np.nan)
    return choose(said, base, [0], y, WEIGHT, folds, time_blocks(folds, AT))


def test_the_better_candidate_is_chosen_and_beats_the_base_rate():
    found = judged([0.2, 0.9])
    assert found.chosen == 1
    assert found.signal
    assert found.nested[0] == 0  # before anything was seen, the cautious one stands in


def test_of_candidates_that_noise_alone_parts_the_simplest_is_chosen():
    """Three equals: the smallest loss would fall on each a third of the time."""
    assert sum(judged([0.8, 0.8, 0.8], seed=seed).chosen == 0 for seed in range(20)) >= 12


def test_noise_is_no_signal():
    assert not any(judged([0.0, 0.05], seed=seed).signal for seed in range(10))


def test_a_level_that_is_wrong_all_along_hides_no_signal():
    assert judged([0.2, 0.9], level=-1.5).signal


def test_candidates_stand_from_the_simplest_to_the_richest():
    grid = candidates(tune=True)
    splits = [s.trees * (2**s.depth - 1) for s in grid]
    assert splits == sorted(splits)
    assert len(set(grid)) == len(grid)
    assert len(candidates(tune=False)) == 1


def test_a_candidate_with_fewer_trees_is_the_beginning_of_one_with_more_and_threads_change_nothing():
    draw = np.random.default_rng(0)
    X = pd.DataFrame({"a": draw.normal(size=300), "b": draw.choice(["x", "y"], 300)})
    y = (X["a"].to_numpy() + draw.normal(size=300) > 0).astype(float)
    folds = rolling_origin(y, at=AT[:300], known_at=AT[:300], lead=np.arange(300), folds=3)
    grid = (TreeSettings(trees=5), TreeSettings(trees=12), TreeSettings(trees=5, depth=3))

    def said(which, threads):
        made = tree_predictions(X, y, np.ones(300), folds, which, min_level_rows=20, seed=0, threads=threads)
        assert [part.shape for part in made.train] == [(len(which), len(fold.train)) for fold in folds.folds]
        return made.test

    together = said(grid, 1)
    assert np.array_equal(together, said(grid, 2), equal_nan=True)
    for k, settings in enumerate(grid):
        assert np.allclose(together[k], said((settings,), 1)[0], atol=1e-12, equal_nan=True)
