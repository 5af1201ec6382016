"""How far the probability may be from what it says: refits on resampled leads, and what calibration cannot know.

Intervals are symmetric in log-odds around the calibrated prediction and never of zero width. It never moves a
prediction.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.model import trees
from mqlgate.model.additive import Floats
from mqlgate.model.calibration import Calibration
from mqlgate.model.encoding import Encoding
from mqlgate.model.losses import probability
from mqlgate.model.trees import TreeSettings
from mqlgate.model.workers import ONE_THREAD, each

if TYPE_CHECKING:
    from lightgbm import Booster

LEVEL = 0.9
FILE = "interval.json"
_NARROWEST = 1e-3


@dataclass(frozen=True)
class Interval:
    """Refits, the calibration that applies to them, and the variance of the level from one period to the next."""

    encoding: Encoding
    members: tuple["Booster", ...]
    calibration: Calibration
    level_variance: float
    threads: int

    def bounds(self, X: pd.DataFrame, centre: Floats, variance: Floats, age_days: Floats) -> tuple[Floats, Floats]:
        """Ends of the 90 % interval of the probability, for rows whose calibrated log-odds are `centre`.

        Its variance in log-odds is the sum of: the mean squared distance of the refits from the prediction (which holds
        their spread and their common bias), `variance` (of the calibration), and that of the level. The quantile is
        Student's, since few refits estimate their own spread badly.
        """
        from scipy.stats import t

        matrix = self.encoding.encode(X)
        squares = np.zeros(len(X))
        for member in self.members:
            refit = self.calibration.calibrated(trees.log_odds(member, matrix, self.threads), age_days)
            squares += (refit - centre) ** 2
        spread = squares / max(len(self.members), 1)
        error = np.sqrt(np.maximum(spread + variance + self.level_variance, _NARROWEST**2))
        degrees = len(self.members) - 1 if len(self.members) > 1 else np.inf
        reach = float(t.ppf((1 + LEVEL) / 2, degrees)) * error
        return probability(centre - reach), probability(centre + reach)

    def to_files(self) -> dict[str, str]:
        """Each refit as text, the rest as JSON."""
        members = {f"{number:03}.txt": trees.to_text(member) for number, member in enumerate(self.members)}
        stored = {"members": len(self.members), "level_variance": self.level_variance, "threads": self.threads}
        return {
            **members,
            FILE: json.dumps(stored, indent=1),
            **self.encoding.to_files(),
            **self.calibration.to_files(),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """The interval that `to_files` wrote."""
        stored = json.loads(files[FILE])
        members = tuple(trees.from_text(files[f"{number:03}.txt"]) for number in range(stored["members"]))
        return cls(
            Encoding.from_files(files),
            members,
            Calibration.from_files(files),
            float(stored["level_variance"]),
            int(stored["threads"]),
        )


def refits(
    X: pd.DataFrame,
    y: Floats,
    weight: Floats,
    lead: NDArray[np.generic],
    encoding: Encoding,
    settings: TreeSettings,
    *,
    count: int,
    seed: int,
    threads: int,
) -> tuple["Booster", ...]:
    """Fits on leads reweighted at random, undersmoothed (see `TreeSettings.undersmoothed`).

    The Bayesian bootstrap (Rubin 1981, Annals of Statistics 9): each lead, with all its rows, gets a weight drawn from
    the exponential distribution, so no refit loses a rare class or level altogether. None where there are no columns.
    """
    if X.shape[1] == 0:
        return ()
    code, known = pd.factorize(pd.Series(lead))
    draw = np.random.default_rng(seed)
    drawn = draw.standard_exponential((count, len(known)))
    matrix = encoding.encode(X)

    def some(numbers: range) -> list["Booster"]:
        binned = trees.dataset(matrix, y, weight, encoding.categorical, ONE_THREAD)
        found = []
        for number in numbers:
            binned.set_weight(weight * drawn[number][code])
            booster = trees.boost(binned, settings.undersmoothed(number), seed + number, ONE_THREAD)
            found.append(trees.from_text(trees.to_text(booster)))
        return found

    shares = [range(first, count, threads) for first in range(min(threads, count))]
    by_number = dict(
        zip((n for share in shares for n in share), (m for some_of in each(some, shares, threads) for m in some_of))
    )
    return tuple(by_number[number] for number in range(count))
