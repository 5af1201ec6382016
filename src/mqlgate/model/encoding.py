"""From a table of numbers and words to the matrix of numbers that trees are grown on.

Levels of categories are learnt once and stored: rare ones fold into one code, a level never seen takes the same code,
and missing has a code of its own. Never sees the label, so it leaks nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.errors import quoted
from mqlgate.model.additive import Floats

FILE = "encoding.json"
MISSING, OTHER, FIRST_LEVEL = 0, 1, 2


@dataclass(frozen=True)
class Encoding:
    """Columns in order, and for each its levels, or None where it is a number.

    A category is coded 0 where missing, 1 where its level is rare or new, and from 2 on by level, the commonest first.
    """

    columns: tuple[str, ...]
    levels: tuple[tuple[str, ...] | None, ...]

    @classmethod
    def learn(cls, X: pd.DataFrame, min_level_rows: int, weight: Floats) -> Self:
        """Which columns are numbers, and the levels of those that are not.

        A level is kept where it stands in at least `min_level_rows` rows, rows counted by `weight` (1 each, or less
        where several rows tell of one lead).

        Raises
        ------
        TypeError
            If a column holds what is neither a number nor a text, such as a list or a date.
        """
        levels = tuple(
            None if _is_number(X.iloc[:, j]) else _levels(X.iloc[:, j], min_level_rows, weight)
            for j in range(X.shape[1])
        )
        return cls(tuple(str(name) for name in X.columns), levels)

    @property
    def categorical(self) -> list[int]:
        """Positions of the columns that are categories."""
        return [j for j, levels in enumerate(self.levels) if levels is not None]

    def encode(self, X: pd.DataFrame) -> Floats:
        """The matrix (n, columns), missing numbers as NaN.

        Columns are taken by position; whoever calls has put them in order.

        Raises
        ------
        ValueError
            If a column that was a number now holds words, or a number is infinite.
        """
        matrix = np.empty((len(X), len(self.levels)), dtype=np.float64)
        for j, levels in enumerate(self.levels):
            column = X.iloc[:, j]
            matrix[:, j] = _numbers(column) if levels is None else _codes(column, levels)
        infinite = np.isinf(matrix).any(axis=0)
        if infinite.any():
            named = ", ".join(quoted(self.columns[j]) for j in np.flatnonzero(infinite)[:3])
            raise ValueError(f"Input X contains infinity in column {named}; a missing value is NaN")
        return matrix

    def to_files(self) -> dict[str, str]:
        """One JSON file."""
        stored = {"columns": list(self.columns), "levels": [None if v is None else list(v) for v in self.levels]}
        return {FILE: json.dumps(stored, indent=1)}

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """The encoding that `to_files` wrote."""
        stored = json.loads(files[FILE])
        return cls(tuple(stored["columns"]), tuple(None if v is None else tuple(v) for v in stored["levels"]))


def _is_number(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_timedelta64_dtype(column.dtype):
        raise TypeError(f"column {quoted(column.name)} holds times; argument must be a string or a number")
    known = column.dropna()
    strange = next((v for v in known if not isinstance(v, (str, int, float, bool, np.number, np.bool_))), None)
    if strange is not None:
        kind = type(strange).__name__
        raise TypeError(f"column {quoted(column.name)} holds a {kind}; argument must be a string or a number")
    return len(known) > 0 and not any(isinstance(v, str) for v in known)


def _levels(column: pd.Series, min_level_rows: int, weight: Floats) -> tuple[str, ...]:
    texts, missing = _texts(column)
    counts = pd.Series(weight[~missing]).groupby(texts[~missing]).sum()
    # The tolerance lets three landmark rows of a third each count as one.
    common = counts[counts >= min_level_rows - 1e-9]
    return tuple(sorted(common.index, key=lambda level: (-round(common[level], 6), level)))


def _codes(column: pd.Series, levels: tuple[str, ...]) -> NDArray[np.float64]:
    texts, missing = _texts(column)
    found = pd.Index(levels, dtype=object).get_indexer(pd.Index(texts, dtype=object))
    codes = np.where(found < 0, OTHER, found + FIRST_LEVEL).astype(np.float64)
    codes[missing] = MISSING
    return codes


def _texts(column: pd.Series) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Values as text, and which are missing; 1.0 and 1 are the same text, as in the rest of the product."""
    missing = column.isna().to_numpy(dtype=bool)
    values = column.to_numpy(dtype=object)
    texts = np.array([v if type(v) is str else _text(v) for v in values], dtype=object)
    texts[missing] = ""
    return texts, missing


def _text(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    try:
        return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError):
        words = next((v for v in column.dropna() if not _reads_as_number(v)), None)
        raise ValueError(
            f"column {quoted(column.name)} was a number when the model was fitted and now holds {quoted(words)}"
        ) from None


def _reads_as_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True
