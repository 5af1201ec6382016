"""The honest answer where nothing is known: the rate of the past, the same for every row. Never looks at a column."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from mqlgate.model.additive import Floats

FILE = "base_rate.json"


@dataclass(frozen=True)
class BaseRate:
    """An additive model whose contributions are all zero."""

    columns: tuple[str, ...]
    base_log_odds: float

    @classmethod
    def fit(cls, columns: Sequence[str], y: Floats, weight: Floats) -> Self:
        """The weighted rate of `y` (0 or 1), as log-odds; both classes must be there.

        Raises
        ------
        ValueError
            If only one class carries weight.
        """
        return cls(tuple(columns), log_odds_of_rate(y, weight))

    def log_odds(self, X: pd.DataFrame) -> Floats:
        """The same log-odds for every row."""
        return np.full(len(X), self.base_log_odds)

    def contributions(self, X: pd.DataFrame) -> Floats:
        """Zeros, shape (n, len(columns))."""
        return np.zeros((len(X), len(self.columns)))

    def to_files(self) -> dict[str, str]:
        """One JSON file."""
        return {FILE: json.dumps({"columns": list(self.columns), "base_log_odds": self.base_log_odds}, indent=1)}

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """The base rate that `to_files` wrote."""
        stored = json.loads(files[FILE])
        return cls(tuple(stored["columns"]), float(stored["base_log_odds"]))


def log_odds_of_rate(y: Floats, weight: Floats) -> float:
    """Log-odds of the weighted share of ones.

    Raises
    ------
    ValueError
        If only one class carries weight: its log-odds would be infinite.
    """
    positive, negative = float(weight @ y), float(weight @ (1 - y))
    if positive <= 0 or negative <= 0:
        raise ValueError("a base rate needs rows of both classes")
    return float(np.log(positive / negative))
