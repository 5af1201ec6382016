"""Champion against challenger: both recipes refitted at the same past moments and judged on the same leads.

Neither side's predictions used an outcome of the leads that judge it. Never promotes: who wins is told, not acted on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mqlgate.crm import Crm
from mqlgate.features.build import build
from mqlgate.features.catalogue import FeaturePlan
from mqlgate.model.settings import TrainSection
from mqlgate.training.cohort import Cohort

if TYPE_CHECKING:
    import pandas as pd

    from mqlgate.registry.versions import Registry

_STANDARD_ERRORS = 1.645
"""One-sided 95 %: a challenger that is no better is promoted in at most 5 % of months."""


_BLOCKS = 20
_FEWEST = 2 * _BLOCKS
"""Leads below which there is nothing to compare."""


@dataclass(frozen=True)
class Duel:
    """Mean log loss of champion minus challenger (positive: the challenger is better), with its 90 % interval."""

    champion: int
    leads: int
    difference: float
    low: float
    high: float

    @property
    def won(self) -> bool:
        """Whether the challenger is better beyond noise."""
        return self.low > 0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "champion": self.champion,
            "leads": self.leads,
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "won": self.won,
        }

    def words(self) -> str:
        """One sentence."""
        verdict = "the challenger wins" if self.won else "not beyond noise, so the champion stays"
        return (
            f"Against champion {self.champion} on {self.leads:,} leads: log loss lower by {self.difference:+.4f} "
            f"({self.low:+.4f} to {self.high:+.4f}): {verdict}."
        )


def duel(
    registry: "Registry", crm: Crm, cohort: Cohort, hyperparameters: Mapping[str, Any], settings: TrainSection
) -> Duel | None:
    """Judge a challenger against the champion of the registry; None where no lead was judged out of time by both."""
    import numpy as np

    from mqlgate.model.fitting import judge_recipe
    from mqlgate.model.losses import log_loss, log_odds_of, paired_difference

    number, champion = registry.load()
    plan = FeaturePlan.from_json(dict(champion.recipe.plan))
    rows = cohort.rows

    def judged(X: "pd.DataFrame", seed: int, hyperparameters: Mapping[str, Any]) -> "pd.DataFrame":
        return judge_recipe(
            X,
            rows["label"],
            at=rows["at"],
            known_at=rows["known_at"],
            lead=rows["row"],
            age_days=rows["age_days"],
            settings=settings,
            seed=seed,
            hyperparameters=hyperparameters,
            horizon_days=crm.closing_days,
        )

    # Both recipes are settled, so that neither has an advantage by what it was allowed to choose in each fold.
    theirs = judged(build(crm, "snapshot", plan), champion.recipe.seed, champion.recipe.hyperparameters)
    ours = judged(cohort.X, settings.seed, hyperparameters)
    at_mql = (
        (rows["age_days"].to_numpy() == 0)
        & ours["p_sql_then"].notna().to_numpy()
        & theirs["p_sql_then"].notna().to_numpy()
    )
    if at_mql.sum() < _FEWEST:
        return None
    y = rows["label"].to_numpy(dtype=np.float64)[at_mql]
    losses = [log_loss(log_odds_of(table["p_sql_then"].to_numpy()[at_mql]), y) for table in (theirs, ours)]
    # Leads of one stretch of time share what it was like, so stretches, not leads, are taken as independent.
    order = np.argsort(rows["at"].to_numpy()[at_mql], kind="stable")
    block = np.empty(len(order), dtype=np.int64)
    block[order] = np.arange(len(order)) * _BLOCKS // len(order)
    found = paired_difference(losses[0], losses[1], np.ones(len(y)), block)
    spread = _STANDARD_ERRORS * found.standard_error
    return Duel(number, int(at_mql.sum()), found.mean, found.mean - spread, found.mean + spread)
