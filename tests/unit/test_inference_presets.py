"""`init --preset` reads the systems' own exports and warehouse tables, and what it writes passes `check`."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from ground.imports import ROOT
from ground.undescribed import NOW, count, excluded, loaded, moment, write
from ground.vendor_exports import FOLDER
from ground.vendor_exports.cases import CASES, SALESFORCE
from ground.vendor_exports.people import leads
from ground.vendor_exports.write import TABLES, text
from mqlgate.contract.check import check
from mqlgate.crm import Crm
from mqlgate.errors import InputError
from mqlgate.inference import Inferred, infer, preset_names
from mqlgate.inference.preset import read_preset
from mqlgate.inference.spelling import compact

SYSTEMS = ("hubspot", "salesforce", "pipedrive", "marketo", "pardot")
ENRICHMENT = ("clearbit", "apollo", "zoominfo", "cognism")
INTENT = ("6sense", "demandbase", "bombora")
ENGAGEMENT = ("outreach", "salesloft", "gong")


ADDED = CASES[12]
PERSONAL = {"first name", "last name", "name", "phone", "phone number", "person name", "person phone work"}


@cache
def read(place: int) -> tuple[Inferred, Crm]:
    """What `init` makes of a case, and the CRM as its file gives it; each once."""
    case = CASES[place]
    acts, verdicts = (FOLDER / name if name else None for name in (case.acts, case.verdicts))
    inferred = infer(
        FOLDER / case.leads, acts, verdicts, [FOLDER / f for f in case.further], preset=case.preset, now=NOW
    )
    return inferred, loaded(inferred)


def key(inferred: Inferred, name: str) -> object:
    section, _, last = name.rpartition(".")
    return inferred.get(section, last)


each = pytest.mark.parametrize("place", range(len(CASES)), ids=[str(case) for case in CASES])


@each
def test_what_init_writes_passes_check_and_every_lead_and_most_acts_are_read(place: int) -> None:
    _, known = read(place)
    assert [finding.message for finding in check(known).errors] == []
    assert count(known, "SELECT count(*) FROM lead WHERE created_at IS NOT NULL") == len(leads())
    accepted = "SELECT count(DISTINCT lead_id) FROM outcome JOIN lead USING (lead_id) WHERE accepted"
    assert count(known, accepted) == sum(lead.accepted is not None for lead in leads())
    if CASES[place].acts:
        assert count(known, "SELECT count(DISTINCT lead_id) FROM activity JOIN lead USING (lead_id)") >= 40


@each
def test_default_names_come_to_what_they_mean(place: int) -> None:
    inferred, _ = read(place)
    said = CASES[place].comes_to
    assert {name: key(inferred, name) for name in said} == said


@each
def test_names_numbers_and_what_is_overwritten_are_no_features(place: int) -> None:
    inferred, known = read(place)
    features = {compact(column.name.removeprefix("property_")) for column in known.columns}
    assert not features & {compact(name) for name in PERSONAL}
    words = ("lifecyclestage", "leadstatus", "leadscore", "converted", "lastmodified", "updat", "fivetran", "wondeals")
    assert [f for f in features if any(word in f for word in words)] == []
    assert not features & {"status", "rating", "score", "grade", "labels", "labelids", "ownerid1", "hubspotownerid"}
    assert excluded(inferred)


def test_enrichment_is_fit_and_account_intent_is_third_party() -> None:
    inferred, known = read(CASES.index(ADDED))
    fit, third = (set(inferred.get("features", k)) for k in ("fit", "third_party"))  # type: ignore[call-overload]
    ends = (
        "metrics_employees_range",
        "# Employees",
        "Revenue Range (in USD)",
        "Headcount",
        "accountProfileFit6sense__c",
    )
    assert [end for end in ends if not any(name.endswith(end) for name in fit)] == []
    ends = ("accountIntentScore6sense__c", "accountBuyingStage6sense__c", "Engagement Points (7 days)", "Journey Stage")
    assert [end for end in ends if not any(name.endswith(end) for name in third)] == []
    assert fit & third == set()
    assert fit | third <= {column.name for column in known.columns}
    left = [
        c.name
        for c in known.columns
        if c.name.endswith(("_id", "ID", "Id", "Phone", "Url", "Stage__c", "X6senseID__c"))
    ]
    assert left == ["owner_id"]
    assert "overwritten week by week" in inferred.to_toml()


def test_acts_of_another_company_are_third_party_acts() -> None:
    _, known = read(next(n for n, case in enumerate(CASES) if "bombora" in case.preset))
    assert count(known, "SELECT count(*) FROM activity WHERE party = 'third'") == 180
    assert count(known, "SELECT count(*) FROM activity WHERE party <> 'third'") == 0


def test_what_is_not_done_is_no_act() -> None:
    _, tasks = read(4)
    _, members = read(5)
    assert count(tasks, "SELECT count(*) FROM bad_row WHERE reason = 'there is no date'") > 0
    assert count(members, "SELECT count(*) FROM activity WHERE type = 'Sent'") == 0
    assert count(members, "SELECT count(*) FROM activity WHERE type = 'Responded'") > 0


def test_a_time_of_loading_is_not_taken_for_the_time_of_recording() -> None:
    inferred, known = read(4)
    assert inferred.get("outcomes", "recorded") is None
    assert "tells when rows were last loaded" in inferred.to_toml()
    assert count(known, "SELECT count(*) FROM outcome WHERE seen > TIMESTAMP '2025-01-01'") == 0


def test_running_numbers_that_meet_by_chance_do_not_mislead_where_a_preset_names_the_column(tmp_path: Path) -> None:
    people = write(tmp_path / "person.csv", ["id", "add_time"], [[i, moment(i)] for i in range(1, 61)])
    deals = [[i, i // 2 + 1, moment(i), None, None] for i in range(1, 61)]
    deal = write(tmp_path / "deal.csv", ["id", "person_id", "add_time", "won_time", "lost_time"], deals)
    assert infer(people, None, deal, now=NOW).get("outcomes", "lead") == "id"  # all of them are numbers of persons
    assert infer(people, None, deal, preset="pipedrive", now=NOW).get("outcomes", "lead") == "person_id"


def test_a_history_whose_fields_are_called_otherwise_is_said_to_be_unused() -> None:
    inferred, known = read(1)
    assert '"jobtitle" for "property_jobtitle"' in inferred.to_toml()
    assert {f.severity for f in check(known).findings if f.code == "unknown_history_field"} == {"info"}


def test_case_and_marks_make_no_difference_to_a_history() -> None:
    inferred, _ = read(9)  # "Industry" and "Lead Status" for industry and lead_status
    assert "its values are names of lead columns" in inferred.to_toml()


def test_without_a_preset_the_same_files_are_not_read_as_well() -> None:
    names = ("pardot/warehouse/prospect.csv", "pardot/warehouse/visitor_activity.csv")
    plain = infer(*(FOLDER / name for name in names), now=NOW)
    assert (plain.get("activities", "type"), plain.get("activities", "exclude")) != (
        "type_name",
        ("New Opportunity", "Opportunity Lost", "Opportunity Won"),
    )


def test_several_presets_are_divided_by_commas_and_an_unknown_one_is_refused() -> None:
    with pytest.raises(InputError, match=r'no preset "sugar"(.|\n)*bombora'):
        infer(FOLDER / SALESFORCE, preset="salesforce, sugar", now=NOW)


def test_there_is_a_preset_for_each_system_and_a_file_for_each_shape() -> None:
    assert set(preset_names()) == {*SYSTEMS, *ENRICHMENT, *INTENT, *ENGAGEMENT}
    headers = [set(map(compact, columns)) for columns, _ in TABLES.values()]
    unproved = [
        f"{name}: {shape['table']}"
        for name in preset_names()
        for shape in read_preset(name).shapes
        if not any(set(map(compact, shape["has"])) <= header for header in headers)
    ]
    assert unproved == []


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_says_where_its_names_were_learnt_and_nothing_that_nobody_reads(name: str) -> None:
    said = tomllib.loads(files("mqlgate.inference.presets").joinpath(f"{name}.toml").read_text("utf-8"))
    events = {
        "lead",
        "type",
        "at",
        "recorded",
        "exclude",
        "third_party",
        "third_party_words",
        "stage",
        "reason",
        "owner",
    }
    events |= {
        "amount",
        "accepted",
        "rejected",
        "won",
        "touched",
        "field",
        "value",
        "old",
        "every_row_is_an_acceptance",
    }
    roles = {
        "id",
        "created_at",
        "qualified_at",
        "accepted_at",
        "account",
        "source",
        "campaign",
        "owner",
        "email",
        "title",
    }
    allowed = {
        "leads": roles | {"known_late", "never"},
        **dict.fromkeys(("activities", "outcomes", "history"), events),
        "features": {"fit", "intent", "third_party"},
        "tiers": {"high", "medium", "low"},
    }
    assert all(isinstance(said[word], str) and said[word] for word in ("title", "source", "about"))
    assert set(said) <= {"title", "source", "about", "prefixes", "shapes", *allowed}
    for section in [said, *said.get("shapes", [])]:
        for part, keys in allowed.items():
            assert set(section.get(part, {})) <= keys
    for shape in said.get("shapes", []):
        assert set(shape) <= {"table", "has", *allowed}


@pytest.mark.parametrize("name", TABLES)
def test_the_files_are_those_that_the_writer_writes_and_hold_no_real_address(name: str) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8")
    assert kept == text(name)
    addresses = [word for line in kept.splitlines() for word in line.split(",") if "@" in word or "://" in word]
    assert [a for a in addresses if ".example" not in a] == []


QUERIES = re.findall(r"```sql\n(.+?)```", (ROOT / "docs" / "presets.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("query", QUERIES, ids=[query.split("FROM ")[1].split()[0] for query in QUERIES])
def test_a_query_of_the_page_on_presets_runs_on_the_files_and_gives_rows(query: str) -> None:
    con = duckdb.connect()
    for name in TABLES:
        if "warehouse" in name:
            con.execute(f"CREATE VIEW {Path(name).stem}_{name.split('/')[0]} AS FROM read_csv('{FOLDER / name}')")
            con.execute(f"CREATE VIEW IF NOT EXISTS {Path(name).stem} AS FROM read_csv('{FOLDER / name}')")
    created = "strptime(created_date, '%Y-%m-%d %H:%M:%S.%f %z')"
    con.execute(f"CREATE OR REPLACE VIEW lead AS SELECT * REPLACE ({created} AS created_date) FROM lead_salesforce")
    con.execute(f"CREATE VIEW surge AS FROM read_csv('{FOLDER / 'bombora' / 'surge_of_leads.csv'}')")
    assert len(con.execute(query).fetchall()) > 15
