"""What the folds taught: what every candidate would have said at each origin, the choice, and predictions as of then.

Never fits on a row that it judges. The final fit is another's work (`fitting`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.model import candidates
from mqlgate.model.additive import Floats
from mqlgate.model.base_rate import log_odds_of_rate
from mqlgate.model.calibration import Calibration, fit_base_calibration, fit_calibration
from mqlgate.model.candidates import Predictions
from mqlgate.model.choice import Choice, choose
from mqlgate.model.crossfit import CrossFitted, Fit, cross_fit
from mqlgate.model.level import Level, newest_level
from mqlgate.model.losses import level_shift, probability
from mqlgate.model.rows import Rows
from mqlgate.model.settings import TrainSection
from mqlgate.model.trees import TreeSettings
from mqlgate.model.validation import Folds, rolling_origin, time_blocks

MIN_LEVEL_ROWS = 20


@dataclass(frozen=True)
class Past:
    """Predictions of every candidate at every origin, those of the base rate, and the choice among them."""

    folds: Folds
    grid: tuple[TreeSettings, ...]
    predictions: Predictions
    base: Floats
    choice: Choice

    @property
    def chosen(self) -> TreeSettings:
        """The candidate that the whole past speaks for."""
        return self.grid[self.choice.chosen]

    def nested(self) -> Floats:
        """Log-odds by the candidate that earlier folds spoke for; NaN where no fold tests."""
        log_odds = np.full(self.predictions.test.shape[1], np.nan)
        for fold, position in zip(self.folds.folds, self.choice.nested, strict=True):
            log_odds[fold.test] = self.predictions.test[position, fold.test]
        return log_odds


def replay(rows: Rows, grid: Sequence[TreeSettings], settings: TrainSection, seed: int) -> Past | None:
    """Fit every candidate at every origin and choose; None where there are too few leads for any fold."""
    folds = rolling_origin(rows.y, at=rows.at, known_at=rows.known_at, lead=rows.lead, folds=settings.folds)
    if not folds.folds or rows.X.shape[1] == 0:
        return None
    predictions = candidates.tree_predictions(
        rows.X,
        rows.y,
        rows.weight,
        folds,
        grid,
        min_level_rows=MIN_LEVEL_ROWS,
        seed=seed,
        threads=settings.threads,
    )
    base = candidates.base_predictions(rows.y, rows.weight, rows.band, folds)
    settled = [grid.index(s) for s in (candidates.CAUTIOUS, candidates.UNTUNED) if s in grid] or [0]
    choice = choose(predictions.test, base, settled, rows.y, rows.weight, folds, time_blocks(folds, rows.at))
    return Past(folds, tuple(grid), predictions, base, choice)


def shape(rows: Rows, fit: Fit, twins: CrossFitted) -> Calibration:
    """Slopes, and the levels of ages beside each other, from predictions by twins that did not see the row.

    The common level of each stretch of time is taken out first: it tells how the past moved, not how the model errs.
    """
    levelled = np.full(len(fit.train), np.nan)
    first = rows.first[fit.train]
    y, weight = rows.y[fit.train], rows.weight[fit.train]
    for number in np.unique(twins.stretch):
        inside = twins.stretch == number
        judged = inside & first
        if judged.any():
            levelled[inside] = twins.log_odds[inside] + level_shift(twins.log_odds[judged], y[judged], weight[judged])
    return fit_calibration(levelled, y, weight, rows.age_days[fit.train], rows.ages, rows.horizon_days)


def shapes(rows: Rows, fits: Sequence[Fit], settings: TrainSection, seed: int) -> list[Calibration]:
    """The shape of each fit's calibration."""
    twins = cross_fit(rows, fits, min_level_rows=MIN_LEVEL_ROWS, seed=seed, threads=settings.threads)
    return [shape(rows, fit, found) for fit, found in zip(fits, twins, strict=True)]


def level(rows: Rows, log_odds: Floats, calibration: Calibration, train: NDArray[np.intp]) -> Level:
    """Level of the newest of the rows `train`, whose log-odds, by the model that was fitted on them, are `log_odds`."""
    at_mql = rows.first[train]
    which = train[at_mql]
    calibrated = calibration.calibrated(log_odds[at_mql], rows.age_days[which])
    return newest_level(
        calibrated, rows.y[which], rows.weight[which], rows.at[which], float(rows.known_at[train].max())
    )


def base_map(rows: Rows) -> tuple[float, Calibration]:
    """Log-odds of the rate of MQL snapshots, and the map that gives later ages their own."""
    base = log_odds_of_rate(rows.y[rows.first], rows.weight[rows.first])
    return base, fit_base_calibration(base, rows.y, rows.weight, rows.age_days, rows.ages, rows.horizon_days)


def out_of_time_table(rows: Rows, past: Past | None, signal: bool, settings: TrainSection, seed: int) -> pd.DataFrame:
    """The table `out_of_time` of `report.FitReport`, by the model where there is `signal`, else by the base rate."""
    count = len(rows.y)
    log_odds, base, p_sql, then = (np.full(count, np.nan) for _ in range(4))
    fold = past.folds.number_of(count) if past else np.zeros(count, dtype=np.int64)
    if past:
        base = probability(past.base)
        tested = past.folds.tested
        if signal:
            log_odds = past.nested()
            then[tested] = _as_of_then(rows, past, log_odds, settings, seed)[tested]
            p_sql = then
        else:
            log_odds, then = past.base, base
            constant, by_age = base_map(rows)
            p_sql[tested] = by_age.probability(np.full(len(tested), constant), rows.age_days[tested])
    return pd.DataFrame(
        {
            "log_odds": log_odds,
            "p_sql": p_sql,
            "p_sql_then": then,
            "base": base,
            "label": rows.y,
            "fold": fold,
            "age_days": rows.age_days,
        },
        index=rows.X.index,
    )


def _as_of_then(rows: Rows, past: Past, log_odds: Floats, settings: TrainSection, seed: int) -> Floats:
    """Calibrated probabilities of tested rows, by shape and level of the rows that their fold trained on."""
    fits = [
        Fit(fold.train, past.grid[position])
        for fold, position in zip(past.folds.folds, past.choice.nested, strict=True)
    ]
    p = np.full(len(log_odds), np.nan)
    found = zip(past.folds.folds, past.choice.nested, past.predictions.train, shapes(rows, fits, settings, seed))
    for fold, position, train, calibration in found:
        now = level(rows, train[position], calibration, fold.train)
        p[fold.test] = calibration.raised(now.shift).probability(log_odds[fold.test], rows.age_days[fold.test])
    return p
