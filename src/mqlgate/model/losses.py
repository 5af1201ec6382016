"""How wrong probabilities are, row by row and on average, and how sure one can be of a difference. Fits nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate.model.additive import Floats

_LARGEST = 30.0


def probability(log_odds: Floats) -> Floats:
    """1 / (1 + exp(-log_odds)), strictly inside (0, 1)."""
    bounded = np.clip(log_odds, -_LARGEST, _LARGEST)
    return 1 / (1 + np.exp(-bounded))


def log_odds_of(p: Floats) -> Floats:
    """log(p / (1 - p)) of probabilities inside (0, 1)."""
    return np.log(p) - np.log1p(-p)


def log_loss(log_odds: Floats, y: Floats) -> Floats:
    """Minus the log of the probability given to what happened, for each row."""
    return np.logaddexp(0, np.where(y == 1, -log_odds, log_odds))


def level_shift(log_odds: Floats, y: Floats, weight: Floats) -> float:
    """What must be added to `log_odds` for their mean probability to be the rate of `y`.

    Where all outcomes are equal no finite shift would do, so half a row of each class is added.
    """
    target = float(weight @ y + 0.5) / float(weight.sum() + 1)
    shift = 0.0
    for _ in range(50):
        p = probability(log_odds + shift)
        missed = target - float(np.average(p, weights=weight))
        slope = float(np.average(p * (1 - p), weights=weight))
        step = float(np.clip(missed / max(slope, 1e-12), -1, 1))
        shift += step
        if abs(step) < 1e-9:
            break
    return shift


@dataclass(frozen=True)
class Difference:
    """Mean of a paired difference, its standard error, and the number of time blocks behind it."""

    mean: float
    standard_error: float
    blocks: int


def paired_difference(
    a: Floats, b: Floats, weight: Floats, block: NDArray[np.int64], fold: NDArray[np.int64] | None = None
) -> Difference:
    """Weighted mean of a - b with a standard error over time blocks within folds.

    The ratio estimator for clusters in strata (Cochran 1977, Sampling Techniques, 5A and 6.3): blocks, not rows, are
    taken as independent, since leads of one week share what that week was like. Folds, where given, are strata: that
    the difference is larger in one period than in another does not make it less sure.
    """
    total = weight.sum()
    mean = float(weight @ (a - b) / total)
    variance, blocks = 0.0, 0
    strata = np.zeros(len(block), dtype=np.int64) if fold is None else fold
    for stratum in np.unique(strata):
        rows = strata == stratum
        w, difference = weight[rows], (a - b)[rows]
        number = np.unique(block[rows], return_inverse=True)[1]
        count = int(number.max()) + 1
        blocks += count
        if count < 2:
            return Difference(mean, float("inf"), blocks)
        excess = np.bincount(number, weights=w * (difference - w @ difference / w.sum()))
        variance += count / (count - 1) * float((excess**2).sum())
    return Difference(mean, float(np.sqrt(variance) / total), blocks)


@dataclass(frozen=True)
class Metrics:
    """How good probabilities were on rows whose outcome they had not used.

    `slope` and `intercept` are those of a logistic regression of the outcome on the log-odds (Cox 1958, Biometrika 45):
    1 and 0 where calibrated; NaN where all log-odds are equal or all outcomes are.
    """

    rows: int
    positives: int
    log_loss: float
    brier: float
    auc: float
    slope: float
    intercept: float


def metrics(p: Floats, y: Floats) -> Metrics:
    """Metrics of probabilities inside (0, 1) against outcomes 0 and 1; NaN where there are no rows."""
    from sklearn.metrics import roc_auc_score

    rows, positives = len(y), int(y.sum())
    if rows == 0:
        return Metrics(0, 0, *[float("nan")] * 5)
    log_odds = log_odds_of(p)
    both = 0 < positives < rows
    slope, intercept = calibration_line(log_odds, y) if both and np.ptp(log_odds) > 0 else (float("nan"), float("nan"))
    return Metrics(
        rows,
        positives,
        float(log_loss(log_odds, y).mean()),
        float(np.mean((p - y) ** 2)),
        float(roc_auc_score(y, p)) if both else float("nan"),
        slope,
        intercept,
    )


def calibration_line(log_odds: Floats, y: Floats) -> tuple[float, float]:
    """Slope and intercept of the outcome's log-odds on the predicted ones, by maximum likelihood.

    Where the outcomes are perfectly separated the slope has no maximum; the search then stops at a large one.
    """
    centre, scale = float(log_odds.mean()), float(log_odds.std())
    z = np.column_stack([np.ones(len(y)), (log_odds - centre) / scale])
    beta = np.array([float(np.log((y.mean()) / (1 - y.mean()))), 0.0])
    for _ in range(50):
        p = probability(z @ beta)
        weights = p * (1 - p)
        step = np.linalg.solve(z.T @ (z * weights[:, None]) + 1e-9 * np.eye(2), z.T @ (y - p))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    slope = float(beta[1] / scale)
    return slope, float(beta[0] - slope * centre)
