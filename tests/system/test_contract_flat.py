"""The contract's promises on a flat table with a target column and no time, and on versions and gates, as a stranger
tests them. Two small CRMs, each trained once.
"""

import json
import random
import shutil

import pytest

from ground.commands import Mqlgate
from ground.exported_crm import read_csv, write_csv

CONFIGURATION = """\
[leads]
path = "leads.csv"
id = "Lead ID"
order = "Number"
exclude = ["Tags"]

[outcomes]
column = "Converted"
accepted = ["Yes"]

[[disqualifiers]]
column = "country"
in = ["FR"]
reason = "geography"

[train]
tune = false
bootstraps = 5

[gate]
target_sql_rate = 0.50
"""


def flat_leads(count=260, open_leads=20):
    chance = random.Random(3)
    rows = []
    for number in range(count):
        visits, industry = chance.random() * 10, chance.choice(["steel", "saas", "retail"])
        accepted = chance.random() < 1 / (1 + 2.718 ** (2 - 0.5 * visits - (industry == "saas")))
        rows.append(
            {
                "Number": f"{number:04d}",
                "Lead ID": f"id-{number}",
                "visits": round(visits, 2),
                "industry": industry,
                "country": chance.choice(["US", "US", "FR"]),
                "Tags": chance.choice(["a", "b"]),
                "Converted": (" yes" if accepted else "No") if number < count - open_leads else None,
            }
        )
    return rows


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a flat table with two versions, the first the champion, and what `train --json` printed first."""
    folder = tmp_path_factory.mktemp("flat") / "crm"
    folder.mkdir()
    write_csv(folder / "leads.csv", flat_leads())
    (folder / "mqlgate.toml").write_text(CONFIGURATION, encoding="utf-8")
    first = Mqlgate(folder).inside("train", "--json")
    second = Mqlgate(folder).inside("train", "--promote")
    return folder, first, second


@pytest.fixture
def flat(trained, tmp_path):
    """A copy of that folder to change."""
    shutil.copytree(trained[0], tmp_path / "crm")
    return tmp_path / "crm"


def run(folder, *arguments):
    ran = Mqlgate(folder).inside(*arguments)
    assert not ran.has_traceback, ran.stderr
    return ran


def score(folder, *arguments):
    ran = run(folder, "score", "--out", "scores.csv", *arguments)
    assert ran.status == 0, ran.stderr
    return read_csv(folder / "scores.csv")


def test_a_lead_with_a_value_is_mature_and_one_without_is_censored(trained):
    assert trained[1].status == 0, trained[1].stderr
    told = trained[1].json()
    assert told["rows"] == {"mature": 240, "censored": 20, "used": 240}
    assert told["champion"] is True
    assert told["version"] == 1


def test_the_first_version_is_champion_and_a_challenger_that_does_not_win_exits_with_1(trained, flat):
    assert trained[2].status == 1
    assert {row["model_version"] for row in score(flat)} == {"1"}
    assert {row["model_version"] for row in score(flat, "--model-version", "2")} == {"2"}


def test_promote_and_rollback_move_the_champion_and_say_no_where_they_cannot(flat):
    assert run(flat, "promote", "--json").json() == {"champion": 2, "before": 1}
    assert run(flat, "rollback", "--json").json() == {"champion": 1, "before": 2}
    for command in (("rollback",), ("promote", "9"), ("score", "--out", "x.csv", "--model-version", "9")):
        assert run(flat, *command).status == 2, command


def test_what_needs_time_is_null_and_check_says_so(flat):
    findings = run(flat, "check", "--json").json()["findings"]
    assert "no_times" in {finding["code"] for finding in findings}
    rows = score(flat)
    assert [row["lead_id"] for row in rows] == [f"id-{number}" for number in range(240, 260)]
    assert {row["state"] for row in rows} == {"open"}
    assert {row["score_trend"] for row in rows} == {""}
    assert all(row["p_sql_at_mql"] == row["p_sql"] for row in rows)
    told = run(flat, "gate", "--json").json()
    assert told["leads_per_week"] is None
    assert told["next_month"]["low"] is None
    assert run(flat, "explain", "id-250").stdout.splitlines()[1].endswith(" the gate.")


def test_exactly_the_rows_of_a_file_are_scored_in_its_order_without_target_or_with_more_columns(flat):
    new = [
        {name: value for name, value in row.items() if name != "Converted"} | {"Extra": "=1+1", "Lead ID": f"new {n}"}
        for n, row in enumerate(flat_leads()[:9])
    ]
    write_csv(flat / "new.csv", new[::-1])
    rows = score(flat, "--leads", "new.csv")
    assert [row["lead_id"] for row in rows] == [f"new {n}" for n in range(8, -1, -1)]
    assert {row["state"] for row in rows} == {"open"}
    manifest = json.loads((flat / "scores.csv.manifest.json").read_text())
    assert (manifest["scope"], manifest["rows"]) == ("partial", 9)
    plain = [{name: value for name, value in row.items() if name not in ("Tags", "Number", "Extra")} for row in new]
    write_csv(flat / "new.csv", plain)
    assert {row["lead_id"]: row["p_sql"] for row in score(flat, "--leads", "new.csv")} == {
        row["lead_id"]: row["p_sql"] for row in rows
    }


def test_a_named_lead_that_has_its_target_is_decided(flat):
    write_csv(flat / "named.csv", flat_leads()[238:242])
    rows = score(flat, "--leads", "named.csv")
    states = {"yes": "accepted", "no": "rejected", "": "open"}
    wanted = [states[(row["Converted"] or "").strip().lower()] for row in flat_leads()[238:242]]
    assert [row["state"] for row in rows] == wanted
    assert all((row["p_sql"] == "") == (row["state"] != "open") for row in rows)


@pytest.mark.parametrize("lacking", ["visits", "country", "Lead ID"])
def test_a_missing_key_or_feature_column_is_an_error_that_names_it(flat, lacking):
    write_csv(flat / "new.csv", [{n: v for n, v in row.items() if n != lacking} for row in flat_leads()[:5]])
    ran = run(flat, "score", "--out", "scores.csv", "--leads", "new.csv")
    assert ran.status == 2
    assert f'"{lacking}"' in ran.stderr
    assert not (flat / "scores.csv").exists()


@pytest.mark.parametrize(("accepted", "missing"), [(9, "1 more"), (4, "6 more"), (0, "10 more")])
def test_too_little_to_learn_from_says_how_many_more_are_needed_and_registers_nothing(tmp_path, accepted, missing):
    rows = flat_leads()
    for number, row in enumerate(rows):
        row["Converted"] = "Yes" if number < accepted else "No"
    write_csv(tmp_path / "leads.csv", rows)
    (tmp_path / "mqlgate.toml").write_text(CONFIGURATION, encoding="utf-8")
    ran = run(tmp_path, "train")
    assert ran.status == 1
    assert missing in ran.stderr
    assert run(tmp_path, "score", "--out", "scores.csv").status == 2


GATES = [
    ("target_sql_rate = 0.99", 1, "target_sql_rate"),
    ("target_sql_rate = 0.99\nkeep_sqls = 0.5", 1, "target_sql_rate"),
    ("keep_sqls = 0.5", 0, "keep_sqls"),
    ("value_per_sql = 900\ncost_per_worked_lead = 360", 0, "value"),
    ("", 0, "sql_rate"),
    ("target_sql_rate = 0.99\nin_force = 0.31", 0, "in_force"),
]


@pytest.mark.parametrize(("said", "status", "objective"), GATES)
def test_the_first_objective_that_is_given_is_in_force(flat, said, status, objective):
    (flat / "mqlgate.toml").write_text(CONFIGURATION.replace("target_sql_rate = 0.50", said), encoding="utf-8")
    ran = run(flat, "gate", "--json")
    assert ran.status == status
    told = ran.json()
    assert told == json.loads((flat / "gate.json").read_text())
    assert told["objective"] == objective
    assert told["met"] == (status == 0)
    assert told["gate"] is not None, "the closest, where none is met"
    if objective == "value":
        assert told["gate"] == pytest.approx(0.4)
    if objective == "in_force":
        assert told["gate"] == 0.31
        assert {row["passes_gate"] for row in score(flat)} <= {"true", "false"}


RULES = [
    ('column = "country"', 'column = "cuntry"', "unknown_rule_column"),
    ('column = "country"', 'column = "Tags"', "unknown_rule_column"),
    ('in = ["FR"]', "below = 5", "rule_without_numbers"),
    ("target_sql_rate = 0.50", 'target_sql_rate = 0.50\nsegments = ["industri"]', "unknown_rule_column"),
]


@pytest.mark.parametrize(("was", "becomes", "code"), RULES)
def test_check_and_train_stop_at_a_rule_that_would_meet_nobody(flat, was, becomes, code):
    (flat / "mqlgate.toml").write_text(CONFIGURATION.replace(was, becomes), encoding="utf-8")
    ran = run(flat, "check", "--json")
    assert ran.status == 1
    found = [finding for finding in ran.json()["findings"] if finding["severity"] == "error"]
    assert [finding["code"] for finding in found] == [code]
    assert all(finding["mend"] for finding in found)
    assert run(flat, "train").status == 1


def test_every_command_has_help_and_an_unknown_one_is_a_mistake(flat):
    for command in ("demo", "init", "features", "check", "train", "promote", "rollback", "gate", "score", "explain"):
        ran = run(flat, command, "--help")
        assert ran.status == 0
        assert "--json" in ran.stdout
    assert run(flat, "bogus").status == 2
    assert run(flat, "score", "--bogus").status == 2


MISTAKES = [
    ('reason = "geography"', 'reason = ""', '"reason" is empty'),
    (
        "[train]",
        "[features.activity_tiers]\ntop = ['demo']\n[train]",
        '"activity_tiers.top" is "top", which should be \'high\'',
    ),
    (
        "[[disqualifiers]]",
        '[outcomes.reasons]\nsmall = "tiny"\n[[disqualifiers]]',
        '"reasons": "small" stands for "tiny"',
    ),
    ("target_sql_rate = 0.50", "target_sql_rate = 50", "write 0.5"),
    ("tune = false", "tunes = false", 'unknown key "tunes"'),
]


@pytest.mark.parametrize(("was", "becomes", "said"), MISTAKES)
def test_a_mistake_in_the_configuration_is_told_in_its_own_words(flat, was, becomes, said):
    (flat / "mqlgate.toml").write_text(CONFIGURATION.replace(was, becomes), encoding="utf-8")
    ran = run(flat, "check")
    assert ran.status == 2
    assert ran.stderr.startswith("mqlgate.toml, [")
    assert said in ran.stderr


@pytest.mark.parametrize("command", ["train", "gate"])
def test_train_and_gate_stop_at_any_error_of_check(flat, command):
    rows = flat_leads()
    write_csv(flat / "leads.csv", [*rows, rows[0]])
    ran = run(flat, command)
    assert ran.status == 1
    assert "duplicate_id" in ran.stderr
    assert not (flat / "gate.json").exists()
    assert run(flat, "score", "--out", "scores.csv").status == 0, "the night is not lost"
