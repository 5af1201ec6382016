"""`mqlgate init` on real exports and on the demo: it decides as the recipes do, and what it writes runs unchanged."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest

from ground.commands import Mqlgate

OLIST = ("olist/marketing_qualified_leads.csv", "olist/closed_deals.csv")
OPPORTUNITIES = (
    "opportunities/sales_pipeline.csv",
    *("--lookup", "opportunities/accounts.csv"),
    *("--lookup", "opportunities/products.csv"),
    *("--lookup", "opportunities/sales_teams.csv"),
)
BANK = ("bank/bank-full.csv.gz",)
LOANS = ("loans/leads.csv", "loans/activities.csv.gz", "loans/outcomes.csv.gz")
LOANS_DAY_7 = ("loans/leads_day7.csv", "loans/activities.csv.gz", "loans/outcomes.csv.gz")


def initialised(mqlgate: Mqlgate, folder: Path, data: Path, files: Sequence[str]) -> dict[str, Any]:
    """What `init` writes for files of the shared folder, as plain tables; `check` must find no error with it."""
    config = folder / "mqlgate.toml"
    paths = [name if name.startswith("--") else str(data / name) for name in files]
    made = mqlgate("init", *paths, "--config", config)
    assert made.status == 0, made.stderr
    checked = mqlgate("check", "--config", config, "--json")
    assert checked.status == 0, checked.stdout
    return tomllib.loads(config.read_text("utf-8"))


def recipe(repository: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((repository / "docs" / "recipes" / name / "mqlgate.toml").read_text("utf-8"))


def assert_alike(
    made: dict[str, Any], wanted: dict[str, Any], sections: Sequence[str], but: Sequence[str] = ("path",)
) -> None:
    """The sections hold the same keys and values; lists compare as sets."""
    for name in sections:
        ours, theirs = made.get(name, {}), wanted.get(name, {})
        keys = (set(ours) | set(theirs)) - set(but)
        assert {key: _unordered(ours.get(key)) for key in keys} == {key: _unordered(theirs.get(key)) for key in keys}, (
            name
        )


def _unordered(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, list) else value


def test_olist_is_read_as_its_recipe_reads_it(
    mqlgate: Mqlgate, tmp_path: Path, shared_data: Path, repository: Path
) -> None:
    made, wanted = initialised(mqlgate, tmp_path, shared_data, OLIST), recipe(repository, "olist")
    assert_alike(made, wanted, ["leads", "outcomes", "activities"], but=["path", "horizon_days"])
    # The recipe's 90 days are those of the published label; init's hold nine in ten of the deals that could be seen.
    leads = pd.read_csv(shared_data / OLIST[0])
    deals = pd.read_csv(shared_data / OLIST[1])[["mql_id", "won_date"]]
    both = leads.merge(deals)
    first = pd.to_datetime(both["first_contact_date"], dayfirst=True, format="mixed")
    won = pd.to_datetime(both["won_date"], dayfirst=True, format="mixed")
    days = ((won - first) / pd.Timedelta(days=1))[first >= won.min().normalize()]
    assert (days <= made["outcomes"]["horizon_days"]).mean() >= 0.9
    assert (days <= wanted["outcomes"]["horizon_days"]).mean() < 0.9


def test_opportunities_and_their_lookups_are_read_as_their_recipe_reads_them(
    mqlgate: Mqlgate, tmp_path: Path, shared_data: Path, repository: Path
) -> None:
    made, wanted = initialised(mqlgate, tmp_path, shared_data, OPPORTUNITIES), recipe(repository, "opportunities")
    assert_alike(made, wanted, ["leads", "outcomes"])
    joins = [{key: lookup.get(key) for key in ("key", "id", "prefix", "aliases")} for lookup in made["lookups"]]
    assert joins == [
        {key: lookup.get(key) for key in ("key", "id", "prefix", "aliases")} for lookup in wanted["lookups"]
    ]


def test_bank_is_read_as_its_recipe_reads_it(
    mqlgate: Mqlgate, tmp_path: Path, shared_data: Path, repository: Path
) -> None:
    made, wanted = initialised(mqlgate, tmp_path, shared_data, BANK), recipe(repository, "bank")
    assert_alike(made, wanted, ["leads", "outcomes", "activities"])


@pytest.mark.parametrize("files", [LOANS, LOANS_DAY_7], ids=["at pre-acceptance", "at day 7"])
def test_loans_are_read_as_their_recipe_reads_them(
    mqlgate: Mqlgate, tmp_path: Path, shared_data: Path, repository: Path, files: Sequence[str]
) -> None:
    made, wanted = initialised(mqlgate, tmp_path, shared_data, files), recipe(repository, "loans")
    assert_alike(made, wanted, ["leads", "activities", "outcomes"])
    assert 'Would fit too: "accepted"' in (tmp_path / "mqlgate.toml").read_text("utf-8")


def test_the_demo_is_read_as_its_own_configuration_reads_it(mqlgate: Mqlgate, tmp_path: Path) -> None:
    assert mqlgate("demo", tmp_path / "demo", "--leads", "1500", "--data-only").status == 0
    files = [
        "leads.csv",
        "activities.parquet",
        "outcomes.csv",
        "--lookup",
        "accounts.csv",
        "--lookup",
        "lead_history.csv",
    ]
    made = initialised(mqlgate, tmp_path, tmp_path / "demo", files)
    wanted = tomllib.loads((tmp_path / "demo" / "mqlgate.toml").read_text("utf-8"))
    assert_alike(
        made, wanted, ["leads", "activities", "history", "outcomes"], ["path", "horizon_days", "won_horizon_days"]
    )
    assert made["lookups"][0]["key"] == wanted["lookups"][0]["key"]
    assert 60 <= made["outcomes"]["horizon_days"] <= 150


def test_what_json_prints_is_what_its_schema_says(mqlgate: Mqlgate, tmp_path: Path, repository: Path) -> None:
    assert mqlgate("demo", tmp_path / "demo", "--leads", "400", "--data-only").status == 0
    made = mqlgate("init", "leads.csv", "outcomes.csv", "--config", "new.toml", "--json", cwd=tmp_path / "demo")
    assert made.status == 0, made.stderr
    jsonschema.validate(made.json(), json.loads((repository / "docs" / "schemas" / "init.json").read_text("utf-8")))
    decided = {(d["section"], d["key"]): d["value"] for d in made.json()["decisions"]}
    assert decided["leads", "id"] == "lead_id"
    assert decided["outcomes", "accepted"] == ["accepted", "closed_won"]
