"""`check`: what must be found, what must not, and how it is told."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

import bad_input_cases as cases
import mqlgate.config
from ground.small_crm import crm_of
from mqlgate import crm
from mqlgate.contract.check import check
from mqlgate.contract.finding import Checked, Finding, checked

NOW = datetime(2026, 7, 1)


def read(files, folder: Path) -> crm.Crm:
    case = cases.Case("", files)
    return crm.load(mqlgate.config.load(case.write(folder)), now=NOW)


def codes(found: Checked) -> set[str]:
    return {finding.code for finding in found.findings}


def one(found: Checked, code: str) -> Finding:
    alike = [finding for finding in found.findings if finding.code == code]
    assert len(alike) == 1, codes(found)
    return alike[0]


def test_a_crm_without_fault_has_nothing_but_young_leads(tmp_path):
    assert codes(check(read(cases.good(), tmp_path))) == {"immature_cohort"}


def test_each_finding_has_code_severity_table_column_rows_and_mend_as_plain_values(tmp_path):
    found = check(read(cases.with_lead(4, cases.set_to(2, "next week")), tmp_path))
    told = json.loads(json.dumps(found.to_json()))
    assert told["passed"] is False
    first = told["findings"][0]
    assert {"code", "severity", "table", "column", "rows", "mend", "message", "where", "records"} == set(first)
    assert (first["code"], first["severity"], first["table"], first["column"], first["rows"], first["records"]) == (
        "unreadable_date", "error", "leads", "mql_at", 1, [6],
    )  # fmt: skip


def test_the_same_data_give_the_same_findings_in_the_same_order(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    files = cases.with_outcomes(lambda rows: [*rows, "X9,2024-02-01T10:00,Parked", ",2024-02-01T10:00,accepted"])
    first, second = check(read(files, tmp_path / "a")), check(read(files, tmp_path / "b"))
    assert first.to_json() == second.to_json()
    assert first.words() == second.words()


def test_errors_come_first_then_warnings_then_the_rest():
    made = [
        Finding(str(i), s, "leads", "x.csv", None, 0, "m", "n")
        for i, s in enumerate(("info", "error", "warning", "error"))
    ]
    assert [finding.code for finding in checked(made).findings] == ["1", "3", "2", "0"]


def test_what_is_alike_of_several_columns_is_one_paragraph_and_several_findings(tmp_path):
    made = cases.crm()
    rows = [f"{row},North,East" for row in made.leads]
    found = check(read(cases.good(made, leads=cases.text(f"{cases.LEADS_HEAD},team,desk", rows)), tmp_path))
    assert sum(finding.code == "constant_column" for finding in found.findings) == 2
    assert found.words().count("constant_column") == 1
    assert 'columns "team", "desk": every row has the same value' in found.words()


def test_a_count_of_findings_ends_the_text(tmp_path):
    assert check(read(cases.good(), tmp_path)).words().endswith("0 errors, 0 warnings, 1 to know.")


def test_without_labels_nothing_is_said_of_maturity_or_leakage(tmp_path):
    found = check(read(cases.good(config=cases.LEADS), tmp_path), labels=False)
    assert one(found, "no_outcomes").severity == "info"
    assert found.passed


@pytest.mark.parametrize(
    ("bad", "severity"), [(0, None), (1, "warning"), (2, "error")], ids=["none", "one in a hundred", "two in a hundred"]
)
def test_bad_records_are_an_error_beyond_the_share_that_is_allowed(bad, severity, tmp_path):
    made = cases.crm(100)
    rows = [row if number >= bad else f"{row},x" for number, row in enumerate(made.leads)]
    found = check(read(cases.good(made, leads=cases.text(cases.LEADS_HEAD, rows)), tmp_path))
    assert [finding.severity for finding in found.findings if finding.code == "bad_record"] == (
        [severity] if severity else []
    )


@pytest.mark.parametrize(("positives", "errors"), [(9, ["few_positives"]), (10, [])])
def test_ten_positives_among_mature_leads_are_enough(positives, errors, tmp_path):
    made = cases.crm(200)
    accepted = [row for row in made.outcomes if "accepted" in row][:positives]
    rejected = [row for row in made.outcomes if "rejected" in row]
    files = cases.good(made, outcomes=cases.text("lead_id,at,stage", [*accepted, *rejected]))
    assert [finding.code for finding in check(read(files, tmp_path)).errors] == errors


def test_an_acceptance_after_the_horizon_is_no_positive(tmp_path):
    made = cases.crm(200)
    late = [f"L{i:04d},{cases.FIRST_DAY + timedelta(days=i + 31)}T09:00,accepted" for i in range(100)]
    files = cases.good(made, outcomes=cases.text("lead_id,at,stage", late))
    assert one(check(read(files, tmp_path)), "few_positives").rows == 0


def test_leads_from_before_outcomes_were_recorded_are_no_negatives():
    start = datetime(2025, 1, 1)
    leads = [(f"L{i}", start + timedelta(hours=6 * i)) for i in range(1_000)]
    begun = start + timedelta(days=200)
    done = [(lead, at + timedelta(days=2)) for lead, at in leads if at + timedelta(days=2) >= begun]
    loaded = crm_of(
        leads=(pd.DataFrame(leads, columns=["lead_id", "mql_at"]), {"qualified_at": "mql_at"}),
        outcomes=(pd.DataFrame(done, columns=["lead_id", "at"]), {"at": "at", "horizon_days": 10}),
    )
    found = check(loaded)
    assert one(found, "outcomes_begin_late").rows == 800
    assert one(found, "few_negatives").rows <= 9


def test_half_of_a_crm_exported_is_no_error(tmp_path):
    made = cases.crm(160)
    found = check(read(cases.good(made, leads=cases.text(cases.LEADS_HEAD, made.leads[::2])), tmp_path))
    assert one(found, "orphan_outcome").severity == "warning"


def test_a_date_without_time_is_its_whole_day_when_orders_are_compared(tmp_path):
    made = cases.crm()
    rows = [",".join([v[0], v[1], v[2][:10], *v[3:]]) for v in (row.split(",") for row in made.leads)]
    outcomes = [f"L{i:04d},{cases.FIRST_DAY + timedelta(days=i)},accepted" for i in range(0, 80, 3)]
    files = cases.good(
        made, leads=cases.text(cases.LEADS_HEAD, rows), outcomes=cases.text("lead_id,at,stage", outcomes)
    )
    assert not {"qualified_before_created", "outcome_before_qualified"} & codes(check(read(files, tmp_path)))


def test_open_deals_without_a_closing_date_are_no_fault(tmp_path):
    made = cases.crm()
    rows = [
        f"{row},{'Won' if i % 3 == 0 else 'Engaging'},{'2024-04-15' if i % 3 == 0 else ''}"
        for i, row in enumerate(made.leads)
    ]
    config = cases.LEADS + cases.OUTCOMES.replace("outcomes.csv", "leads.csv").replace('"at"', '"closed"').replace(
        '"accepted"', '"Won"'
    ).replace('"rejected"', '"Lost"')
    found = check(read(cases.good(made, config, leads=cases.text(f"{cases.LEADS_HEAD},stage,closed", rows)), tmp_path))
    assert "missing_date" not in codes(found)
    assert one(found, "unknown_stage").rows == 53


def test_a_word_for_none_is_no_key_without_match(tmp_path):
    config = cases.CONFIG + '[[lookups]]\npath = "products.csv"\nkey = "product"\nid = "product"\n'
    files = cases.with_column("product", lambda i: ("MG", "null", "")[i % 3], config)
    assert "unmatched_lookup_key" not in codes(
        check(read({**files, "products.csv": b"product,price\nMG,5\n"}, tmp_path))
    )


def test_an_alias_is_a_match(tmp_path):
    config = (
        cases.CONFIG + '[[lookups]]\npath = "products.csv"\nkey = "product"\nid = "product"\naliases = {"MGX" = "MG"}\n'
    )
    files = cases.with_column("product", lambda i: ("MG", "MGX")[i % 2], config)
    assert "unmatched_lookup_key" not in codes(
        check(read({**files, "products.csv": b"product,price\nMG,5\n"}, tmp_path))
    )


def test_fields_of_the_history_are_proved_and_the_others_are_named(tmp_path):
    config = (
        cases.CONFIG
        + '[history]\npath = "history.csv"\nlead = "lead_id"\nfield = "field"\nvalue = "value"\nat = "at"\n'
    )
    files = {
        **cases.good(config=config),
        "history.csv": b"lead_id,field,value,at\nL0004,industry,Retail,2024-01-05T10:00\n",
    }
    found = check(read(files, tmp_path))
    unproved = {finding.column for finding in found.findings if finding.code == "unproved_constant"}
    assert unproved == {"employees", "channel"}


def test_holidays_are_no_gap_in_volume(tmp_path):
    made = cases.crm(160)
    kept = [row for row in made.leads if not "2024-03-01" <= row[6:16] <= "2024-03-08"]
    assert "volume_gap" not in codes(check(read(cases.good(made, leads=cases.text(cases.LEADS_HEAD, kept)), tmp_path)))


def test_the_four_real_sets_have_no_error(shared_data, repository):
    for name in ("olist", "bank", "opportunities", "loans"):
        config = mqlgate.config.load(repository / "docs" / "recipes" / name / "mqlgate.toml")
        found = check(crm.load(config, now=NOW))
        assert found.errors == (), name
        if name == "olist":
            begun = one(found, "outcomes_begin_late")
            assert "2017-12-05" in begun.message
