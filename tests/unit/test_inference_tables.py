"""What `init` makes of tables that it has never seen: ids, times, roles, lookups, whatever the columns are called."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from ground import undescribed
from ground.undescribed import ACTIVITIES, ENGLISH, NOW, OUTCOMES, STAGES, count, excluded, loaded, moment, write
from mqlgate import crm
from mqlgate.config import Config
from mqlgate.errors import InputError
from mqlgate.inference import Inferred, infer


def roles(inferred: Inferred) -> dict[str, object]:
    keys = ("id", "created_at", "qualified_at", "account", "source", "campaign", "owner", "email", "title")
    return {key: inferred.get("leads", key) for key in keys}


def test_usual_names_are_recognised_and_the_configuration_loads_without_a_bad_row(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH)
    acts = undescribed.activities(tmp_path / "acts.csv", ACTIVITIES, ["demo_request", "email_open"])
    verdicts = undescribed.outcomes(tmp_path / "outcomes.csv", OUTCOMES, STAGES)
    inferred = infer(leads, acts, verdicts, now=NOW)
    assert tuple(roles(inferred).values()) == ENGLISH
    assert inferred.get("activities", "recorded") == "synced_at"
    assert inferred.get("outcomes", "amount") == "amount"
    known = loaded(inferred)
    assert count(known, "SELECT count(*) FROM bad_row") == 0
    assert count(known, "SELECT count(*) FROM activity a WHERE lead_id NOT IN (SELECT lead_id FROM lead)") == 0
    assert count(known, "SELECT count(*) FROM lead WHERE qualified_at > created_at") == 400


GERMAN = (
    "Interessenten-Nr;Erstellt am;Qualifiziert am;Firma;Herkunft;Kampagne;Betreuer;E-Mail-Adresse;Berufsbezeichnung"
)
FRENCH = "Identifiant;Créé le;Date de qualification;Société;Provenance;Campagne;Propriétaire;Courriel;Intitulé du poste"
SPACED = "Lead ID;Create Date;Date MQL;Company name;Lead Source;utm_campaign;Lead Owner;Email Address;Job Title"
CAMEL = "LeadId;createdAt;qualifiedAt;accountName;leadSource;campaignName;leadOwner;emailAddress;jobTitle"


@pytest.mark.parametrize(
    ("header", "how"),
    [
        (GERMAN, {"mark": ";", "encoding": "utf-8-sig"}),
        (FRENCH, {"mark": ";", "encoding": "cp1252"}),
        (SPACED, {}),
        (CAMEL, {"mark": "\t"}),
    ],
    ids=["German", "French, Latin letters in another encoding", "English with spaces", "camel case"],
)
def test_roles_are_recognised_in_other_languages_and_spellings(
    tmp_path: Path, header: str, how: dict[str, str]
) -> None:
    names = tuple(header.split(";"))
    inferred = infer(undescribed.leads(tmp_path / "x.csv", names, **how), now=NOW)  # type: ignore[arg-type]
    assert tuple(roles(inferred).values()) == names
    assert (
        count(loaded(inferred), "SELECT count(*) FROM lead WHERE created_at IS NOT NULL AND account IS NOT NULL") == 400
    )


def test_day_and_month_are_settled_where_one_reading_is_possible(tmp_path: Path) -> None:
    day_first = infer(undescribed.leads(tmp_path / "a.csv", ENGLISH, form="%d/%m/%Y %H:%M"), now=NOW)
    month_first = infer(undescribed.leads(tmp_path / "b.csv", ENGLISH, form="%m/%d/%Y %H:%M"), now=NOW)
    iso = infer(undescribed.leads(tmp_path / "c.csv", ENGLISH), now=NOW)
    assert [i.get("leads", "dayfirst") for i in (day_first, month_first, iso)] == [True, False, None]


def test_dates_that_read_both_ways_are_left_to_the_user_and_said(tmp_path: Path) -> None:
    rows = [[i, f"0{1 + i % 9}/0{1 + i // 9 % 9}/2024"] for i in range(81)]
    inferred = infer(write(tmp_path / "leads.csv", ["id", "created_at"], rows), now=NOW)
    assert inferred.get("leads", "dayfirst") is None
    assert 'All dates of "created_at" read both ways' in inferred.to_toml()


def test_an_event_table_keeps_its_own_order_of_day_and_month(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH, form="%d.%m.%Y %H:%M")
    verdicts = undescribed.outcomes(tmp_path / "o.csv", OUTCOMES, STAGES, form="%m/%d/%Y %H:%M")
    inferred = infer(leads, None, verdicts, now=NOW)
    assert inferred.get("leads", "dayfirst") is True
    assert inferred.get("outcomes", "dayfirst") is False
    assert count(loaded(inferred), "SELECT count(*) FROM bad_row") == 0


def test_ids_keep_their_zeros_and_a_running_number_is_not_taken_for_one(tmp_path: Path) -> None:
    names = ("Nr", "created_at", "mql_at", "account_id", "source", "campaign", "owner", "email", "job_title")
    leads = undescribed.leads(tmp_path / "leads.csv", names, lead_id="{:04d}")
    columns = ("who", "what", "when_date", "loaded_at", "n")
    acts = undescribed.activities(tmp_path / "acts.csv", columns, ["demo", "mail"], lead_id="{:04d}")
    inferred = infer(leads, acts, now=NOW)
    assert inferred.get("leads", "id") == "Nr"
    assert inferred.get("activities", "lead") == "who"
    assert inferred.get("activities", "at") == "when_date"
    assert (
        count(loaded(inferred), "SELECT count(*) FROM lead l JOIN activity a USING (lead_id) WHERE l.lead_id = '0007'")
        > 0
    )


def test_of_several_dates_those_that_come_later_are_no_features(tmp_path: Path) -> None:
    rows = [
        [
            f"L{i}",
            moment(i),
            moment(i + 1),
            moment(i + 50),
            moment(i + 60) if i % 4 == 0 else None,
            moment(-9000 - i),
            moment(i + 9),
        ]
        for i in range(200)
    ]
    names = ["key", "Date added", "MQL date", "Last modified", "Close date", "Date of birth", "Contract review"]
    inferred = infer(write(tmp_path / "leads.csv", names, rows), now=NOW)
    assert inferred.get("leads", "created_at") == "Date added"
    assert inferred.get("leads", "qualified_at") == "MQL date"
    assert excluded(inferred) == {"Last modified", "Close date", "Contract review"}


def test_a_date_whose_name_says_nothing_is_taken_for_the_creation_and_said_to_be_a_guess(tmp_path: Path) -> None:
    rows = [[f"L{i}", moment(i), i % 7] for i in range(100)]
    inferred = infer(write(tmp_path / "leads.csv", ["key", "zzz", "visits"], rows), now=NOW)
    assert inferred.get("leads", "created_at") == "zzz"
    assert "no name says which it is" in inferred.to_toml()


def test_without_times_a_running_number_orders_the_leads(tmp_path: Path) -> None:
    rng = random.Random(0)
    rows = [[f"{rng.getrandbits(64):x}", 660_000 - i * 3, rng.random(), rng.randrange(2)] for i in range(300)]
    inferred = infer(
        write(tmp_path / "leads.csv", ["Prospect ID", "Lead Number", "TotalVisits", "Converted"], rows), now=NOW
    )
    assert inferred.get("leads", "id") == "Prospect ID"
    assert inferred.get("leads", "order") == "Lead Number"
    assert inferred.get("outcomes", "column") == "Converted"
    assert inferred.get("outcomes", "accepted") == (1,)
    assert "Lead Number" not in {c.name for c in loaded(inferred).columns}


def test_without_times_and_numbers_the_rows_are_taken_as_they_stand(tmp_path: Path) -> None:
    rng = random.Random(0)
    rows = [[f"k{rng.getrandbits(64):x}", rng.choice("ab")] for _ in range(100)]
    inferred = infer(write(tmp_path / "leads.csv", ["key", "kind"], rows), now=NOW)
    assert inferred.get("leads", "order") is None
    assert "rows are taken to stand in the order of time" in inferred.to_toml()


def test_a_number_called_campaign_is_no_campaign(tmp_path: Path) -> None:
    rows = [[i, i % 5 + 1, "web" if i % 2 else "fair"] for i in range(100)]
    inferred = infer(write(tmp_path / "leads.csv", ["id", "campaign", "source"], rows), now=NOW)
    assert inferred.get("leads", "campaign") is None
    assert inferred.get("leads", "source") == "source"


def test_an_address_is_recognised_by_its_values_whatever_its_column_is_called(tmp_path: Path) -> None:
    rows = [[i, f"p{i}@x{i % 9}.org"] for i in range(60)]
    inferred = infer(write(tmp_path / "leads.csv", ["id", "Kontakt"], rows), now=NOW)
    assert inferred.get("leads", "email") == "Kontakt"


def test_without_a_column_that_identifies_a_lead_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column is different in every row"):
        infer(write(tmp_path / "leads.csv", ["a", "b"], [[i % 3, i % 2] for i in range(60)]), now=NOW)


def test_a_table_that_refers_to_no_lead_is_refused_with_the_columns_that_were_looked_for(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH)
    acts = undescribed.activities(tmp_path / "acts.csv", ACTIVITIES, ["demo"], lead_id="other-{}")
    with pytest.raises(InputError, match=r'holds the ids of the leads(.|\n)*"lead_id"'):
        infer(leads, acts, now=NOW)


def test_outcomes_given_in_the_place_of_activities_are_recognised(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH)
    acts = undescribed.activities(tmp_path / "acts.csv", ACTIVITIES, ["demo_request", "email_open"])
    verdicts = undescribed.outcomes(tmp_path / "outcomes.csv", OUTCOMES, STAGES)
    alone, swapped = infer(leads, verdicts, now=NOW), infer(leads, verdicts, acts, now=NOW)
    assert alone.get("activities", "path") is None
    assert alone.get("outcomes", "path") == str(verdicts)
    assert (swapped.get("activities", "path"), swapped.get("outcomes", "path")) == (str(acts), str(verdicts))
    assert "swapped" in swapped.to_toml()


def test_lookups_are_joined_by_what_their_values_share(tmp_path: Path) -> None:
    rows = [[i, f"Firm {i % 30}", ["GTXPro", "MG Special", "mg  advanced"][i % 3], moment(i)] for i in range(300)]
    leads = write(tmp_path / "leads.csv", ["id", "employer", "item", "created_at"], rows)
    firms = write(
        tmp_path / "firms.csv",
        ["rank", "name", "sector"],
        [[100 + i, f"Firm {i}", "it" if i % 2 else "law"] for i in range(40)],
    )
    items = write(tmp_path / "items.csv", ["ITEM", "price"], [["GTX Pro", 5], ["MG Special", 6], ["MG Advanced", 7]])
    inferred = infer(leads, lookups=[firms, items], now=NOW)
    assert [inferred.get("lookups[1]", key) for key in ("key", "id")] == ["employer", "name"]
    assert [inferred.get("lookups[2]", key) for key in ("key", "id")] == ["item", "ITEM"]
    known = loaded(inferred)
    assert count(known, "SELECT count(item_price) FROM lead_value") == 300
    assert count(known, "SELECT count(employer_sector) FROM lead_value") == 300


def test_two_lookups_by_one_key_get_names_that_do_not_collide(tmp_path: Path) -> None:
    rows = [[i, f"F{i % 9}", "x" if i % 2 else "y"] for i in range(90)]
    leads = write(tmp_path / "leads.csv", ["id", "firm", "FIRM_size"], rows)
    one = write(tmp_path / "one.csv", ["firm", "size"], [[f"F{i}", i] for i in range(9)])
    two = write(tmp_path / "two.csv", ["firm", "Size"], [[f"F{i}", -i] for i in range(9)])
    names = {c.name.lower() for c in loaded(infer(leads, lookups=[one, two], now=NOW)).columns}
    assert len([name for name in names if name.endswith("size")]) == 3


def test_a_lookup_that_nothing_refers_to_is_refused(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH)
    other = write(tmp_path / "other.csv", ["sku", "price"], [["q1", 1], ["q2", 2]])
    with pytest.raises(InputError, match="refers to it"):
        infer(leads, lookups=[other], now=NOW)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows"):
        infer(write(tmp_path / "leads.csv", ["id", "created_at"], []), now=NOW)


def test_ids_that_became_floats_for_want_of_values_are_matched(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    leads = write(tmp_path / "leads.csv", ["lead_id", "created_at"], [[i, moment(i)] for i in range(1, 91)])
    acts = pa.table(
        {
            "contact": [None if i % 9 == 0 else float(i) for i in range(1, 91)],
            "type": ["demo", "mail", "visit"] * 30,
            "at": [datetime(2024, 2, 1 + i % 28) for i in range(90)],
        }
    )
    pq.write_table(acts, tmp_path / "acts.parquet")
    inferred = infer(leads, tmp_path / "acts.parquet", now=NOW)
    assert inferred.get("activities", "lead") == "contact"
    assert count(loaded(inferred), "SELECT count(*) FROM activity JOIN lead USING (lead_id)") == 80


def test_parquet_is_read_as_well(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {"lead_id": [f"00{i}" for i in range(50)], "created_at": [datetime(2024, 1, 1 + i % 28) for i in range(50)]}
    )
    pq.write_table(table, tmp_path / "leads.parquet")
    inferred = infer(tmp_path / "leads.parquet", now=NOW)
    assert (inferred.get("leads", "id"), inferred.get("leads", "created_at")) == ("lead_id", "created_at")


def test_a_file_of_leads_to_be_scored_is_looked_for_where_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undescribed.leads(tmp_path / "crm" / "leads.csv", ENGLISH)
    undescribed.leads(tmp_path / "new.csv", ENGLISH, n=3, lead_id="new-{}")
    monkeypatch.chdir(tmp_path)
    config = Config(infer("crm/leads.csv", now=NOW).to_dict() | {"leads": {"path": "leads.csv"}}, tmp_path / "crm")
    known = crm.load(config, now=NOW, asked=Path("new.csv"))
    assert count(known, "SELECT count(*) FROM lead WHERE asked") == 3
