"""The named scenarios: frozen by version, within the bounds that are said of them, and what each is for."""

import hashlib
from functools import cache

import numpy as np
import pandas as pd
import pytest

from mqlgate.simulate import SCENARIOS, SCENARIOS_VERSION, SimulatedCrm, generate
from mqlgate.simulate.crm import scenario_of

FROZEN = {
    "linear": "85b4ce35393dbfcf",
    "thresholds_and_interactions": "11fba8aded8ecc12",
    "heavy_tailed_activity": "11963d6bf5f29eba",
    "weak_signal": "321f9564490b5ae8",
    "drift": "341789f84801df1c",
    "account_driven": "cd6dbf76366b583b",
    "after_the_mql": "3699285c0bf43a4e",
    "point_inflation": "ae744efdeefd18ce",
    "mixed": "11fc0b2b49c1cf61",
}
"""Digest of each scenario for 300 leads and seed 0. Who changes one raises SCENARIOS_VERSION and tells CHANGELOG."""


@cache
def crm_of(name: str) -> SimulatedCrm:
    return generate(name, leads=3_000, seed=1)


def digest(crm: SimulatedCrm) -> str:
    """Of every table, numbers rounded so that the last bit of a machine's exponential does not matter."""
    found = hashlib.sha256()
    for name in ("leads", "accounts", "activities", "history", "outcomes", "truth"):
        table = getattr(crm, name)
        for column in table.columns:
            values = table[column]
            if values.dtype.kind == "f":
                values = values.round(6) + 0.0
            found.update(f"{name}.{column}:{'|'.join(values.astype(str).fillna(''))}".encode())
    return found.hexdigest()[:16]


def test_the_scenarios_are_frozen():
    assert SCENARIOS_VERSION == 1
    assert {name: digest(generate(name, leads=300, seed=0)) for name in SCENARIOS} == FROZEN


def test_the_digest_notices_a_change_in_any_table():
    crm = generate("linear", leads=50, seed=0)
    before = digest(crm)
    for name in ("leads", "accounts", "activities", "history", "outcomes", "truth"):
        table = getattr(crm, name)
        kept = table.iloc[0, 0]
        table.iloc[0, 0] = "other"
        assert digest(crm) != before
        table.iloc[0, 0] = kept


def test_the_scenarios_that_others_count_on_are_there():
    assert {
        "linear",
        "thresholds_and_interactions",
        "heavy_tailed_activity",
        "weak_signal",
        "drift",
        "account_driven",
    } <= set(SCENARIOS)
    assert all(name == scenario.name and scenario.words.endswith(".") for name, scenario in SCENARIOS.items())
    assert {name for name, scenario in SCENARIOS.items() if not scenario.is_stationary} == {"drift", "mixed"}
    assert scenario_of("thresholds") is SCENARIOS["thresholds_and_interactions"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_sizes_and_rates_are_those_of_a_real_team(name: str):
    crm = crm_of(name)
    mql = crm.leads["mql_at"].notna()
    assert mql.mean() >= (0.65 if name == "thresholds_and_interactions" else 0.5)
    assert 0.15 <= crm.truth.loc[mql, "sql_within_horizon"].mean() <= 0.30
    assert 8 <= len(crm.activities) / len(crm.leads) <= 40
    first = crm.outcomes.groupby(["stage", "lead_id"])["occurred_at"].min()
    qualified = crm.leads.set_index("lead_id")["mql_at"]
    days = {
        stage: (first[stage] - qualified.reindex(first[stage].index)) / pd.Timedelta(days=1)
        for stage in ("accepted", "rejected", "contacted")
    }
    assert 40 <= days["accepted"].median() <= 80
    assert 3 <= days["rejected"].median() <= 10
    assert (days["contacted"] < 0).any()
    assert (days["contacted"] < 0.2).mean() > 0.1 < (days["contacted"] > 3).mean()
    assert crm.outcomes.loc[crm.outcomes["stage"] == "rejected", "reason"].nunique() == 12
    won = crm.outcomes[crm.outcomes["stage"] == "closed_won"]
    assert len(won) > 30
    assert won["amount"].gt(0).all()
    assert crm.outcomes.loc[crm.outcomes["stage"] != "closed_won", "amount"].isna().all()
    several = crm.leads["account_id"].value_counts()
    assert 1.8 <= several.mean() <= 6
    assert several.max() >= 6


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_stationary_scenario_has_the_same_chances_in_each_half_year(name: str):
    crm = crm_of(name)
    told = crm.truth["p_sql_at_mql"].groupby(crm.leads["mql_at"].dt.year * 2 + crm.leads["mql_at"].dt.quarter // 3)
    spread = (told.mean() - told.mean().mean()).abs() / (told.std() / np.sqrt(told.size()))
    if SCENARIOS[name].is_stationary:
        assert spread.max() < 4
    if name == "drift":
        assert spread.max() > 5


def entropy(p: pd.Series) -> float:
    p = p.dropna()
    return float(-(p * np.log(p) + (1 - p) * np.log(1 - p)).mean())


def test_signal_is_strong_but_where_it_is_said_to_be_weak():
    for name in SCENARIOS:
        p = crm_of(name).truth["p_sql_at_mql"]
        rate = p.mean()
        share_explained = 1 - entropy(p) / entropy(pd.Series([rate]))
        assert share_explained < 0.02 if name == "weak_signal" else 0.1 < share_explained < 0.4


def test_in_the_account_driven_world_colleagues_matter_more_than_the_lead():
    crm = crm_of("account_driven")
    high = crm.activities[crm.activities["activity_type"].isin(["pricing_view", "comparison_guide", "roi_calculator"])]
    high = high.merge(crm.leads[["lead_id", "account_id"]])
    mqls = crm.leads.merge(crm.truth[["lead_id", "p_sql_at_mql"]]).dropna(subset=["mql_at", "account_id"])
    pairs = mqls.merge(high, on="account_id", suffixes=("", "_of"))
    lately = pairs[
        (pairs["synced_at"] <= pairs["mql_at"]) & (pairs["mql_at"] - pairs["occurred_at"] < pd.Timedelta(days=7))
    ]
    own = mqls["lead_id"].map(lately[lately["lead_id"] == lately["lead_id_of"]].groupby("lead_id").size()).fillna(0)
    others = lately[lately["lead_id"] != lately["lead_id_of"]].groupby("lead_id")["lead_id_of"].nunique()
    others = mqls["lead_id"].map(others).fillna(0)
    p = mqls["p_sql_at_mql"]
    assert p[others >= 2].mean() - p[others == 0].mean() > 2 * (p[own >= 2].mean() - p[own == 0].mean()) > 0
