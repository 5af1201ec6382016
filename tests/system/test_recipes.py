"""No trap of the public sets springs in their recipes, and a recipe runs by the commands that its document gives."""

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from mqlgate import crm, labels
from mqlgate.config import load
from mqlgate.crm import Crm

NOW = datetime(2026, 1, 1)
KNOWN_ONLY_WITH_THE_OUTCOME = {
    "olist": {"seller_id", "sdr_id", "sr_id", "won_date", "business_segment", "lead_type", "declared_monthly_revenue"},
    "bank": {"duration", "y"},
    "opportunities": {"close_date", "close_value", "deal_stage"},
    "loans": {"reason", "stage"},
}


def of_recipe(repository: Path, shared_data: Path, name: str) -> Crm:
    """The CRM of a recipe; `shared_data` skips the test where the data are not there."""
    assert shared_data.is_dir()
    return crm.load(load(repository / "docs" / "recipes" / name / "mqlgate.toml"), now=NOW)


def rows(known: Crm, query: str) -> list[tuple[object, ...]]:
    return known.con.execute(query).fetchall()


@pytest.mark.parametrize("name", KNOWN_ONLY_WITH_THE_OUTCOME)
def test_what_is_known_only_with_the_outcome_is_no_feature(repository: Path, shared_data: Path, name: str) -> None:
    known = of_recipe(repository, shared_data, name)
    assert known.columns
    assert not {column.name for column in known.columns} & KNOWN_ONLY_WITH_THE_OUTCOME[name]
    assert rows(known, "SELECT * FROM bad_row") == []


def test_olist_dates_are_day_first_and_a_deal_before_its_first_contact_does_not_count(
    repository: Path, shared_data: Path
) -> None:
    known = of_recipe(repository, shared_data, "olist")
    assert rows(known, "SELECT qualified_at::DATE::VARCHAR FROM lead WHERE row = 0") == [("2018-02-01",)]
    labels.build(known, known.as_of)
    assert rows(known, "SELECT sum(label)::INT FROM label") == [(690,)]
    within = "SELECT count(*) FROM outcome o JOIN lead l USING (lead_id) WHERE o.at <= l.qualified_at + INTERVAL 90 DAY"
    assert rows(known, within) == [(691,)]


def test_opportunities_join_the_product_that_has_two_spellings(repository: Path, shared_data: Path) -> None:
    known = of_recipe(repository, shared_data, "opportunities")
    assert rows(known, "SELECT DISTINCT product_series FROM lead_value WHERE product = 'GTXPro'") == [("GTX",)]
    assert rows(known, "SELECT count(*) FROM lead_value WHERE product_sales_price IS NULL") == [(0,)]


def test_loans_show_no_act_that_is_the_outcome(repository: Path, shared_data: Path) -> None:
    known = of_recipe(repository, shared_data, "loans")
    same = """SELECT DISTINCT a.type FROM activity a JOIN outcome o ON o.lead_id = a.lead_id AND o.at = a.at
              WHERE o.accepted GROUP BY a.type HAVING count(*) > 100"""
    assert rows(known, same) == []


def test_the_recipe_of_olist_runs_and_scores_the_last_quarter_better_than_the_base_rate(
    repository: Path, shared_data: Path
) -> None:
    assert shared_data.is_dir()
    script = repository / "docs" / "recipes" / "run.py"
    done = subprocess.run(
        [sys.executable, script, "olist"], capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bounds included: 690; with the deal that precedes its first contact: 691" in done.stdout
    assert "2,000 rows scored" in done.stdout
    found = re.search(r"log loss ([0-9.]+); of the base rate known at training \([0-9.]+\) ([0-9.]+),", done.stdout)
    assert found is not None
    assert float(found[1]) < float(found[2])
