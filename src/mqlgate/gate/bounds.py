"""Exact bounds for a rate that was seen in a number of leads. Never chooses a gate.

All of them are Clopper and Pearson's (1934), so they hold for ten leads as for ten thousand.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def sql_rate_lower_bound(sqls: int, leads: int, confidence: float = 0.95) -> float:
    """Lowest SQL rate that the data do not rule out (exact, one-sided).

    Clopper and Pearson (1934): the rate at which seeing `sqls` or more SQLs among `leads` leads has probability
    1 - `confidence`. Exact for any number of leads, so it holds for ten leads as for ten thousand.

    Returns
    -------
    A rate in [0, 1]; 0.0 where `leads` is 0.

    Raises
    ------
    ValueError
        If `sqls` exceeds `leads`, or `confidence` is outside (0, 1).

    Examples
    --------
    >>> round(sql_rate_lower_bound(30, 100), 4)
    0.2249
    """
    return float(lower_bounds([sqls], [leads], confidence)[0])


def sql_rate_upper_bound(sqls: int, leads: int, confidence: float = 0.95) -> float:
    """Highest SQL rate that the data do not rule out (exact, one-sided); the mirror of `sql_rate_lower_bound`.

    Returns
    -------
    A rate in [0, 1]; 1.0 where `leads` is 0.

    Raises
    ------
    ValueError
        If `sqls` exceeds `leads`, or `confidence` is outside (0, 1).
    """
    return float(upper_bounds([sqls], [leads], confidence)[0])


def sql_rate_interval(sqls: int, leads: int, confidence: float = 0.95) -> tuple[float, float]:
    """Both bounds at once (exact, two-sided, half of 1 - `confidence` in each tail).

    Raises
    ------
    ValueError
        If `sqls` exceeds `leads`, or `confidence` is outside (0, 1).
    """
    _check_confidence(confidence)
    one_sided = (1 + confidence) / 2
    return sql_rate_lower_bound(sqls, leads, one_sided), sql_rate_upper_bound(sqls, leads, one_sided)


def lower_bounds(sqls: ArrayLike, leads: ArrayLike, confidence: float) -> FloatArray:
    """`sql_rate_lower_bound` for arrays of one shape."""
    seen, among = _counts(sqls, leads)
    _check_confidence(confidence)
    bound = np.zeros(seen.shape)
    some = seen > 0
    bound[some] = betaincinv(seen[some], among[some] - seen[some] + 1, 1 - confidence)
    return bound


def upper_bounds(sqls: ArrayLike, leads: ArrayLike, confidence: float) -> FloatArray:
    """`sql_rate_upper_bound` for arrays of one shape."""
    seen, among = _counts(sqls, leads)
    _check_confidence(confidence)
    bound = np.ones(seen.shape)
    some = seen < among
    bound[some] = betaincinv(seen[some] + 1, among[some] - seen[some], confidence)
    return bound


def p_values(sqls: ArrayLike, leads: ArrayLike, rate: float) -> FloatArray:
    """Probability of `sqls` or more SQLs among `leads` leads whose SQL rate is `rate`: P(Binomial >= sqls).

    Small values speak against 'the rate is `rate` or less'. 1.0 where no SQL was seen.
    """
    seen, among = _counts(sqls, leads)
    p = np.ones(seen.shape)
    some = seen > 0
    p[some] = betainc(seen[some], among[some] - seen[some] + 1, rate)
    return p


def _counts(sqls: ArrayLike, leads: ArrayLike) -> tuple[FloatArray, FloatArray]:
    seen, among = np.asarray(sqls, dtype=np.float64), np.asarray(leads, dtype=np.float64)
    if np.any(seen > among) or np.any(seen < 0):
        raise ValueError("sqls must lie between 0 and leads")
    return seen, among


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, both excluded, not {confidence}")
