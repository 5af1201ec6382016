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
    middle = grid.index(candidates.MIDDLE) if candidates.MIDDLE in grid else 0
    choice = choose(predictions.test, base, middle, rows.y, rows.weight, folds, time_blocks(folds, rows.at))
    return Past(folds, tuple(grid), predictions, base, choice)


def shape(rows: Rows, log_odds: Floats, folds: Folds, use: NDArray[np.bool_]) -> Calibration:
    """Slopes, and the levels of ages beside each other, from the out-of-time log-odds of the rows `use`.

    The common level of each fold is taken out first, since it tells how the past moved and not how the model errs.
    """
    levelled = np.full(len(log_odds), np.nan)
    for fold in folds.folds:
        test = fold.test[use[fold.test]]
        first = test[rows.first[test]]
        if len(first):
            levelled[test] = log_odds[test] + level_shift(log_odds[first], rows.y[first], rows.weight[first])
    return fit_calibration(levelled, rows.y, rows.weight, rows.age_days, rows.ages)


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
    return base, fit_base_calibration(base, rows.y, rows.weight, rows.age_days, rows.ages)


def out_of_time_table(rows: Rows, past: Past | None, signal: bool) -> pd.DataFrame:
    """The table `out_of_time` of `report.FitReport`, by the model where there is `signal`, else by the base rate."""
    count = len(rows.y)
    log_odds, base, others, then = (np.full(count, np.nan) for _ in range(4))
    fold = past.folds.number_of(count) if past else np.zeros(count, dtype=np.int64)
    if past:
        base = probability(past.base)
        log_odds = past.nested() if signal else past.base
        constant, by_age = base_map(rows)
        for part, position, train in zip(past.folds.folds, past.choice.nested, past.predictions.train, strict=True):
            test, age = part.test, rows.age_days[part.test]
            if not signal:
                others[test] = by_age.probability(np.full(len(test), constant), age)
                then[test] = base[test]
                continue
            for target, use in ((others, fold != part.number), (then, fold < part.number)):
                calibration = shape(rows, log_odds, past.folds, use)
                now = level(rows, train[position], calibration, part.train)
                target[test] = calibration.raised(now.shift).probability(log_odds[test], age)
    return pd.DataFrame(
        {
            "log_odds": log_odds,
            "p_sql": others,
            "p_sql_then": then,
            "base": base,
            "label": rows.y,
            "fold": fold,
            "age_days": rows.age_days,
        },
        index=rows.X.index,
    )
