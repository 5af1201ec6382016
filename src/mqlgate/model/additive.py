"""The one face of every model: a sum, in log-odds, of a base and one contribution a column.

What can be written so can be explained exactly, blended by averaging, and stored as text. This file fits nothing.
"""

from collections.abc import Mapping
from typing import Protocol, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class AdditiveModel(Protocol):
    """A model whose log-odds are `base_log_odds` plus the row sum of `contributions`, to 1e-9."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns it was fitted on, in order; `X` holds them in this order."""

    @property
    def base_log_odds(self) -> float:
        """What it says of a row of which nothing is known."""

    def log_odds(self, X: pd.DataFrame) -> Floats:
        """Uncalibrated log-odds of the positive class, one for each row."""

    def contributions(self, X: pd.DataFrame) -> Floats:
        """Log-odds by row and column, shape (n, len(columns))."""

    def to_files(self) -> dict[str, str]:
        """File name to text; everything that `from_files` needs."""

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """The model that `to_files` wrote."""
