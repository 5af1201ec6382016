"""From labelled rows to a `ConversionModel` and an honest report: folds, choice, fit, level, calibration, interval.

The one place where the parts of this folder meet. Every figure of the report is out of time.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.model import candidates
from mqlgate.model.additive import AdditiveModel, Floats
from mqlgate.model.base_rate import BaseRate, log_odds_of_rate
from mqlgate.model.calibration import Calibration, fit_base_calibration, fit_calibration, nearest_age
from mqlgate.model.candidates import Predictions
from mqlgate.model.choice import Choice, choose
from mqlgate.model.conversion import ConversionModel
from mqlgate.model.estimator import MqlClassifier
from mqlgate.model.interval import Interval, refits
from mqlgate.model.level import Level, newest_level
from mqlgate.model.losses import Metrics, level_shift, metrics, probability
from mqlgate.model.report import FitReport
from mqlgate.model.settings import TrainSection
from mqlgate.model.trees import TreeSettings
from mqlgate.model.validation import Folds, rolling_origin, time_blocks

_MIN_LEVEL_ROWS = 20
_MIN_ROWS_BY_AGE = 50


@dataclass(frozen=True)
class Fitted:
    """A model and what is known of it."""

    model: ConversionModel
    report: FitReport


@dataclass(frozen=True)
class _Rows:
    """Labelled snapshots as arrays; `first` marks those that levels and figures are read from, the MQL snapshots."""

    X: pd.DataFrame
    y: Floats
    weight: Floats
    at: Floats
    known_at: Floats
    lead: NDArray[np.generic]
    age_days: Floats
    ages: tuple[float, ...]
    first: NDArray[np.bool_]


@dataclass(frozen=True)
class _Past:
    """What the folds taught: predictions of every candidate, the base rate's, and the choice among them."""

    folds: Folds
    grid: tuple[TreeSettings, ...]
    predictions: Predictions
    base: Floats
    choice: Choice

    @property
    def chosen(self) -> TreeSettings:
        return self.grid[self.choice.chosen]

    def nested(self) -> Floats:
        """Log-odds by the candidate that earlier folds spoke for."""
        log_odds = np.full(self.predictions.test.shape[1], np.nan)
        for fold, position in zip(self.folds.folds, self.choice.nested, strict=True):
            log_odds[fold.test] = self.predictions.test[position, fold.test]
        return log_odds


def snapshot_weights(age_days: Floats, lead: NDArray[np.generic], landmark_weight: float) -> Floats:
    """1 for an MQL snapshot; the later snapshots of a lead share `landmark_weight` out among as many as any lead has.

    Every landmark so weighs the same, and all of them together no more than the snapshots that the gate is about.
    """
    later = age_days > 0
    if not later.any():
        return np.ones(len(age_days))
    most = int(pd.Series(lead[later]).value_counts().iloc[0])
    return np.where(later, landmark_weight / most, 1.0)


def fit_conversion(
    X: pd.DataFrame,
    y: Any,
    *,
    at: Any,
    known_at: Any,
    lead: Any,
    age_days: Any,
    settings: TrainSection,
    seed: int,
    weight: Any = None,
) -> Fitted:
    """Fit P(SQL) on mature snapshots.

    Parameters
    ----------
    X
        One row for each snapshot: numbers, and words as object or string columns; missing is NaN or None.
    y
        1 where accepted within the horizon, else 0; the same in all rows of a lead.
    at
        When, or in which order, the row's lead became an MQL, in any unit; where nothing tells, the order of rows.
    known_at
        When its label became final, in the unit of `at`: qualification plus horizon. Equal to `at` where unknown.
    lead
        Which lead the row tells of.
    age_days
        Days since the lead became an MQL at this snapshot: 0, or a landmark at which it was still open.
    weight
        What each row weighs; the default is that of `snapshot_weights`.

    Raises
    ------
    ValueError
        If there are no rows, a label is neither 0 nor 1, or all are equal.
    """
    rows = _rows(X, y, at, known_at, lead, age_days, settings, weight)
    past = _past(rows, settings, seed)
    settled = past.chosen if past else candidates.MIDDLE
    signal = bool(past and past.choice.signal)
    trained = MqlClassifier.of(settled, seed, settings.threads).set_params(min_level_rows=_MIN_LEVEL_ROWS)
    trained.fit(rows.X, rows.y, sample_weight=rows.weight)
    model: AdditiveModel
    if signal and past:
        model = trained
        shape = _shape(rows, past.predictions.test[past.choice.chosen], past.folds, np.ones(len(rows.y), dtype=bool))
        level = _level(rows, trained.log_odds(rows.X), shape, np.arange(len(rows.y)))
        calibration = shape.raised(level.shift)
        apart = level.variance
    else:
        model = BaseRate(trained.columns, log_odds_of_rate(rows.y[rows.first], rows.weight[rows.first]))
        calibration = fit_base_calibration(model.base_log_odds, rows.y, rows.weight, rows.age_days, rows.ages)
        level = _level(rows, model.log_odds(rows.X), calibration, np.arange(len(rows.y)))
        # The base rate is not moved, so the distance that it may have from the newest rows is part of its error.
        apart = level.variance + level.shift**2
    members = refits(
        rows.X,
        rows.y,
        rows.weight,
        rows.lead,
        trained.encoding_,
        settled,
        count=settings.bootstraps,
        seed=seed,
        threads=settings.threads,
    )
    # Refits beside the base rate tell what the columns might yet mean; its own map is not for their log-odds.
    applies = calibration if signal else Calibration.identity()
    interval = Interval(trained.encoding_, members, applies, apart, settings.threads)
    fitted = ConversionModel("trees" if signal else "base_rate", model, calibration, interval)
    return Fitted(fitted, _report(rows, past, signal, fitted))


def _rows(
    X: pd.DataFrame, y: Any, at: Any, known_at: Any, lead: Any, age_days: Any, settings: TrainSection, weight: Any
) -> _Rows:
    label, age, who = np.asarray(y, dtype=np.float64), np.asarray(age_days, dtype=np.float64), np.asarray(lead)
    given = snapshot_weights(age, who, settings.landmark_weight) if weight is None else weight
    weights = np.asarray(given, dtype=np.float64)
    used = weights > 0
    label, age = label[used], age[used]
    if len(label) == 0 or not np.isin(label, (0.0, 1.0)).all() or label.min() == label.max():
        raise ValueError("labels must be 0 and 1, and both must be there")
    ages = (0.0, *settings.landmark_ages_days)
    counts = np.bincount(nearest_age(age, ages), minlength=len(ages))
    first = age <= 0
    return _Rows(
        X=X if used.all() else X[used],
        y=label,
        weight=weights[used],
        at=np.asarray(at, dtype=np.float64)[used],
        known_at=np.asarray(known_at, dtype=np.float64)[used],
        lead=who[used],
        age_days=age,
        ages=(0.0, *(a for a, count in zip(ages[1:], counts[1:], strict=True) if count >= _MIN_ROWS_BY_AGE)),
        first=first if 0 < label[first].sum() < first.sum() else np.ones(len(label), dtype=bool),
    )


def _past(rows: _Rows, settings: TrainSection, seed: int) -> _Past | None:
    folds = rolling_origin(rows.y, at=rows.at, known_at=rows.known_at, lead=rows.lead, folds=settings.folds)
    if not folds.folds:
        return None
    grid = candidates.candidates(settings.tune)
    predictions = candidates.tree_predictions(
        rows.X,
        rows.y,
        rows.weight,
        folds,
        grid,
        min_level_rows=_MIN_LEVEL_ROWS,
        seed=seed,
        threads=settings.threads,
    )
    base = candidates.base_predictions(rows.y, rows.weight, nearest_age(rows.age_days, rows.ages), folds)
    middle = grid.index(candidates.MIDDLE)
    choice = choose(predictions.test, base, middle, rows.y, rows.weight, folds, time_blocks(folds, rows.at))
    return _Past(folds, grid, predictions, base, choice)


def _shape(rows: _Rows, log_odds: Floats, folds: Folds, use: NDArray[np.bool_]) -> Calibration:
    """Slopes, and the levels of ages beside each other, from out-of-time log-odds.

    The common level of each fold is taken out first, since it tells how the past moved and not how the model errs.
    """
    levelled = np.full(len(log_odds), np.nan)
    for fold in folds.folds:
        test = fold.test[use[fold.test]]
        first = test[rows.first[test]]
        if len(first):
            levelled[test] = log_odds[test] + level_shift(log_odds[first], rows.y[first], rows.weight[first])
    return fit_calibration(levelled, rows.y, rows.weight, rows.age_days, rows.ages)


def _level(rows: _Rows, log_odds: Floats, shape: Calibration, train: NDArray[np.intp]) -> Level:
    """Level of the newest of the rows `train`, given the log-odds of those rows."""
    at_mql = rows.first[train]
    which = train[at_mql]
    calibrated = shape.calibrated(log_odds[at_mql], rows.age_days[which])
    return newest_level(
        calibrated, rows.y[which], rows.weight[which], rows.at[which], float(rows.known_at[train].max())
    )


def _out_of_time(rows: _Rows, past: _Past | None, signal: bool, fitted: ConversionModel) -> pd.DataFrame:
    count = len(rows.y)
    log_odds, base, others, then = (np.full(count, np.nan) for _ in range(4))
    fold = past.folds.number_of(count) if past else np.zeros(count, dtype=np.int64)
    if past:
        base = probability(past.base)
        log_odds = past.nested() if signal else past.base
        for part, position, train in zip(past.folds.folds, past.choice.nested, past.predictions.train, strict=True):
            test, age = part.test, rows.age_days[part.test]
            if not signal:
                others[test] = fitted.calibration.probability(np.full(len(test), fitted.base_log_odds), age)
                then[test] = base[test]
                continue
            for target, use in ((others, fold != part.number), (then, fold < part.number)):
                shape = _shape(rows, log_odds, past.folds, use)
                level = _level(rows, train[position], shape, part.train)
                target[test] = shape.raised(level.shift).probability(log_odds[test], age)
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


def _report(rows: _Rows, past: _Past | None, signal: bool, fitted: ConversionModel) -> FitReport:
    table = _out_of_time(rows, past, signal, fitted)
    fold = table["fold"].to_numpy()
    band = nearest_age(rows.age_days, rows.ages)

    def judged(column: str, which: NDArray[np.bool_]) -> Metrics:
        tested = which & (fold > 0)
        return metrics(table[column].to_numpy(dtype=np.float64)[tested], rows.y[tested])

    once = ~pd.Series(rows.lead).duplicated().to_numpy()
    numbers = [part.number for part in past.folds.folds] if past else []
    return FitReport(
        signal=signal,
        validation=past.folds.kind if past else "none",
        gain=past.choice.gain.mean if past else float("nan"),
        gain_standard_error=past.choice.gain.standard_error if past else float("nan"),
        metrics=judged("p_sql_then", rows.first),
        base_metrics=judged("base", rows.first),
        by_age={age: judged("p_sql_then", band == k) for k, age in enumerate(rows.ages) if k > 0},
        by_fold={number: judged("p_sql_then", rows.first & (fold == number)) for number in numbers},
        rows=len(rows.y),
        leads=int(once.sum()),
        positives=int(rows.y[once].sum()),
        hyperparameters={"family": fitted.family, **(asdict(past.chosen) if past and signal else {})},
        candidates={candidates.name(s): loss for s, loss in zip(past.grid, past.choice.losses)} if past else {},
        out_of_time=table,
    )
