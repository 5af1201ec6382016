"""What is known of a fit: what a person, a gate and a model card read. Computes no prediction."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from mqlgate.model.losses import Metrics
from mqlgate.model.validation import Kind


@dataclass(frozen=True)
class FitReport:
    """What is known of a fit.

    Metrics are of MQL snapshots (age 0) as they would have been predicted then: model, hyperparameters, calibration and
    level from what the fold trained on, nothing else. `by_age` holds the same for each landmark age, `by_fold` for each
    fold. `validation` is what the folds can claim (see `validation.Folds`). `gain` is the fall of log loss from the
    base rate to the model, all ages, both with each fold's level set right.

    `out_of_time` has one row for each row of `X`, NaN (fold 0) where no fold tested it:

    - `log_odds`: uncalibrated, by a model that used nothing of the row's fold or of later ones;
    - `p_sql_then`: that, calibrated by what the fold trained on: what would have been said then, and what models are
      compared on;
    - `p_sql`: what a gate is chosen on: the same, but where there is no signal the final rate, equal for all of an age,
      since the rates of different folds would part leads by nothing but their date;
    - `base`: the base rate of the fold's training rows at that age;
    - `label`, `fold` and `age_days`.
    """

    signal: bool
    validation: Kind
    gain: float
    gain_standard_error: float
    metrics: Metrics
    base_metrics: Metrics
    by_age: dict[float, Metrics]
    by_fold: dict[int, Metrics]
    rows: int
    leads: int
    positives: int
    hyperparameters: dict[str, Any]
    candidates: dict[str, float]
    out_of_time: pd.DataFrame

    @property
    def log_loss(self) -> float:
        """Out-of-time log loss of MQL snapshots."""
        return self.metrics.log_loss

    @property
    def base_log_loss(self) -> float:
        """That of the base rate known at the same moments."""
        return self.base_metrics.log_loss
