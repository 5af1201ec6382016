"""`ConversionModel`: an additive model, its calibration and its interval, as one frozen thing that is stored as text.

Predicts and explains; `fitting` makes it. Knows frames and ages, never leads or files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from mqlgate.errors import quoted
from mqlgate.model.additive import AdditiveModel, Floats
from mqlgate.model.base_rate import BaseRate
from mqlgate.model.calibration import Calibration
from mqlgate.model.estimator import MqlClassifier
from mqlgate.model.interval import Interval

FAMILIES: dict[str, type[AdditiveModel]] = {"trees": MqlClassifier, "base_rate": BaseRate}
_FAMILY_FILE = "model/family.json"


@dataclass(frozen=True)
class ConversionModel:
    """P(SQL) of a snapshot of which the columns and the age are known."""

    family: str
    model: AdditiveModel
    calibration: Calibration
    interval: Interval

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that `X` must have; more are ignored, and their order is free."""
        return self.model.columns

    @property
    def base_log_odds(self) -> float:
        """Uncalibrated log-odds that contributions start from, the same for every row."""
        return self.model.base_log_odds

    def predict(self, X: pd.DataFrame, age_days: Floats | float = 0.0) -> pd.DataFrame:
        """Columns `p_sql`, `p_sql_low`, `p_sql_high` (probabilities inside (0, 1)) and `log_odds` (uncalibrated).

        The index is that of `X`. `age_days` is days since the lead became an MQL, 0 where it is not one.

        Raises
        ------
        ValueError
            If a column is missing, or one that was a number holds words.
        """
        table, age = self._aligned(X), _ages(age_days, len(X))
        log_odds = self.model.log_odds(table)
        centre = self.calibration.calibrated(log_odds, age)
        low, high = self.interval.bounds(table, centre, self.calibration.variance(log_odds, age), age)
        p = self.calibration.probability(log_odds, age)
        return pd.DataFrame({"p_sql": p, "p_sql_low": low, "p_sql_high": high, "log_odds": log_odds}, index=X.index)

    def probability(self, X: pd.DataFrame, age_days: Floats | float = 0.0) -> Floats:
        """`p_sql` alone, without the cost of the interval."""
        return self.calibration.probability(self.model.log_odds(self._aligned(X)), _ages(age_days, len(X)))

    def contributions(self, X: pd.DataFrame) -> Floats:
        """Uncalibrated log-odds by row and column: base plus row sum is `log_odds`, to 1e-9."""
        return self.model.contributions(self._aligned(X))

    def to_files(self) -> dict[str, str]:
        """Relative path to text: `model/`, `calibration.json`, `bootstrap/`."""
        return {
            _FAMILY_FILE: json.dumps({"family": self.family}, indent=1),
            **_under("model/", self.model.to_files()),
            **self.calibration.to_files(),
            **_under("bootstrap/", self.interval.to_files()),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """The model that `to_files` wrote; other files are ignored.

        Raises
        ------
        ValueError
            If the family is not known to this version of mqlgate.
        """
        family = json.loads(files[_FAMILY_FILE])["family"]
        if family not in FAMILIES:
            raise ValueError(f"unknown family of models {quoted(family)}; known are {', '.join(FAMILIES)}")
        return cls(
            family,
            FAMILIES[family].from_files(_of("model/", files)),
            Calibration.from_files(files),
            Interval.from_files(_of("bootstrap/", files)),
        )

    def _aligned(self, X: pd.DataFrame) -> pd.DataFrame:
        columns = list(self.columns)
        if list(X.columns) == columns:
            return X
        missing = [column for column in columns if column not in X.columns]
        if missing:
            named = ", ".join(quoted(column) for column in missing[:5])
            raise ValueError(f"{len(missing)} of {len(columns)} columns are missing: {named}")
        return X[columns]


def _ages(age_days: Floats | float, rows: int) -> Floats:
    return np.broadcast_to(np.asarray(age_days, dtype=np.float64), (rows,))


def _under(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {folder + path: text for path, text in files.items()}


def _of(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {path.removeprefix(folder): text for path, text in files.items() if path.startswith(folder)}
