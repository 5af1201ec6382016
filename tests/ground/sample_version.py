"""A version as a training hands it over, with texts and figures that break naive writers; it holds no model."""

import math
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from mqlgate.version import Recipe, RecipeColumn, RecipeFeature, Version


def a_recipe(**changed: Any) -> Recipe:
    return replace(
        Recipe(
            features=(
                RecipeFeature("visits", "number", "TotalVisits", "intent", "visits", "visits of the site"),
                RecipeFeature("industry", "category", "industry", "fit"),
            ),
            columns=(
                RecipeColumn("TotalVisits", "number", "intent", "leads"),
                RecipeColumn("industry", "category", "fit", "leads"),
            ),
            horizon_days=90.0,
            seed=7,
            as_of=datetime(2018, 2, 28, 23, 59, 59, 999999),
            code_version="0.1.0",
            landmarks=(0.0, 7.0, 30.0),
            hyperparameters={"num_leaves": 7, "learning_rate": 0.1 + 0.2, "monotone": None, "depths": [1, 2]},
            rows={"mature": 812, "censored": 88, "used": 812},
            data="aa" * 32,
            configuration="bb" * 32,
        ),
        **changed,
    )


def a_version(**changed: Any) -> Version:
    out_of_time = pd.DataFrame(
        {
            "lead_id": ["007", "=1+1", 'a,"b"\nc', "ünï", "NA"],
            "qualified_at": pd.to_datetime(
                ["2018-01-01", None, "2018-01-02T03:04:05.000006", "2018-01-03", "2018-01-04"], format="ISO8601"
            ),
            "p_sql": [0.1 + 0.2, 1e-300, math.nextafter(1.0, 0.0), 1 / 3, np.nan],
            "label": [1, 0, 0, 1, 0],
            "mature": [True, False, True, True, False],
            "source": ["web", None, "", "null", "x" * 500],
        }
    )
    out_of_time["qualified_at"] = out_of_time["qualified_at"].astype("datetime64[us]")
    version = Version(
        recipe=a_recipe(),
        model_files={"model/trees.txt": "tree\nversion=v4\n", "calibration.json": '{"slope": 0.30000000000000004}'},
        gate={"gate": 0.1 + 0.2, "met": True},
        grades={"A": 0.5, "B": 1 / 3, "D": 1 / 6},
        reference={"fit": [0.1, 0.2], "intent": []},
        out_of_time=out_of_time,
        model_card="# Karte für `mqlgate`\r\n",
    )
    return replace(version, **changed)
