"""Grades A to D: bands of probability around the gate, stored with a version. Never moves the gate."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_TOP_SHARE = 95  # percentile of scores from whose half way, in log-odds, A begins
_SMALLEST = 1e-6  # keeps log-odds finite


@dataclass(frozen=True)
class GradeBands:
    """Where grades begin: A from `a`, B from `b` (the gate), C from `d`, D below `d`. `d` <= `b` <= `a`."""

    a: float
    b: float
    d: float

    def to_dict(self) -> dict[str, float]:
        """As stored with a version."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "GradeBands":
        """The inverse of `to_dict`."""
        return cls(a=float(stored["a"]), b=float(stored["b"]), d=float(stored["d"]))


def grade_bands(gate: float, scores: ArrayLike) -> GradeBands:
    """Bands for a gate and the scores of a cohort.

    B begins at the gate and D ends at half of it; A begins midway, in log-odds, from the gate to the 95th percentile of
    the scores, at the gate where that percentile is lower (then no lead is a B).
    """
    score = np.asarray(scores, dtype=np.float64)
    top = float(np.percentile(score, _TOP_SHARE)) if len(score) else gate
    if top <= gate:
        return GradeBands(gate, gate, gate / 2)
    return GradeBands(max(gate, _sigmoid((_log_odds(gate) + _log_odds(top)) / 2)), gate, gate / 2)


def grade(p_sql: ArrayLike, bands: GradeBands) -> NDArray[np.object_]:
    """Grade of each probability, shape as `p_sql`; None where the probability is missing.

    >>> grade([0.1, 0.2, 0.3, 0.6], GradeBands(a=0.5, b=0.3, d=0.15)).tolist()
    ['D', 'C', 'B', 'A']
    """
    p = np.asarray(p_sql, dtype=np.float64)
    letters = np.select([p >= bands.a, p >= bands.b, p >= bands.d], ["A", "B", "C"], default="D").astype(object)
    letters[np.isnan(p)] = None
    return letters


def _log_odds(p: float) -> float:
    p = min(max(p, _SMALLEST), 1 - _SMALLEST)
    return float(np.log(p / (1 - p)))


def _sigmoid(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))
