"""The contract's promises on scores, as a stranger tests them: a small CRM of five CSV files, trained once.

What is said of one lead is tested by adding that lead to the exported files and scoring again.
"""

import json
import math
import shutil
import sqlite3

import pandas as pd
import pytest

from ground.commands import Mqlgate
from ground.exported_crm import CONFIGURATION, exported_crm, read_csv, write_csv

AS_OF = "2025-12-20T12:00:00"
NULL_FOR_DECIDED = ("p_sql", "p_sql_low", "p_sql_high", "p_sql_at_mql", "score", "grade", "score_trend", "passes_gate")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a CRM with a champion; never written to."""
    folder = exported_crm().write(tmp_path_factory.mktemp("crm") / "crm")
    ran = Mqlgate(folder).inside("train")
    assert ran.status == 0, ran.stderr
    return folder


@pytest.fixture
def crm(trained, tmp_path):
    """A copy of that folder to change, and its leads: `write(add)` adds what `add` does to the exported rows."""

    class Copy:
        folder = tmp_path / "crm"

        def write(self, add=lambda rows: None, configuration=CONFIGURATION):
            rows = exported_crm()
            add(rows)
            rows.write(self.folder, configuration)
            return rows

        def run(self, *arguments):
            ran = Mqlgate(self.folder).inside(*arguments)
            assert not ran.has_traceback, ran.stderr
            return ran

        def score(self, *arguments, out="scores.csv"):
            ran = self.run("score", "--out", out, *arguments)
            assert ran.status == 0, ran.stderr
            return {row["lead_id"]: row for row in read_csv(self.folder / out)}

    shutil.copytree(trained, Copy.folder)
    return Copy()


STATES = [
    ("S1", "2025-11-20 12:00:01", (), "open"),
    ("S2", "2025-11-20 11:59:59", (), "expired"),
    ("S3", "2025-10-01 12:00:00", (("accepted", "2025-10-31 12:00:00"),), "accepted"),
    ("S4", "2025-12-10 12:00:00", (("rejected", "2025-12-12 12:00:00"),), "rejected"),
    ("S5", "2025-12-10 12:00:00", (("rejected", "2025-12-11"), (" ACCEPTED ", "2025-12-12 12:00:00")), "accepted"),
    ("S6", "2025-12-10 12:00:00", (("accepted", "2025-12-11"), ("rejected", "2025-12-12 12:00:00")), "accepted"),
    ("S7", "2025-12-10 12:00:00", (("neither", "2025-12-12 12:00:00"),), "open"),
    ("S8", "2025-12-10 12:00:00", (("contacted", "2025-12-12 12:00:00"),), "open"),
    ("S9", "2025-12-10 12:00:00", (("accepted", "2025-12-20 12:00:01"),), "open"),
    ("S10", None, (), "not_mql"),
    ("S11", "2025-12-20 12:00:01", (), "not_mql"),
    ("S12", "2025-12-20 12:00:00", (), "open"),
    ("S13", "2025-11-20", (), "expired"),
    ("S14", "2025-12-20", (), "not_mql"),
]  # fmt: skip


def add_states(rows):
    for lead_id, mql_at, outcomes, _ in STATES:
        rows.lead(lead_id, mql_at)
        for stage, when in outcomes:
            rows.decide(lead_id, stage, when)


def test_each_state_is_told_and_only_open_leads_have_predictions(crm):
    rows = crm.write(add_states)
    write_csv(crm.folder / "named.csv", rows.leads[-len(STATES) :])
    scored = crm.score("--leads", "named.csv", "--as-of", AS_OF)
    assert {lead: row["state"] for lead, row in scored.items()} == {lead: state for lead, _, _, state in STATES}
    for row in scored.values():
        for column in NULL_FOR_DECIDED:
            is_decided = row["state"] in ("accepted", "rejected", "expired")
            assert (row[column] == "") == is_decided, (row["lead_id"], column)
    full = crm.score("--as-of", AS_OF, out="full.csv")
    assert {row["state"] for row in full.values()} == {"open", "not_mql"}
    assert [lead for lead in full if lead.startswith("S")] == [s[0] for s in STATES if s[3] in ("open", "not_mql")]


UNSEEN = [
    ("an act after as-of", lambda r: r.act("T", "demo", "2025-12-20 12:00:01")),
    ("an act recorded after as-of", lambda r: r.act("T", "demo", "2025-12-15 12:00:00", "2025-12-20 12:00:01")),
    ("an act recorded before it happened", lambda r: r.act("T", "demo", "2025-12-20 12:00:01", "2025-12-15 12:00:00")),
    ("an act on an unfinished day", lambda r: r.act("T", "demo", "2025-12-20", "2025-12-20")),
    ("an outcome after as-of", lambda r: r.decide("T", "rejected", "2025-12-20 12:00:01")),
    ("a colleague's outcome after as-of", lambda r: r.decide("00290", "accepted", "2025-12-20 12:00:01")),
    ("a change after as-of", lambda r: r.change("T", "stage_of_life", "lead", "sql", "2025-12-20 12:00:01")),
    ("a lead that comes later", lambda r: r.lead("later", "2025-12-21", created="2025-12-21 00:00:00")),
]


def test_nothing_is_seen_before_it_happened_and_was_recorded(crm):
    def scores(add):
        def target_and(rows):
            rows.lead("T", "2025-12-10 12:00:00")
            add(rows)

        crm.write(target_and)
        return crm.score("--as-of", AS_OF)["T"]

    known = scores(lambda rows: None)
    for what, add in UNSEEN:
        assert scores(add) == known, what
    seen = scores(lambda rows: rows.act("T", "demo", "2025-12-20 12:00:00"))
    assert float(seen["p_sql"]) > float(known["p_sql"]), "an act at as-of is seen"
    assert seen["p_sql_at_mql"] == known["p_sql_at_mql"], "and the snapshot at the MQL moment is what it was"
    assert seen["score_trend"] == "improving"


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2025-12-20", "2025-12-20T23:59:59.999999Z"),
        ("2025-12-20T12:00:00", "2025-12-20T12:00:00Z"),
        ("2025-12-20 12:00", "2025-12-20T12:00:00Z"),
        ("2025-12-20T12:00:00+02:00", "2025-12-20T10:00:00Z"),
        (None, "2025-12-20T12:48:00Z"),
    ],
)
def test_a_day_means_its_end_an_instant_itself_and_nothing_the_latest_time_of_the_data(crm, said, moment):
    crm.write(lambda rows: rows.act("00001", "mail", "2099-01-01 00:00:00"))
    scored = crm.score(*(("--as-of", said) if said else ()))
    assert {row["scored_at"] for row in scored.values()} == {moment}


def test_every_column_is_of_its_type_and_its_figures_agree(crm):
    crm.write(add_states)
    scored = crm.score("--as-of", AS_OF)
    assert crm.run("score", "--out", "scores.parquet", "--as-of", AS_OF).status == 0
    exact = pd.read_parquet(crm.folder / "scores.parquet").set_index("lead_id")
    grades = json.loads(crm.run("gate", "--json").stdout)["grades"]
    assert grades
    order = {grade: place for place, grade in enumerate("DCBA")}
    for row in scored.values():
        p = {name: float(row[name]) for name in ("p_sql", "p_sql_low", "p_sql_high", "p_sql_at_mql")}
        assert 0 < p["p_sql_low"] <= p["p_sql"] <= p["p_sql_high"] < 1
        assert {name: float(row[name]) for name in p} == {name: exact.at[row["lead_id"], name] for name in p}
        assert row["score"] == str(math.floor(100 * p["p_sql"]))
        assert row["passes_gate"] in ("true", "false")
        assert row["fit_score"].isdigit()
        assert row["intent_score"].isdigit()
        assert row["model_version"] == "1"
        high = (int(row["fit_score"]) >= 50, int(row["intent_score"]) >= 50)
        named = {(True, True): "pursue", (True, False): "nurture", (False, True): "qualify", (False, False): "hold"}
        assert row["quadrant"] == named[high]
        if row["state"] == "not_mql":
            assert row["p_sql_at_mql"] == row["p_sql"], "judged as if it became an MQL now"
    by_p = sorted(scored.values(), key=lambda row: float(row["p_sql"]))
    assert [order[row["grade"]] for row in by_p] == sorted(order[row["grade"]] for row in by_p)


def test_reasons_add_up_in_log_odds_and_in_points_from_one_base(crm):
    crm.write(lambda rows: [rows.lead(f"T{n}", "2025-12-20 12:00:00", employees=50 * n) for n in range(8)])
    scored = list(crm.score("--as-of", AS_OF).values())
    bases = []
    for row in scored:
        reasons = json.loads(row["reasons"])
        assert [reason["column"] is None for reason in reasons] == [False] * (len(reasons) - 1) + [True]
        assert len(reasons) <= 7
        assert all(set(reason) == {"column", "words", "value", "group", "log_odds", "points"} for reason in reasons)
        moved = sum(reason["log_odds"] for reason in reasons)
        assert moved == pytest.approx(float(row["log_odds"]) - float(row["base_log_odds"]), abs=1e-6)
        if row["scored_at"] == "2025-12-20T12:00:00Z" and row["lead_id"].startswith("T"):
            bases.append(float(row["p_sql"]) - sum(reason["points"] for reason in reasons) / 100)
    assert len(bases) == 8
    assert max(bases) - min(bases) < 2e-8, "leads of one age start from one base, to 1e-6 points"


def test_the_same_night_has_the_same_bytes_in_csv_and_the_same_values_in_parquet_and_sqlite(crm):
    crm.write(add_states)
    crm.score(out="one.csv")
    scored = crm.score(out="two.csv")
    assert (crm.folder / "one.csv").read_bytes() == (crm.folder / "two.csv").read_bytes()
    assert crm.run("score", "--out", "scores.parquet").status == 0
    table = pd.read_parquet(crm.folder / "scores.parquet")
    assert list(table["lead_id"]) == list(scored)
    assert list(table["p_sql"]) == [float(row["p_sql"]) for row in scored.values()]
    assert [str(p).lower() for p in table["passes_gate"]] == [row["passes_gate"] for row in scored.values()]
    assert str(table["score"].dtype).startswith("int")
    assert str(table["scored_at"].dtype).endswith("UTC]")
    assert crm.run("score", "--out", "sqlite:///scores.db", "--table", "scores").status == 0
    with sqlite3.connect(crm.folder / "scores.db") as database:
        rows = database.execute("SELECT lead_id, p_sql, score FROM scores ORDER BY rowid").fetchall()
    database.close()
    assert rows == [(row["lead_id"], float(row["p_sql"]), int(row["score"])) for row in scored.values()]


def test_parquet_and_sqlite_are_read_as_csv_is(crm):
    rows = crm.write(add_states)
    crm.score()
    wanted = (crm.folder / "scores.csv").read_bytes()
    parquet = database = CONFIGURATION
    with sqlite3.connect(crm.folder / "crm.db") as connection:
        for name in ("leads", "accounts", "activities", "history", "outcomes"):
            table = pd.DataFrame(getattr(rows, name))
            table.to_sql(name, connection, index=False)
            query = f'url = "sqlite:///crm.db"\nquery = "select * from {name}"'
            database = database.replace(f'path = "{name}.csv"', query)
            for part, half in enumerate((table[: len(table) // 2], table[len(table) // 2 :])):
                half.to_parquet(crm.folder / f"{name}-{part}.parquet")
            parquet = parquet.replace(f"{name}.csv", f"{name}-*.parquet")
    connection.close()
    for kind, configuration in (("Parquet globs", parquet), ("SQLite queries", database)):
        (crm.folder / "mqlgate.toml").write_text(configuration, encoding="utf-8")
        crm.score()
        assert (crm.folder / "scores.csv").read_bytes() == wanted, kind


@pytest.mark.parametrize(
    ("rule", "disqualified"),
    [
        ('column = "country"\nnot_in = ["US", "DE"]', {"FR"}),
        ('column = "country"\nin = ["us", "FR"]', {"US", "us", "FR"}),
        ('column = "employees"\nbelow = 50', {"FR"}),
        ('column = "employees"\nabove = 50', {"US", "us", "DE"}),
        ('column = "account_size"\nnot_in = ["small", "medium", "large"]', set()),
    ],
)
def test_a_disqualified_lead_never_passes_and_a_missing_value_disqualifies_nobody(crm, rule, disqualified):
    def leads(rows):
        for country, employees in (("US", 100), ("us", 100), ("DE", 100), ("FR", 10), ("", None)):
            rows.lead(f"T{country}", "2025-12-12 12:00:00", country=country, employees=employees)

    crm.write(leads, CONFIGURATION.replace('column = "country"\nnot_in = ["US", "DE"]', rule))
    scored = {lead[1:]: row for lead, row in crm.score().items() if lead.startswith("T")}
    assert {name for name, row in scored.items() if row["disqualified"]} == disqualified
    assert {row["disqualified"] for row in scored.values()} <= {"unsupported_geography", ""}
    assert all(scored[name]["passes_gate"] == "false" for name in disqualified)


HOSTILE = ['=HYPERLINK("http://x","y")', "<script>alert(1)</script>", 'a"b,c', "😀 é", "@SUM(1)", "{{7*7}}", "a\nb"]


def test_text_of_leads_reaches_scores_unchanged_and_never_a_terminal_as_commands(crm):
    crm.write(
        lambda rows: [
            rows.lead(f"T {text}".replace("\n", " "), "2025-12-12 12:00:00", source=text, industry=text, country="US")
            for text in [*HOSTILE, "\x1b[2J"]
        ]
    )
    scored = crm.score()
    wanted = [f"T {text}".replace("\n", " ") for text in HOSTILE]
    assert [lead for lead in scored if lead.startswith("T ")][: len(wanted)] == wanted
    assert all(json.loads(row["reasons"]) for row in scored.values())
    for command in (("explain", "T \x1b[2J"), ("explain", "T \x1b[3J"), ("check",)):
        ran = crm.run(*command)
        assert "\x1b" not in ran.stdout + ran.stderr, command


def test_rows_that_cannot_be_scored_are_told_with_empty_for_null_and_only_of_this_night(crm):
    rows = crm.write(
        configuration=CONFIGURATION.replace('exclude = ["Tags"]', 'exclude = ["Tags"]\nmax_bad_share = 0.5')
    )
    good = [rows.leads[-1] | {"Lead No": f"N{number}"} for number in range(4)]
    bad = [good[0] | {"Lead No": ""}, good[0] | {"Lead No": "Z", "mql_at": "=rubbish"}, dict(good[0])]
    write_csv(crm.folder / "named.csv", good + bad)
    assert list(crm.score("--leads", "named.csv")) == ["N0", "N1", "N2", "N3"]
    told = read_csv(crm.folder / "scores.csv.rejected.csv")
    assert [(row["record"], row["lead_id"], row["column"]) for row in told] == [
        ("6", "", "Lead No"),
        ("7", "Z", "mql_at"),
        ("8", "N0", "Lead No"),
    ]
    assert told[0]["value"] == ""
    write_csv(crm.folder / "named.csv", good)
    crm.score("--leads", "named.csv")
    assert sorted(path.name for path in crm.folder.glob("scores*")) == ["scores.csv", "scores.csv.manifest.json"]


@pytest.mark.parametrize("out", ["leads.csv", "./activities.csv", "accounts.csv", "mqlgate.toml", "named.csv"])
def test_scores_never_replace_what_they_are_made_of(crm, out):
    rows = crm.write()
    write_csv(crm.folder / "named.csv", rows.leads[-2:])
    before = (crm.folder / out).read_bytes()
    ran = crm.run("score", "--out", out, "--leads", "named.csv")
    assert ran.status == 2
    assert "Nothing was written" in ran.stderr or "ends in .csv" in ran.stderr
    assert (crm.folder / out).read_bytes() == before


def test_scores_never_replace_a_table_that_the_configuration_reads(crm):
    rows = crm.write()
    with sqlite3.connect(crm.folder / "crm.db") as connection:
        pd.DataFrame(rows.leads).to_sql("people", connection, index=False)
    connection.close()
    query = 'url = "sqlite:///crm.db"\nquery = "select * from people"'
    (crm.folder / "mqlgate.toml").write_text(CONFIGURATION.replace('path = "leads.csv"', query), encoding="utf-8")
    ran = crm.run("score", "--out", "sqlite:///crm.db", "--table", "people")
    assert ran.status == 2
    assert "[leads]" in ran.stderr
    assert crm.run("score", "--out", "sqlite:///crm.db", "--table", "scores").status == 0


def test_nothing_is_left_behind_and_nothing_but_the_scores_is_written(crm):
    crm.write()
    before = {path.relative_to(crm.folder) for path in crm.folder.rglob("*")}
    crm.score(out="night.csv")
    crm.run("explain", "00299")
    crm.run("check")
    crm.run("features")
    after = {path.relative_to(crm.folder) for path in crm.folder.rglob("*")}
    assert {str(path) for path in after - before} == {"night.csv", "night.csv.manifest.json"}


def test_a_rule_sees_a_field_as_it_was_on_the_day_that_is_replayed(crm):
    def add(rows):
        for lead_id, today in (("moved", "FR"), ("later", "FR"), ("twice", "US"), ("never", "FR")):
            rows.lead(lead_id, "2025-12-10 12:00:00", country=today)
        rows.change("moved", "country", "US", "FR", "2025-12-12 00:00:00")
        rows.change("later", "country", "US", "FR", "2025-12-18 00:00:00")
        rows.change("twice", "country", "US", "FR", "2025-12-12 00:00:00")
        rows.change("twice", "country", "FR", "US", "2025-12-18 00:00:00")

    crm.write(add)
    names = ("moved", "later", "twice", "never")
    for as_of, wanted in (("2025-12-11", "never"), ("2025-12-15", "moved twice never"), (AS_OF, "moved later never")):
        scored = crm.score("--as-of", as_of)
        assert {name for name in names if scored[name]["disqualified"]} == set(wanted.split()), as_of


def test_events_of_a_lead_with_an_unreadable_date_are_no_orphans(crm):
    crm.write(lambda rows: rows.leads[3].update(mql_at="31/02/2025"))
    ran = crm.run("check", "--json")
    assert ran.status == 1
    codes = {finding["code"] for finding in ran.json()["findings"]}
    assert "unreadable_date" in codes
    assert not {code for code in codes if code.startswith("orphan")}
