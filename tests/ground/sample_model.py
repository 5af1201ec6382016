"""A small model that was really fitted, and the version that holds it."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ground.sample_version import a_recipe, a_version
from mqlgate.model.conversion import ConversionModel
from mqlgate.version import RecipeFeature, Version

FEATURES = (
    RecipeFeature("visits", "number", "TotalVisits", "intent", "visits"),
    RecipeFeature("industry", "category", "industry", "fit"),
    RecipeFeature("age_days", "number", "age", "other", "days"),
)


def snapshots(rows: int, seed: int = 0) -> pd.DataFrame:
    """Features of `rows` snapshots, some of them missing."""
    draw = np.random.default_rng(seed)
    visits = draw.poisson(4, rows).astype(float)
    industry = draw.choice(np.array(["software", "retail", "steel"], dtype=object), rows)
    visits[draw.random(rows) < 0.1] = np.nan
    industry[draw.random(rows) < 0.1] = None
    return pd.DataFrame({"visits": visits, "industry": industry, "age_days": draw.choice([0.0, 7.0, 30.0], rows)})


@cache
def fitted() -> ConversionModel:
    """A model of `snapshots`."""
    from mqlgate.model.fitting import fit_conversion
    from mqlgate.model.settings import TrainSection

    X = snapshots(800)
    odds = -1.5 + 0.4 * X["visits"].fillna(2) - 1.0 * (X["industry"] == "steel") - 0.02 * X["age_days"]
    y = (np.random.default_rng(1).random(len(X)) < 1 / (1 + np.exp(-odds))).astype(int)
    order: Any = np.arange(len(X), dtype=float)
    settings = TrainSection(threads=1, tune=False, bootstraps=5, folds=2)
    known = {"at": order, "known_at": order, "lead": order, "age_days": X["age_days"].to_numpy()}
    return fit_conversion(X, y, **known, settings=settings, seed=0).model


def fitted_version() -> Version:
    """The version that holds it."""
    return a_version(recipe=a_recipe(features=FEATURES), model_files=fitted().to_files())
