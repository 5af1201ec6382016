"""Labelled snapshots as arrays, checked and weighted. Fits nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.model.additive import Floats
from mqlgate.model.calibration import nearest_age
from mqlgate.model.settings import TrainSection

_MIN_ROWS_BY_AGE = 50


@dataclass(frozen=True)
class Rows:
    """One entry a snapshot.

    `ages` are 0 and the landmark ages that enough snapshots are near. `first` marks MQL snapshots, from which levels
    and figures are read; where these do not hold both classes it marks all.
    """

    X: pd.DataFrame
    y: Floats
    weight: Floats
    at: Floats
    known_at: Floats
    lead: NDArray[np.generic]
    age_days: Floats
    ages: tuple[float, ...]
    horizon_days: float | None
    first: NDArray[np.bool_]

    @property
    def band(self) -> NDArray[np.intp]:
        """Position in `ages` of the age nearest to each snapshot's."""
        return nearest_age(self.age_days, self.ages)


def snapshot_weights(age_days: Floats, lead: NDArray[np.generic], landmark_weight: float) -> Floats:
    """1 for an MQL snapshot; the later snapshots of a lead share `landmark_weight` out among as many as any lead has.

    Every landmark so weighs the same, and all of them together no more than the snapshots that the gate is about.
    """
    later = age_days > 0
    if not later.any():
        return np.ones(len(age_days))
    most = int(pd.Series(lead[later]).value_counts().iloc[0])
    return np.where(later, landmark_weight / most, 1.0)


def labelled_rows(
    X: pd.DataFrame,
    y: Any,
    *,
    at: Any,
    known_at: Any,
    lead: Any,
    age_days: Any,
    settings: TrainSection,
    weight: Any = None,
    horizon_days: float | None = None,
) -> Rows:
    """Rows that carry weight, as arrays; see `fitting.fit_conversion` for what each argument is.

    Raises
    ------
    ValueError
        If lengths differ, a time is not finite, a label is neither 0 nor 1, or all labels are equal.
    """
    label, age, who = np.asarray(y, dtype=np.float64), np.asarray(age_days, dtype=np.float64), np.asarray(lead)
    moment, known = np.asarray(at, dtype=np.float64), np.asarray(known_at, dtype=np.float64)
    lengths = {len(X), len(label), len(age), len(who), len(moment), len(known)}
    if len(lengths) > 1:
        raise ValueError(f"X, y, at, known_at, lead and age_days have different lengths: {sorted(lengths)}")
    given = snapshot_weights(age, who, settings.landmark_weight) if weight is None else weight
    weights = np.asarray(given, dtype=np.float64)
    used = weights > 0
    label, age = label[used], age[used]
    if len(label) == 0 or not np.isin(label, (0.0, 1.0)).all() or label.min() == label.max():
        raise ValueError("labels must be 0 and 1, and both must be there")
    if not all(np.isfinite(values[used]).all() for values in (weights, moment, known)) or not np.isfinite(age).all():
        raise ValueError("at, known_at, age_days and weight must be finite")
    ages = (0.0, *settings.landmark_ages_days)
    counts = np.bincount(nearest_age(age, ages), minlength=len(ages))
    first = age <= 0
    return Rows(
        X=X if used.all() else X[used],
        y=label,
        weight=weights[used],
        at=moment[used],
        known_at=known[used],
        lead=who[used],
        age_days=age,
        ages=(0.0, *(a for a, count in zip(ages[1:], counts[1:], strict=True) if count >= _MIN_ROWS_BY_AGE)),
        horizon_days=horizon_days,
        first=first if 0 < label[first].sum() < first.sum() else np.ones(len(label), dtype=bool),
    )
