"""A target column knows no horizon: a lead's chance does not run out because it has been open for long."""

import numpy as np
import pandas as pd

from mqlgate import api
from mqlgate.config import Config

SETTINGS = {
    "leads": {"path": "leads", "qualified_at": "engaged"},
    "outcomes": {"column": "stage", "accepted": ["Won"], "rejected": ["Lost"]},
    "train": {"tune": False, "bootstraps": 5},
}


def leads(rows: int = 400) -> pd.DataFrame:
    """Deals of a year, of which the industry says much; every tenth is open, however old it is."""
    draw = np.random.default_rng(0)
    industry = draw.choice(["good", "bad"], rows)
    won = draw.random(rows) < np.where(industry == "good", 0.8, 0.2)
    return pd.DataFrame(
        {
            "lead_id": [f"D{number:04d}" for number in range(rows)],
            "engaged": pd.date_range("2025-01-01", periods=rows, freq="20h"),
            "industry": industry,
            "stage": np.where(np.arange(rows) % 10 == 0, "Engaging", np.where(won, "Won", "Lost")),
        }
    )


def test_open_deals_of_any_age_are_judged_alike(tmp_path):
    frames = {"leads": leads()}
    config = Config(SETTINGS, tmp_path)
    assert api.train(config, frames=frames).signal
    scores = api.score(config, frames=frames).merge(frames["leads"][["lead_id", "industry"]], on="lead_id")
    assert len(scores) == 40
    for _, alike in scores.groupby("industry"):
        assert alike["p_sql"].nunique() == 1
    assert (scores["p_sql"] == scores["p_sql_at_mql"]).all()
    assert scores["p_sql"].min() > 0.1
