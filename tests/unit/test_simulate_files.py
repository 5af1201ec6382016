"""The written CRM: the same bytes for the same seed, readable by the product, and silent about the truth."""

import csv
import json
import os
import subprocess
import sys
import tomllib
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from mqlgate import crm as product
from mqlgate import domain, labels
from mqlgate.config import load
from mqlgate.simulate import SCENARIOS, SCENARIOS_VERSION, data_card, generate, truth_at, vocabulary, write
from mqlgate.simulate.scenario import END

TABLES = {"leads.csv", "accounts.csv", "activities.parquet", "lead_history.csv", "outcomes.csv"}
FILES = TABLES | {"truth.csv", "mqlgate.toml"}
NOW = datetime(2027, 1, 1)
WRITE = """
import sys
from mqlgate.simulate import generate, write
write(generate("mixed", leads=400, seed=5), sys.argv[1])
"""


@pytest.fixture(scope="module")
def crm():
    return generate(leads=1_200, seed=2)


@pytest.fixture(scope="module")
def folder(crm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crm")
    assert {path.name for path in write(crm, folder)} == FILES
    return folder


def test_the_same_seed_gives_the_same_bytes_in_any_process(tmp_path: Path):
    found = []
    for order in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": order, "TZ": "UTC" if order == "1" else "Asia/Tokyo"}
        subprocess.run([sys.executable, "-c", WRITE, str(tmp_path / order)], env=environment, check=True)
        found.append({path.name: sha256(path.read_bytes()).hexdigest() for path in (tmp_path / order).iterdir()})
    assert set(found[0]) == FILES
    assert found[0] == found[1]


def test_another_seed_gives_another_crm(crm):
    other = generate(leads=1_200, seed=3)
    assert not other.leads.equals(crm.leads)
    assert abs(other.truth["p_sql_at_mql"].mean() - crm.truth["p_sql_at_mql"].mean()) < 0.05


def test_writing_again_replaces_each_file_whole(crm, folder: Path):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "leads.csv").write_text("something else", encoding="utf-8")
    write(crm, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_truth_begins_with_the_four_columns_that_are_promised_and_is_empty_where_nothing_is_true(folder: Path):
    truth = pd.read_csv(folder / "truth.csv")
    assert list(truth.columns[:4]) == ["lead_id", "p_sql_at_mql", "p_sql_at_as_of", "sql_within_horizon"]
    mql = truth["state"] != "not_mql"
    assert (truth["p_sql_at_mql"].notna() == mql).all()
    assert (truth["sql_within_horizon"].notna() == mql).all()
    assert (truth["p_sql_at_as_of"].notna() == truth["state"].isin(["not_mql", "open"])).all()
    for column in ("p_sql_at_mql", "p_sql_at_as_of"):
        assert truth[column].dropna().between(0, 1, inclusive="neither").all()
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        assert {row["sql_within_horizon"] for row in csv.DictReader(file)} == {"0", "1", ""}


def test_numbers_of_the_truth_come_back_as_they_were(crm, folder: Path):
    read = pd.read_csv(folder / "truth.csv", float_precision="round_trip")
    for column in ("p_sql_at_mql", "p_sql_at_as_of", "p_won_given_sql"):
        pd.testing.assert_series_equal(read[column], crm.truth[column])


def test_the_configuration_names_every_table_but_the_truth(folder: Path):
    said = tomllib.loads((folder / "mqlgate.toml").read_text(encoding="utf-8"))
    assert "truth" not in json.dumps(said)
    named = {said[key]["path"] for key in ("leads", "activities", "history", "outcomes")} | {said["lookups"][0]["path"]}
    assert named == TABLES
    assert set(said["outcomes"]["reasons"].values()) == set(domain.REJECTION_REASONS)


def test_the_tables_hold_nothing_that_is_latent_or_after_as_of(crm):
    for name in ("leads", "accounts", "activities", "history", "outcomes"):
        table = getattr(crm, name)
        assert not [c for c in table.columns if "interest" in c or c.startswith("p_")]
        for column in table.select_dtypes("datetime"):
            assert table[column].max() <= crm.as_of
    assert crm.as_of <= END
    assert END - crm.as_of < timedelta(hours=6)


def test_booleans_times_and_missing_values_are_written_as_the_product_writes_them(folder: Path):
    with (folder / "leads.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["phone_given"] for row in rows} == {"true", "false"}
    assert all(datetime.strptime(row["created_at"], "%Y-%m-%dT%H:%M:%SZ") for row in rows)
    assert "" in {row["mql_at"] for row in rows}
    assert not {"nan", "NaN", "NaT", "None", "<NA>"} & {value for row in rows for value in row.values()}


@pytest.mark.parametrize("days_before_the_end", [0, 45, 300])
def test_the_product_sees_the_states_and_labels_that_the_truth_tells(crm, folder: Path, days_before_the_end: int):
    as_of = crm.as_of - timedelta(days=days_before_the_end)
    said = as_of if days_before_the_end else None
    loaded = product.load(load(folder / "mqlgate.toml"), now=NOW, as_of=said)
    assert loaded.as_of == as_of
    labels.build(loaded, as_of)
    seen = loaded.con.execute("SELECT lead_id, state, label, mature FROM label WHERE present").df().set_index("lead_id")
    truth = truth_at(crm, as_of).set_index("lead_id")
    assert set(seen.index) == set(truth.index)
    seen = seen.reindex(truth.index)
    assert (seen["state"] == truth["state"]).all()
    assert seen["state"].nunique() == 5
    mature = seen["mature"]
    assert mature.sum() > 50
    assert (seen.loc[mature, "label"] == truth.loc[mature, "sql_within_horizon"]).all()


def test_the_product_knows_tier_party_and_reason_of_every_row(folder: Path):
    loaded = product.load(load(folder / "mqlgate.toml"), now=NOW)
    tiers = dict(loaded.con.execute("SELECT DISTINCT type, tier FROM activity").fetchall())
    assert tiers == {kind: vocabulary.TYPES[kind][0] for kind in tiers}
    parties = dict(loaded.con.execute("SELECT DISTINCT type, party FROM activity").fetchall())
    assert {kind for kind, party in parties.items() if party == "third"} == set(vocabulary.THIRD_PARTY)
    rejections = "SELECT count(reason), count(*) FROM outcome WHERE stage = 'rejected'"
    known, all_of_them = loaded.con.execute(rejections).fetchone()
    assert known == all_of_them > 100


def test_the_data_card_tells_sizes_columns_mechanisms_and_how_to_have_it_again(crm):
    card = data_card(crm)
    assert f"{len(crm.activities):,}" in card
    for table in (crm.leads, crm.accounts, crm.activities, crm.history, crm.outcomes, crm.truth):
        assert all(f"`{column}`" in card for column in table.columns)
    assert f"`thresholds_and_interactions`, version {SCENARIOS_VERSION}" in card
    assert "seed 2" in card
    assert all(f"| {name} |" in card for name in crm.scenario.mechanisms_on)
    assert all(name in card for name in set(dir(crm.scenario)) & {"drift", "after_mql", "point_inflation"})
    mql = crm.leads["mql_at"].notna()
    assert f"| {mql.mean():.1%} |" in card
    assert f"| {crm.truth['sql_within_horizon'].mean():.1%} |" in card


def test_the_card_of_each_scenario_says_what_it_is_for():
    for name, scenario in SCENARIOS.items():
        assert scenario.words in data_card(generate(name, leads=60, seed=0))
