"""`mqlgate.toml` is parsed strictly: what is said is typed, a mistake names the key and the nearest known one."""

from pathlib import Path

import pytest

from mqlgate.config import SECTIONS, Config, load
from mqlgate.errors import InputError
from mqlgate.gate.settings import DisqualifierSection, GateSection
from mqlgate.tables.settings import ActivitiesSection, LeadsSection, LookupSection, OutcomesSection

LEADS = {"path": "leads.csv"}


def config(**sections: object) -> Config:
    return Config({"leads": LEADS, **sections}, Path("/somewhere"))


def refused(**sections: object) -> str:
    with pytest.raises(InputError) as told:
        Config(sections, Path("/somewhere"))
    return str(told.value)


def test_a_section_is_typed_and_has_its_defaults():
    said = config(outcomes={"path": "o.csv", "at": "at"})
    assert said[LeadsSection].id == "lead_id"
    outcomes = said.optional(OutcomesSection)
    assert outcomes is not None
    assert outcomes.horizon_days == 90
    assert said[GateSection].confidence == 0.95


def test_an_optional_section_that_is_not_there_is_none_and_others_are_their_defaults():
    assert config().optional(ActivitiesSection) is None
    assert config()[GateSection].target_sql_rate is None
    assert config().many(LookupSection) == ()


def test_sections_of_which_there_are_many_keep_their_order():
    lookup = {"key": "k", "id": "i"}
    said = config(lookups=[{"path": "b.csv", **lookup}, {"path": "a.csv", **lookup}])
    assert [section.path for section in said.many(LookupSection)] == ["b.csv", "a.csv"]
    said = config(disqualifiers=[{"column": "country", "not_in": ["US"], "reason": "unsupported_geography"}])
    assert len(said.many(DisqualifierSection)) == 1


def test_one_value_may_stand_for_a_list():
    said = config(outcomes={"path": "o.csv", "at": "at", "stage": "s", "accepted": "won", "rejected": 0})
    outcomes = said.optional(OutcomesSection)
    assert outcomes is not None
    assert (outcomes.accepted, outcomes.rejected) == (("won",), (0,))


def test_a_section_is_frozen():
    with pytest.raises(Exception, match="frozen"):
        config()[LeadsSection].id = "other"


def test_without_a_qualification_a_lead_counts_from_its_creation():
    assert config(leads={**LEADS, "created_at": "made"})[LeadsSection].snapshot_at == "made"
    assert config(leads={**LEADS, "created_at": "made", "qualified_at": "mql"})[LeadsSection].snapshot_at == "mql"


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_every_section_refuses_a_key_that_it_does_not_know(name):
    table = {"no_such_key": 1}
    message = refused(**{"leads": LEADS, name: [table] if SECTIONS[name].many else table})
    assert f"[{name}]" in message


@pytest.mark.parametrize(
    ("sections", "near"),
    [
        ({"lead": LEADS}, '"leads"?'),
        ({"leads": LEADS, "activites": LEADS}, '"activities"?'),
        ({"leads": LEADS, "timezome": "UTC"}, '"timezone"?'),
        ({"leads": {**LEADS, "qualified": "x"}}, '"qualified_at"?'),
        ({"leads": {**LEADS, "Exclude": []}}, '"exclude"?'),
        ({"leads": LEADS, "gate": {"target_rate": 0.3}}, '"target_sql_rate"?'),
        ({"leads": LEADS, "outcomes": {"path": "o", "at": "a", "horizon": 30}}, '"horizon_days"?'),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(sections, near):
    assert near in refused(**sections)


def test_all_mistakes_of_a_section_are_counted():
    assert "1 more such mistake" in refused(leads={**LEADS, "id": 3, "created_at": 4})


def test_a_configuration_file_is_found_beside_its_data(tmp_path):
    (tmp_path / "mqlgate.toml").write_text('[leads]\npath = "data/leads.csv"\n')
    said = load(tmp_path / "mqlgate.toml")
    assert said.resolve("data/leads.csv") == tmp_path / "data" / "leads.csv"
    assert said.resolve("/elsewhere/leads.csv") == Path("/elsewhere/leads.csv")


def test_a_bom_is_no_mistake(tmp_path):
    (tmp_path / "mqlgate.toml").write_bytes(b'\xef\xbb\xbf[leads]\npath = "leads.csv"\n')
    assert load(tmp_path / "mqlgate.toml")[LeadsSection].path == "leads.csv"


def test_a_secret_comes_from_the_environment_and_leaves_no_trace(monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", "open sesame")
    said = config(leads={"url": "postgresql://ana:${CRM_PASSWORD}@host/crm", "query": "q"})
    url = said[LeadsSection].url
    assert url is not None
    assert "sesame" in url
    assert "sesame" not in repr(said[LeadsSection])
    assert "sesame" not in str(said.said)


def test_the_fingerprint_is_of_what_is_said_and_of_no_password():
    first = config(leads={"url": "postgresql://ana:one@host/crm", "query": "q"})
    second = config(leads={"url": "postgresql://ana:two@host/crm", "query": "q"})
    third = config(leads={"url": "postgresql://ana:one@host/crm", "query": "other"})
    assert first.fingerprint == second.fingerprint != third.fingerprint
    assert config().fingerprint == Config({"leads": LEADS}, Path("/other")).fingerprint


def test_a_wrong_url_is_not_shown_with_its_password():
    assert "sesame" not in refused(leads={"url": ["postgresql://ana:sesame@host/crm"], "query": "q"})


def test_a_replaced_section_leaves_the_others():
    said = config(gate={"target_sql_rate": 0.3}).replaced(leads={"path": "other.csv"})
    assert said[LeadsSection].path == "other.csv"
    assert said[GateSection].target_sql_rate == 0.3
