"""The features of a CRM as a table: what each is, how often it is missing, how much it matters to the champion."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mqlgate import crm as crms
from mqlgate.config import Config
from mqlgate.features.catalogue import FeaturePlan
from mqlgate.model.settings import TrainSection
from mqlgate.progress import Step, silent
from mqlgate.registry.settings import TrackingSection
from mqlgate.training.cohort import gather

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Catalogue:
    """One row a feature: name, source, group, unit, missing, importance (mean size of its log-odds), definition."""

    table: "pd.DataFrame"
    version: int | None

    def to_json(self) -> dict[str, Any]:
        """As `features --json` prints it."""
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        return {"version": self.version, "features": rows}

    def words(self) -> str:
        """As `features` prints it."""
        lines = [f"{'feature':44} {'group':7} {'unit':9} {'missing':>8} {'matters':>8}"]
        for row in self.table.to_dict("records"):
            matters = "" if math.isnan(row["importance"]) else f"{row['importance']:8.3f}"
            told = f"{row['name'][:44]:44} {row['group']:7} {row['unit']:9} {row['missing']:8.1%}"
            lines.append(f"{told} {matters}")
        last = (
            "There is no champion yet."
            if self.version is None
            else f"'matters': mean size in log-odds, version {self.version}."
        )
        return "\n".join([*lines, f"{len(self.table)} features. {last}"])


def catalogued(
    config: Config,
    *,
    now: datetime,
    as_of: datetime | None,
    frames: "Mapping[str, pd.DataFrame] | None",
    step: Step = silent,
) -> Catalogue:
    """The features that training would use now; those of the champion where there is one."""
    import numpy as np
    import pandas as pd

    from mqlgate.registry.versions import Registry

    step("reading the tables")
    crm = crms.load(config, now=now, as_of=as_of, frames=frames)
    registry = Registry(config[TrackingSection], config.directory)
    number = registry.champion()
    version = registry.load(number)[1] if number is not None else None
    plan = FeaturePlan.from_json(dict(version.recipe.plan)) if version else None
    step("building features")
    cohort = gather(crm, crm.as_of, config[TrainSection].landmark_ages_days, plan)
    importance = (
        np.abs(version.model().contributions(cohort.X)).mean(axis=0)
        if version
        else np.full(len(cohort.plan.names), np.nan)
    )
    table = pd.DataFrame(
        {
            "name": [f.name for f in cohort.plan.features],
            "source": [f.source for f in cohort.plan.features],
            "group": [f.group for f in cohort.plan.features],
            "unit": [f.unit for f in cohort.plan.features],
            "missing": cohort.X.isna().mean().to_numpy(),
            "importance": importance,
            "definition": [f.definition for f in cohort.plan.features],
        }
    )
    return Catalogue(table, number)
