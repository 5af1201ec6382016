"""From a model's log-odds to a probability that is true: a monotone map, one for each age of a lead.

Fitted on out-of-time log-odds alone. Never looks at a column.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mqlgate.model.additive import Floats
from mqlgate.model.losses import probability

FILE = "calibration.json"

# Standard deviations of what is believed before seeing data: of the level in log-odds, and of the log of the slope.
_OVERALL = (0.5, 0.4)
_BY_AGE = (1.5, 0.2)

# Nearer to the horizon than this, in days, a lead still open is as good as lost.
_LAST_MOMENT = 0.01


@dataclass(frozen=True)
class Calibration:
    """`log_odds` -> `intercept(age) + slope(age) * log_odds`, slopes above 0.

    Intercepts and slopes are those of the ages in `ages` (days since the lead became an MQL; the first is 0), and
    straight lines between them, so that a lead's score does not jump on a birthday. Beyond the last age, where
    `horizon_days` is known, what is left of the horizon shrinks and the odds with it: a lead that is open on its last
    day is all but lost.
    """

    ages: tuple[float, ...]
    intercepts: tuple[float, ...]
    slopes: tuple[float, ...]
    centre: float
    level_variances: tuple[float, ...]
    slope_variances: tuple[float, ...]
    horizon_days: float | None = None

    @classmethod
    def identity(cls) -> Self:
        """The map that changes nothing and is sure of it."""
        return cls((0.0,), (0.0,), (1.0,), 0.0, (0.0,), (0.0,))

    def calibrated(self, log_odds: Floats, age_days: Floats) -> Floats:
        """Calibrated log-odds."""
        return self._at(age_days, self.intercepts) + self.slope(age_days) * log_odds + self._left(age_days)

    def probability(self, log_odds: Floats, age_days: Floats) -> Floats:
        """Calibrated probability, strictly inside (0, 1)."""
        return probability(self.calibrated(log_odds, age_days))

    def gradient(self, log_odds: Floats, age_days: Floats) -> Floats:
        """Change of the probability for a change of the log-odds."""
        p = self.probability(log_odds, age_days)
        return self.slope(age_days) * p * (1 - p)

    def slope(self, age_days: Floats) -> Floats:
        """Slope of the map at each age."""
        return self._at(age_days, self.slopes)

    def raised(self, by: float) -> "Calibration":
        """The map with `by` added to its log-odds at every age."""
        return replace(self, intercepts=tuple(intercept + by for intercept in self.intercepts))

    def variance(self, log_odds: Floats, age_days: Floats) -> Floats:
        """Variance of `calibrated` that comes from having fitted the map on few rows."""
        away = log_odds - self.centre
        return self._at(age_days, self.level_variances) + self._at(age_days, self.slope_variances) * away**2

    def to_files(self) -> dict[str, str]:
        """One JSON file."""
        stored = {
            "ages": list(self.ages),
            "intercepts": list(self.intercepts),
            "slopes": list(self.slopes),
            "centre": self.centre,
            "level_variances": list(self.level_variances),
            "slope_variances": list(self.slope_variances),
            "horizon_days": self.horizon_days,
        }
        return {FILE: json.dumps(stored, indent=1)}

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """The map that `to_files` wrote."""
        stored = json.loads(files[FILE])
        return cls(
            tuple(stored["ages"]),
            tuple(stored["intercepts"]),
            tuple(stored["slopes"]),
            stored["centre"],
            tuple(stored["level_variances"]),
            tuple(stored["slope_variances"]),
            stored["horizon_days"],
        )

    def _left(self, age_days: Floats) -> Floats:
        """Log of the share of the time between the last age and the horizon that is still left."""
        if self.horizon_days is None or self.horizon_days <= self.ages[-1]:
            return np.zeros(np.shape(age_days))
        left = np.clip(self.horizon_days - age_days, _LAST_MOMENT, self.horizon_days - self.ages[-1])
        return np.asarray(np.log(left / (self.horizon_days - self.ages[-1])), dtype=np.float64)

    def _at(self, age_days: Floats, values: Sequence[float]) -> Floats:
        return np.asarray(np.interp(age_days, self.ages, values), dtype=np.float64)


def nearest_age(age_days: Floats, ages: Sequence[float]) -> NDArray[np.intp]:
    """Position in `ages`, which rise, of the age nearest to each row's."""
    knots = np.asarray(ages, dtype=np.float64)
    return np.searchsorted((knots[1:] + knots[:-1]) / 2, age_days, side="right")


def fit_calibration(
    log_odds: Floats,
    y: Floats,
    weight: Floats,
    age_days: Floats,
    ages: Sequence[float],
    horizon_days: float | None = None,
) -> Calibration:
    """Slope and intercept by penalised logistic regression (Platt 1999), shrunk to the identity where rows are few.

    The map for all ages together is shrunk towards the identity; that of each age in `ages` towards the one for all,
    from the rows that are nearest to it. The penalty is a Gaussian prior on the level (at the mean log-odds) and on
    the log of the slope, so a slope is never 0 or below. Rows with NaN log-odds are left out.
    """
    seen = ~np.isnan(log_odds)
    log_odds, y, weight, age_days = log_odds[seen], y[seen], weight[seen], age_days[seen]
    if len(y) == 0:
        return Calibration((0.0,), (0.0,), (1.0,), 0.0, (_OVERALL[0] ** 2,), (_OVERALL[1] ** 2,), horizon_days)
    centre = float(np.average(log_odds, weights=weight))
    away = log_odds - centre
    overall = _platt(away, centre, y, weight, (0.0, 0.0), _OVERALL)
    if len(ages) == 1:
        fits = [overall]
    else:
        band = nearest_age(age_days, ages)
        fits = []
        for k in range(len(ages)):
            rows = band == k
            share = weight[rows] / weight[rows].mean() if rows.any() else weight[rows]
            fits.append(_platt(away[rows], centre, y[rows], share, overall.at, _BY_AGE))
    slopes = [float(np.exp(fit.at[1])) for fit in fits]
    return Calibration(
        tuple(float(age) for age in ages),
        tuple(centre + fit.at[0] - slope * centre for fit, slope in zip(fits, slopes, strict=True)),
        tuple(slopes),
        centre,
        tuple(fit.variances[0] for fit in fits),
        tuple(fit.variances[1] * slope**2 for fit, slope in zip(fits, slopes, strict=True)),
        horizon_days,
    )


def fit_base_calibration(
    base: float, y: Floats, weight: Floats, age_days: Floats, ages: Sequence[float], horizon_days: float | None = None
) -> Calibration:
    """For the base rate: the identity at age 0, and at later ages the rate of leads that were still open then.

    The later rates are shrunk towards that of age 0, as if twenty leads more had been seen there.
    """
    band = nearest_age(age_days, ages)
    prior = float(probability(np.array([base]))[0])
    shifts, variances = [0.0], []
    for k in range(len(ages)):
        share = weight[band == k] / (weight[band == k].mean() if (band == k).any() else 1.0)
        rate = (share @ y[band == k] + 20 * prior) / (share.sum() + 20)
        if k > 0:
            shifts.append(float(np.log(rate / (1 - rate)) - base))
        variances.append(float(1 / ((share.sum() + 20) * rate * (1 - rate))))
    nothing = (0.0,) * len(ages)
    ones = (1.0,) * len(ages)
    known = tuple(float(age) for age in ages)
    return Calibration(known, tuple(shifts), ones, base, tuple(variances), nothing, horizon_days)


@dataclass(frozen=True)
class _Platt:
    at: tuple[float, float]
    variances: tuple[float, float]


def _platt(
    away: Floats, centre: float, y: Floats, weight: Floats, believed: tuple[float, float], spread: tuple[float, float]
) -> _Platt:
    """Maximum of the posterior of (level shift, log slope); variances from the curvature there."""
    prior = np.array(believed)
    precision = 1 / np.square(spread)
    at = prior.copy()
    curvature = np.diag(precision)
    for _ in range(100):
        slope = np.exp(at[1])
        p = probability(centre + at[0] + slope * away)
        design = np.column_stack([np.ones(len(away)), slope * away])
        gradient = design.T @ (weight * (y - p)) - precision * (at - prior)
        curvature = design.T @ (design * (weight * p * (1 - p))[:, None]) + np.diag(precision)
        step = np.clip(np.linalg.solve(curvature, gradient), -0.5, 0.5)
        at = at + step
        if np.abs(step).max() < 1e-10:
            break
    variances = np.diag(np.linalg.inv(curvature))
    return _Platt((float(at[0]), float(at[1])), (float(variances[0]), float(variances[1])))
