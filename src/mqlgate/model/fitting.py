"""From labelled rows to a `ConversionModel` and an honest report: folds, choice, fit, level, calibration, interval.

The one place where the parts of this folder meet. Every figure of the report is out of time.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.model import candidates, past
from mqlgate.model.additive import AdditiveModel
from mqlgate.model.base_rate import BaseRate
from mqlgate.model.calibration import Calibration
from mqlgate.model.conversion import ConversionModel
from mqlgate.model.crossfit import Fit
from mqlgate.model.encoding import Encoding
from mqlgate.model.estimator import MqlClassifier
from mqlgate.model.interval import Interval, refits
from mqlgate.model.losses import Metrics, metrics
from mqlgate.model.past import Past
from mqlgate.model.report import FitReport
from mqlgate.model.rows import Rows, labelled_rows
from mqlgate.model.settings import TrainSection
from mqlgate.model.trees import TreeSettings
from mqlgate.model.workers import ONE_THREAD

BASE_RATE, TREES = "base_rate", "trees"


@dataclass(frozen=True)
class Fitted:
    """A model and what is known of it."""

    model: ConversionModel
    report: FitReport


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
    horizon_days: float | None = None,
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
        What each row weighs; the default is that of `rows.snapshot_weights`. Rows of weight 0 are left out.
    horizon_days
        Days within which an acceptance counts: beyond the last landmark, chances fall to none at the horizon. Where it
        is None they stay as they were at the last landmark.

    Raises
    ------
    ValueError
        If there are no rows, a label is neither 0 nor 1, all are equal, or a time is not finite.
    """
    rows = labelled_rows(
        X,
        y,
        at=at,
        known_at=known_at,
        lead=lead,
        age_days=age_days,
        settings=settings,
        weight=weight,
        horizon_days=horizon_days,
    )
    known = past.replay(rows, candidates.candidates(settings.tune), settings, seed)
    signal = bool(known and known.choice.signal)
    model = _fit(rows, known, signal, settings, seed)
    return Fitted(model, _report(rows, known, model.family, settings, seed))


def judge_recipe(
    X: pd.DataFrame,
    y: Any,
    *,
    at: Any,
    known_at: Any,
    lead: Any,
    age_days: Any,
    settings: TrainSection,
    seed: int,
    hyperparameters: Mapping[str, Any],
    weight: Any = None,
    horizon_days: float | None = None,
) -> pd.DataFrame:
    """What a recipe that is already settled would have said: its `out_of_time` table, as in `report.FitReport`.

    It is refitted at the same origins as `fit_conversion` uses for the same rows, with the `hyperparameters` of its
    report and the columns of `X`, so two recipes are judged on the same leads by predictions that used none of their
    outcomes.

    Raises
    ------
    ValueError
        As `fit_conversion`, and if the hyperparameters are of no known family.
    """
    said = dict(hyperparameters)
    family = said.pop("family", None)
    if family not in (BASE_RATE, TREES):
        raise ValueError(f"hyperparameters are of an unknown family of models: {family!r}")
    rows = labelled_rows(
        X,
        y,
        at=at,
        known_at=known_at,
        lead=lead,
        age_days=age_days,
        settings=settings,
        weight=weight,
        horizon_days=horizon_days,
    )
    settled = TreeSettings(**said) if family == TREES else candidates.CAUTIOUS
    return past.out_of_time_table(rows, past.replay(rows, (settled,), settings, seed), family == TREES, settings, seed)


def _fit(rows: Rows, known: Past | None, signal: bool, settings: TrainSection, seed: int) -> ConversionModel:
    settled = known.chosen if known else candidates.CAUTIOUS
    everything = np.arange(len(rows.y))
    model: AdditiveModel
    if signal and known:
        trained = MqlClassifier.of(settled, seed, ONE_THREAD).set_params(min_level_rows=past.MIN_LEVEL_ROWS)
        model = trained.fit(rows.X, rows.y, sample_weight=rows.weight).set_params(n_jobs=settings.threads)
        (shape,) = past.shapes(rows, [Fit(everything, settled)], settings, seed)
        level = past.level(rows, model.log_odds(rows.X), shape, everything)
        calibration = shape.raised(level.shift)
        apart = level.variance
    else:
        base, calibration = past.base_map(rows)
        model = BaseRate(tuple(str(name) for name in rows.X.columns), base)
        level = past.level(rows, model.log_odds(rows.X), calibration, everything)
        # The base rate is not moved, so the distance that it has from the newest rows is part of its error.
        apart = level.variance + level.shift**2
    encoding = Encoding.learn(rows.X, past.MIN_LEVEL_ROWS, rows.weight)
    members = refits(
        rows.X,
        rows.y,
        rows.weight,
        rows.lead,
        encoding,
        settled,
        count=settings.bootstraps,
        seed=seed,
        threads=settings.threads,
    )
    # Refits beside the base rate tell what the columns might yet mean; its own map is not for their log-odds.
    applies = calibration if signal else Calibration.identity()
    interval = Interval(encoding, members, applies, apart, settings.threads)
    return ConversionModel(TREES if signal else BASE_RATE, model, calibration, interval)


def _report(rows: Rows, known: Past | None, family: str, settings: TrainSection, seed: int) -> FitReport:
    signal = family != BASE_RATE
    table = past.out_of_time_table(rows, known, signal, settings, seed)
    fold = table["fold"].to_numpy()

    def judged(column: str, which: NDArray[np.bool_]) -> Metrics:
        tested = which & (fold > 0)
        return metrics(table[column].to_numpy(dtype=np.float64)[tested], rows.y[tested])

    once = ~pd.Series(rows.lead).duplicated().to_numpy()
    numbers = [part.number for part in known.folds.folds] if known else []
    return FitReport(
        signal=signal,
        validation=known.folds.kind if known else "none",
        gain=known.choice.gain.mean if known else float("nan"),
        gain_standard_error=known.choice.gain.standard_error if known else float("nan"),
        metrics=judged("p_sql_then", rows.first),
        base_metrics=judged("base", rows.first),
        by_age={age: judged("p_sql_then", rows.band == k) for k, age in enumerate(rows.ages) if k > 0},
        by_fold={number: judged("p_sql_then", rows.first & (fold == number)) for number in numbers},
        rows=len(rows.y),
        leads=int(once.sum()),
        positives=int(rows.y[once].sum()),
        hyperparameters={"family": family, **(asdict(known.chosen) if known and signal else {})},
        candidates={candidates.name(s): loss for s, loss in zip(known.grid, known.choice.losses)} if known else {},
        out_of_time=table,
    )
