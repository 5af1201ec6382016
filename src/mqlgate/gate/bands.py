"""Score bands: what became of the leads that were scored from here to there. Never recommends anything."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mqlgate.gate.bounds import lower_bounds, upper_bounds

_WIDTHS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
_MOST_BANDS = 12
_TWO_SIDED_95 = 0.975


@dataclass(frozen=True)
class Band:
    """Leads scored from `low` (included) to `high` (excluded).

    `rate` is None in a band without leads. `low95` and `high95` are the exact two-sided 95 % interval of this band
    alone.
    """

    low: float
    high: float
    leads: int
    sqls: int
    rate: float | None
    low95: float
    high95: float


def score_bands(scores: ArrayLike, labels: ArrayLike) -> tuple[Band, ...]:
    """Bands of equal width over the range of the scores, ascending, at most twelve.

    The width is the smallest round one, from 0.1 to 10 points, that needs no more: it looks at the scores only, so the
    intervals stay exact. Bands without leads inside the range are kept: there nothing is known.
    """
    score, is_sql = np.asarray(scores, dtype=np.float64), np.asarray(labels) == 1
    if len(score) == 0:
        return ()
    lowest, highest = float(score.min()), float(score.max())
    ends = next(ends for ends in (_ends(lowest, highest, width) for width in _WIDTHS) if ends.bands <= _MOST_BANDS)
    edges = np.round(np.arange(ends.first, ends.last + 2) * ends.width, 3)
    band = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, ends.bands - 1)
    leads = np.bincount(band, minlength=ends.bands)
    sqls = np.bincount(band[is_sql], minlength=ends.bands)
    low95, high95 = lower_bounds(sqls, leads, _TWO_SIDED_95), upper_bounds(sqls, leads, _TWO_SIDED_95)
    return tuple(
        Band(float(low), float(high), int(n), int(k), float(k / n) if n else None, float(bottom), float(top))
        for low, high, n, k, bottom, top in zip(edges[:-1], edges[1:], leads, sqls, low95, high95, strict=True)
    )


class _Ends(NamedTuple):
    width: float
    first: int
    last: int

    @property
    def bands(self) -> int:
        return self.last - self.first + 1


def _ends(lowest: float, highest: float, width: float) -> _Ends:
    # A score of exactly 1 belongs to the band that ends there.
    top = round(1 / width) - 1
    first, last = (min(int(np.floor(np.round(end / width, 9))), top) for end in (lowest, highest))
    return _Ends(width, first, last)
