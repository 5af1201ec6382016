"""The main job by its own commands on the generated CRM: what each prints, writes and exits with, and what adds up."""

import csv
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from ground.commands import Mqlgate

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
LEADS = 1_500


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The demo, run once as a user runs it."""
    folder = tmp_path_factory.mktemp("demo")
    return Mqlgate(folder)("demo", "crm", "--leads", LEADS, "--seed", 3, "--json"), folder / "crm"


@pytest.fixture
def demo(ran):
    """The folder of the demo."""
    return ran[1]


@pytest.fixture
def at(demo):
    """Runs a command in the demo's folder."""
    return lambda *arguments, **more: Mqlgate(demo).inside(*arguments, **more)


def valid(answer, name):
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{name}.json").read_text()))
    return answer


def scores_of(path):
    return pd.read_csv(path, dtype={"lead_id": str, "model_version": str})


def test_the_demo_runs_and_says_what_the_schema_says(ran):
    done, _ = ran
    assert done.status == 0, done.stderr
    valid(done.json(), "demo")


def test_the_demo_leaves_everything_where_it_says(ran):
    done, folder = ran
    for name in [
        *done.json()["files"],
        "truth.csv",
        "scores.csv",
        "scores.csv.manifest.json",
        "gate.html",
        "gate.json",
    ]:
        assert (folder / name).is_file(), name


def test_every_open_lead_and_every_lead_not_yet_an_mql_is_scored(demo):
    truth = pd.read_csv(demo / "truth.csv", dtype={"lead_id": str})
    scores = scores_of(demo / "scores.csv")
    assert set(scores["state"]) <= {"open", "not_mql"}
    assert set(scores["lead_id"]) == set(truth.loc[truth["state"].isin(["open", "not_mql"]), "lead_id"])
    assert scores["lead_id"].is_unique


def test_rows_come_out_in_the_order_of_the_input(demo):
    leads = pd.read_csv(demo / "leads.csv", dtype={"lead_id": str})["lead_id"]
    place = {lead: number for number, lead in enumerate(leads)}
    places = scores_of(demo / "scores.csv")["lead_id"].map(place)
    assert places.is_monotonic_increasing


def test_every_figure_of_a_score_is_what_the_contract_says(demo):
    scores = scores_of(demo / "scores.csv")
    p = scores["p_sql"]
    assert ((p > 0) & (p < 1)).all()
    assert (scores["p_sql_low"] <= p).all()
    assert (p <= scores["p_sql_high"]).all()
    assert (scores["score"] == [math.floor(100 * value) for value in p]).all()
    assert set(scores["grade"]) <= set("ABCD")
    assert set(scores["score_trend"]) <= {"new", "improving", "steady", "declining"}
    not_mql = scores[scores["state"] == "not_mql"]
    assert (not_mql["p_sql"] == not_mql["p_sql_at_mql"]).all()


def test_grades_begin_where_the_gate_says(demo):
    scores, gate = scores_of(demo / "scores.csv"), json.loads((demo / "gate.json").read_text())
    bands = gate["grades"]
    assert bands["b"] == gate["gate"]
    assert bands["d"] == gate["gate"] / 2
    expected = [
        "A" if p >= bands["a"] else "B" if p >= bands["b"] else "C" if p >= bands["d"] else "D" for p in scores["p_sql"]
    ]
    assert scores["grade"].tolist() == expected


def test_a_lead_passes_where_either_probability_reaches_the_gate_and_nothing_disqualifies_it(demo):
    scores, gate = scores_of(demo / "scores.csv"), json.loads((demo / "gate.json").read_text())
    if not gate["met"]:
        assert scores["passes_gate"].isna().all()
        return
    reached = (scores["p_sql"] >= gate["gate"]) | (scores["p_sql_at_mql"] >= gate["gate"])
    own = {segment["values"]["source"] for segment in gate["segments"] if segment["own"]}
    source = scores.merge(pd.read_csv(demo / "leads.csv", dtype=str)[["lead_id", "source"]], how="left")["source"]
    plain = ~source.isin(own)
    assert plain.any()
    assert (scores["passes_gate"] == (reached & scores["disqualified"].isna()))[plain].all()
    assert scores["disqualified"].notna().any()


def test_reasons_add_up(demo):
    for row in scores_of(demo / "scores.csv").itertuples():
        reasons = json.loads(row.reasons)
        assert len(reasons) <= 7
        assert reasons[-1]["column"] is None
        assert sum(r["log_odds"] for r in reasons) == pytest.approx(row.log_odds - row.base_log_odds, abs=1e-6)
        assert all(r["group"] in ("fit", "intent", "other") and r["words"] for r in reasons[:-1])


def test_points_add_up_to_the_probability_from_one_base(demo):
    """For leads of one age (not MQLs) the base is one probability: what is left of each p after its points."""
    scores = scores_of(demo / "scores.csv").query("state == 'not_mql'")
    points = [sum(r["points"] for r in json.loads(text)) for text in scores["reasons"]]
    base = 100 * scores["p_sql"].to_numpy() - points
    assert base.max() - base.min() < 1e-6
    assert 0 < base.mean() < 100


def test_the_manifest_tells_the_truth(demo):
    import hashlib

    manifest = json.loads((demo / "scores.csv.manifest.json").read_text())
    content = (demo / "scores.csv").read_bytes()
    assert manifest["checksum"] == hashlib.sha256(content).hexdigest()
    assert manifest["rows"] == len(scores_of(demo / "scores.csv"))
    assert manifest["scope"] == "full"
    assert manifest["model_version"] == "1"


def test_probabilities_are_near_the_truth_on_average(demo):
    """In five groups by score, open and not yet MQL apart: a loose check; the promises are strict."""
    truth = pd.read_csv(demo / "truth.csv", dtype={"lead_id": str})
    both = scores_of(demo / "scores.csv").merge(truth, on="lead_id", suffixes=("", "_true"))
    correlation = both["p_sql"].corr(both["p_sql_at_as_of"], method="spearman")
    assert correlation > 0.3


def test_the_same_night_gives_the_same_bytes(demo, at, tmp_path):
    done = at("score", "--out", tmp_path / "again.csv", "--json")
    assert done.status == 0, done.stderr
    assert (tmp_path / "again.csv").read_bytes() == (demo / "scores.csv").read_bytes()
    valid(done.json(), "score")


def test_parquet_holds_the_same_table_and_its_manifest(demo, at, tmp_path):
    import pyarrow.parquet as pq

    assert at("score", "--out", tmp_path / "scores.parquet").status == 0
    table = pq.read_table(tmp_path / "scores.parquet")
    manifest = json.loads(table.schema.metadata[b"mqlgate.manifest"])
    assert manifest["checksum"] == json.loads((demo / "scores.csv.manifest.json").read_text())["checksum"]
    assert table["p_sql"].to_pylist() == scores_of(demo / "scores.csv")["p_sql"].tolist()


@pytest.mark.parametrize("name", ["check", "features", "gate"])
def test_what_a_command_prints_as_json_is_what_its_schema_says(at, name, tmp_path):
    out = ["--out", tmp_path] if name == "gate" else []
    done = at(name, "--json", *out)
    assert done.status in (0, 1), done.stderr
    valid(done.json(), name)


def test_explain_says_what_the_scores_table_says(demo, at):
    row = scores_of(demo / "scores.csv").iloc[5]
    told = valid(at("explain", row["lead_id"], "--json").json(), "explain")
    assert told["p_sql"] == row["p_sql"]
    assert told["reasons"] == json.loads(row["reasons"])
    words = at("explain", row["lead_id"])
    assert words.status == 0
    assert f"Score {row['score']}" in words.stdout


def test_explain_names_the_nearest_leads(demo, at):
    done = at("explain", "L0000005x")
    assert done.status == 2
    assert '"L0000005"' in done.stderr
    assert not done.has_traceback


def test_exactly_the_rows_of_a_file_are_scored_in_their_order(demo, at, tmp_path):
    leads = pd.read_csv(demo / "leads.csv", dtype=str)
    truth = pd.read_csv(demo / "truth.csv", dtype=str).set_index("lead_id")["state"]
    chosen = pd.concat(
        [leads[leads["lead_id"].map(truth) == state].head(2) for state in ("accepted", "open", "rejected", "not_mql")]
    )
    chosen = chosen.sample(frac=1, random_state=1)
    new = chosen.iloc[[0]].assign(lead_id="NEW-1", mql_at="", extra_column="ignored")
    asked = pd.concat([new, chosen])
    asked.to_csv(tmp_path / "asked.csv", index=False)
    done = at("score", "--leads", tmp_path / "asked.csv", "--out", tmp_path / "out.csv", "--json")
    assert done.status == 0, done.stderr
    scores = scores_of(tmp_path / "out.csv")
    assert scores["lead_id"].tolist() == asked["lead_id"].tolist()
    assert done.json()["scope"] == "partial"
    decided = scores["state"].isin(["accepted", "rejected", "expired"])
    assert decided.any()
    assert scores.loc[decided, ["p_sql", "p_sql_low", "p_sql_at_mql", "score", "grade", "reasons"]].isna().all().all()
    assert scores.loc[~decided, "p_sql"].notna().all()
    assert scores.loc[0, "state"] == "not_mql"


def test_named_leads_score_as_they_do_in_the_full_table(demo, at, tmp_path):
    full = scores_of(demo / "scores.csv")
    leads = pd.read_csv(demo / "leads.csv", dtype=str)
    leads[leads["lead_id"].isin(full["lead_id"].head(20))].to_csv(tmp_path / "asked.csv", index=False)
    assert at("score", "--leads", tmp_path / "asked.csv", "--out", tmp_path / "out.csv").status == 0
    named = scores_of(tmp_path / "out.csv")
    assert named["p_sql"].tolist() == full["p_sql"].head(20).tolist()


@pytest.mark.parametrize(("share", "status"), [(0.009, 0), (0.011, 2)])
def test_the_night_is_lost_only_where_more_than_the_share_is_bad(demo, at, tmp_path, share, status):
    leads = pd.read_csv(demo / "leads.csv", dtype=str).head(1000).copy()
    bad = int(1000 * share)
    leads.loc[leads.index[:bad], "created_at"] = "31/02/2026"
    leads.to_csv(tmp_path / "asked.csv", index=False)
    out = tmp_path / "out.csv"
    out.write_text("what stood here before")
    done = at("score", "--leads", tmp_path / "asked.csv", "--out", out)
    assert done.status == status, done.stderr
    assert not done.has_traceback
    if status == 0:
        rejected = list(csv.DictReader((tmp_path / "out.csv.rejected.csv").open()))
        assert [row["record"] for row in rejected] == [str(number) for number in range(2, 2 + bad)]
        assert all(row["column"] == "created_at" and row["reason"] for row in rejected)
        assert len(scores_of(out)) == 1000 - bad
    else:
        assert "created_at" in done.stderr
        assert "max_bad_share" in done.stderr
        assert out.read_text() == "what stood here before"


def test_a_missing_key_column_stops_the_night(demo, at, tmp_path):
    pd.read_csv(demo / "leads.csv", dtype=str).rename(columns={"lead_id": "leadid"}).to_csv(
        tmp_path / "asked.csv", index=False
    )
    done = at("score", "--leads", tmp_path / "asked.csv", "--out", tmp_path / "out.csv")
    assert done.status == 2
    assert '"leadid"' in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_missing_feature_column_stops_the_night(demo, at, tmp_path):
    pd.read_csv(demo / "leads.csv", dtype=str).drop(columns="country").to_csv(tmp_path / "asked.csv", index=False)
    done = at("score", "--leads", tmp_path / "asked.csv", "--out", tmp_path / "out.csv")
    assert done.status == 2
    assert '"country"' in done.stderr


def test_a_database_table_is_replaced_and_read_back(demo, at, tmp_path):
    import sqlite3

    url = f"sqlite:///{tmp_path}/scores.db"
    for _ in range(2):
        assert at("score", "--out", url, "--table", "lead scores").status == 0
    with sqlite3.connect(tmp_path / "scores.db") as database:
        stored = database.execute('SELECT lead_id, p_sql FROM "lead scores"').fetchall()
    full = scores_of(demo / "scores.csv")
    assert stored == list(zip(full["lead_id"], full["p_sql"], strict=True))


def test_any_past_day_can_be_replayed(demo, at, tmp_path):
    """What became known later changes nothing: scoring as of a day gives the same after later records are gone.

    History stays: the old value that a later change notes is what was true before it.
    """
    shutil.copytree(demo, tmp_path / "then")
    outcomes = pd.read_csv(demo / "outcomes.csv", dtype=str)
    outcomes[outcomes["recorded_at"] <= "2026-03-31T23:59:59Z"].to_csv(tmp_path / "then" / "outcomes.csv", index=False)
    acts = pd.read_parquet(demo / "activities.parquet")
    acts[acts["synced_at"] <= pd.Timestamp("2026-04-01", tz=acts["synced_at"].dt.tz)].to_parquet(
        tmp_path / "then" / "activities.parquet"
    )
    now = at("score", "--as-of", "2026-03-31", "--out", tmp_path / "now.csv")
    then = Mqlgate(tmp_path / "then").inside("score", "--as-of", "2026-03-31", "--out", tmp_path / "then.csv")
    assert now.status == then.status == 0, now.stderr + then.stderr
    assert (tmp_path / "now.csv").read_bytes() == (tmp_path / "then.csv").read_bytes()


def test_a_kill_in_the_middle_leaves_the_old_table(demo, tmp_path):
    out = tmp_path / "scores.csv"
    out.write_text("the old table")
    running = subprocess.Popen(
        [sys.executable, "-m", "mqlgate", "score", "--out", str(out)],
        cwd=demo,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(1.5)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert out.read_text() in ("the old table",) or out.read_text().startswith("lead_id,")


def test_a_second_version_is_a_challenger_and_can_be_promoted_and_rolled_back(demo, at):
    trained = at("train", "--json")
    assert trained.status == 0, trained.stderr
    told = valid(trained.json(), "train")
    assert told["version"] == 2
    assert told["champion"] is False
    assert told["challenge"]["champion"] == 1
    assert told["challenge"]["difference"] == pytest.approx(0, abs=1e-12)
    assert valid(at("promote", "2", "--json").json(), "promote") == {"champion": 2, "before": 1}
    assert valid(at("rollback", "--json").json(), "rollback") == {"champion": 1, "before": 2}


def test_a_challenger_that_does_not_win_exits_with_1(at):
    done = at("train", "--promote", "--json")
    assert done.status == 1
    assert done.json()["champion"] is False


def test_a_signed_gate_wins(demo, at, tmp_path):
    text = (demo / "mqlgate.toml").read_text().replace("[gate]\n", "[gate]\nin_force = 0.42\n")
    (demo / "signed.toml").write_text(text)
    done = at("gate", "--config", "signed.toml", "--out", tmp_path, "--json")
    assert done.status == 0
    assert done.json()["gate"] == 0.42
    assert done.json()["objective"] == "in_force"
    assert at("score", "--config", "signed.toml", "--out", tmp_path / "signed.csv").status == 0
    scores = scores_of(tmp_path / "signed.csv")
    passed = ((scores["p_sql"] >= 0.42) | (scores["p_sql_at_mql"] >= 0.42)) & scores["disqualified"].isna()
    assert (scores["passes_gate"] == passed).all()


def test_a_gate_that_nothing_meets_exits_with_1_and_names_the_closest(demo, at, tmp_path):
    (demo / "steep.toml").write_text(
        (demo / "mqlgate.toml").read_text().replace("target_sql_rate = 0.30", "target_sql_rate = 0.99")
    )
    done = at("gate", "--config", "steep.toml", "--out", tmp_path, "--json")
    assert done.status == 1
    assert done.json()["met"] is False
    assert 0 < done.json()["gate"] < 1


def test_too_little_data_is_an_answer_and_registers_nothing(demo, tmp_path):
    shutil.copytree(demo, tmp_path / "few", ignore=shutil.ignore_patterns("mlflow.db", "models"))
    outcomes = pd.read_csv(demo / "outcomes.csv", dtype=str)
    kept = outcomes["stage"].isin(["rejected", "contacted"]) | (outcomes["stage"].isin(["accepted"]).cumsum() <= 5)
    outcomes[kept & (outcomes["stage"] != "closed_won")].to_csv(tmp_path / "few" / "outcomes.csv", index=False)
    done = Mqlgate(tmp_path / "few").inside("train")
    assert done.status == 1
    assert not done.has_traceback
    assert not (tmp_path / "few" / "mlflow.db").exists()
    assert "more" in done.stderr


def test_init_writes_a_configuration_that_runs_unchanged(demo, tmp_path):
    for name in ("leads.csv", "accounts.csv", "activities.parquet", "outcomes.csv"):
        shutil.copy(demo / name, tmp_path)
    at_home = Mqlgate(tmp_path)
    done = at_home.inside(
        "init", "leads.csv", "activities.parquet", "outcomes.csv", "--lookup", "accounts.csv", "--yes"
    )
    assert done.status == 0, done.stderr
    assert at_home.inside("check").status == 0
    again = at_home.inside("init", "leads.csv")
    assert again.status == 2
    assert "--force" in again.stderr
    trained = at_home.inside("train", "--json")
    assert trained.status == 0, trained.stderr
    assert trained.json()["rows"]["used"] > 500


def test_help_names_only_commands_that_are_there(at):
    done = at("--help")
    listed = [
        line.split()[0] for line in done.stdout.partition("Commands:")[2].strip().splitlines() if line.startswith("  ")
    ]
    for command in [name for name in listed if name.isidentifier()]:
        assert at(command, "--help").status == 0
    assert "sync" not in listed
    assert "monitor" not in listed


def test_progress_is_told_on_stderr_and_never_on_stdout(ran):
    done, _ = ran
    json.loads(done.stdout)
    assert "mqlgate demo:" in done.stderr


def test_scored_at_is_the_as_of_moment(at, tmp_path):
    assert at("score", "--as-of", "2026-05-31T10:00", "--out", tmp_path / "s.csv").status == 0
    assert set(scores_of(tmp_path / "s.csv")["scored_at"]) == {"2026-05-31T10:00:00Z"}
    assert datetime.fromisoformat("2026-05-31T10:00:00Z")
