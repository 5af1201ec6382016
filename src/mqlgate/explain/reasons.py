"""Reasons that add up: contributions of features folded into the user's columns, in log-odds and in points.

Points are hundredths of the probability, shared out along the straight line from the base to the lead (Aumann and
Shapley 1974): along it every column moves at its own constant speed, and the map from log-odds to probability depends
on their sum alone, so each column's share of the points is its share of the log-odds. Never rounds, so sums hold.
"""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.explain.words import Described, plain_value, said_of

STRONGEST = 6
EVERYTHING_ELSE = "everything else"

Floats = NDArray[np.float64]

# Nearer to the base than this, the share is the limit: the slope of the probability.
_SAME = 1e-9


def points_per_log_odds(
    base_log_odds: float, log_odds: Floats, p_base: Floats, p_sql: Floats, gradient: Floats | None = None
) -> Floats:
    """Points for one unit of log-odds, for each row: 100 (p_sql - p_base) / (log_odds - base_log_odds).

    Where a row's log-odds are those of the base it is the limit of that, 100 times `gradient`, the change of the
    probability for a change of the log-odds; p (1 - p) where none is given.
    """
    distance = log_odds - base_log_odds
    same = np.abs(distance) < _SAME
    limit = p_sql * (1 - p_sql) if gradient is None else gradient
    return 100 * np.where(same, limit, (p_sql - p_base) / np.where(same, 1.0, distance))


def reasons_json(
    features: Sequence[Described],
    X: pd.DataFrame,
    contributions: Floats,
    *,
    base_log_odds: float,
    log_odds: Floats,
    p_sql: Floats,
    p_base: Floats,
    gradient: Floats | None = None,
) -> list[str]:
    """For each row the JSON array `reasons` of the scores table.

    Objects `{column, words, value, group, log_odds, points}`: at most the six columns with the largest absolute
    log-odds, ties in the order of columns, columns that moved nothing left out; then one with `column` null for
    everything else. `words` and `value` are those of the feature that moved its column most. The log-odds add up to
    `log_odds` - `base_log_odds`, the points to 100 (`p_sql` - `p_base`), both to 1e-6.

    Parameters
    ----------
    features
        One for each column of `X`, in its order.
    contributions
        Log-odds by row and feature; base plus row sum is `log_odds`.
    p_base
        Calibrated probability at the base, by each row's own map.
    gradient
        As of `points_per_log_odds`.

    Raises
    ------
    ValueError
        If shapes do not fit together.
    """
    if contributions.shape != X.shape or len(features) != X.shape[1]:
        raise ValueError(f"{len(features)} features, {X.shape} values and {contributions.shape} contributions differ")
    sources, of = _folding(features)
    folded = np.zeros((len(X), len(sources)))
    loudest = np.zeros((len(X), len(sources)), dtype=np.intp)
    most = np.full((len(X), len(sources)), -1.0)
    for j, s in enumerate(of):
        folded[:, s] += contributions[:, j]
        louder = np.abs(contributions[:, j]) > most[:, s]
        loudest[louder, s] = j
        most[louder, s] = np.abs(contributions[louder, j])
    order = np.argsort(-np.abs(folded), axis=1, kind="stable")[:, :STRONGEST]
    given = np.take_along_axis(folded, order, axis=1)
    speaks = np.take_along_axis(loudest, order, axis=1)
    words, values = _words(features, X, speaks, given != 0)
    rate = points_per_log_odds(base_log_odds, log_odds, p_base, p_sql, gradient)
    total_points = 100 * (p_sql - p_base)
    points = given * rate[:, None]
    rest = (log_odds - base_log_odds) - given.sum(axis=1)
    rest_points = total_points - points.sum(axis=1)
    groups = [features[of.index(s)].group for s in range(len(sources))]
    tables = (order.tolist(), given.tolist(), points.tolist(), rest.tolist(), rest_points.tolist())
    found = []
    for i, (columns, shares, scores, other, other_points) in enumerate(zip(*tables, strict=True)):
        reasons: list[dict[str, object]] = [
            {
                "column": sources[s],
                "words": words[i, k],
                "value": values[i, k],
                "group": groups[s],
                "log_odds": shares[k],
                "points": scores[k],
            }
            for k, s in enumerate(columns)
            if shares[k] != 0
        ]
        reasons.append(
            {
                "column": None,
                "words": EVERYTHING_ELSE,
                "value": None,
                "group": "other",
                "log_odds": other,
                "points": other_points,
            }
        )
        found.append(json.dumps(reasons, ensure_ascii=False, allow_nan=False))
    return found


def _folding(features: Sequence[Described]) -> tuple[list[str], list[int]]:
    """Sources in the order in which they first come, and for each feature the position of its own."""
    sources = list(dict.fromkeys(feature.source for feature in features))
    position = {source: s for s, source in enumerate(sources)}
    return sources, [position[feature.source] for feature in features]


def _words(
    features: Sequence[Described], X: pd.DataFrame, speaks: NDArray[np.intp], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    words = np.full(speaks.shape, None, dtype=object)
    values = np.full(speaks.shape, None, dtype=object)
    for j in np.unique(speaks[wanted]):
        at, rank = np.nonzero((speaks == j) & wanted)
        column = X.iloc[at, j]
        words[at, rank] = said_of(features[j], column)
        values[at, rank] = [plain_value(value) for value in column]
    return words, values
