"""A scores table in a database is replaced in one transaction, and no one else's table is touched (SQLite)."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from ground.sample_scores import FACTS, scores
from ground.sql_sinks import REJECTED, check_killed_at_any_step, check_manifest, execute, rows, write
from mqlgate.errors import InputError
from mqlgate.sinks.files import ScoresWriter
from mqlgate.sinks.schema import NAMES, conformed
from mqlgate.sinks.sql import TableName, TableWriter


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'crm.db'}"


def test_every_value_reads_back_equal(url):
    write(url, "scores", scores(40))
    read = rows(url, f"SELECT {', '.join(NAMES)} FROM scores ORDER BY rowid")
    for row, wanted in zip(read, conformed(scores(40)).to_pylist(), strict=True):
        wanted["scored_at"] = "2018-02-28T23:59:59.999999Z"
        assert row == tuple(wanted.values())


def test_a_second_run_replaces_the_rows_of_the_first(url):
    write(url, "scores", scores(40))
    write(url, "scores", scores(3, start=100))
    assert [row[0] for row in rows(url, "SELECT lead_id FROM scores")] == ["lead 100", "lead 101", "lead 102"]


def test_a_relative_sqlite_path_is_relative_to_the_configuration(tmp_path):
    with TableWriter("sqlite:///out.db", "scores", FACTS, tmp_path) as writer:
        writer.write(scores(2))
    assert rows(f"sqlite:///{tmp_path / 'out.db'}", "SELECT count(*) FROM scores") == [(2,)]


def test_the_manifest_stands_in_a_table_beside(url):
    check_manifest(url, "scores")
    check_manifest(url, "scores")


def test_the_checksum_is_that_of_the_same_table_as_a_file(url, tmp_path):
    with ScoresWriter(tmp_path / "scores.csv", FACTS) as file:
        file.write(scores(50))
    assert write(url, "scores", scores(20), scores(30, 20)).checksum == file.manifest.checksum


def test_rejected_rows_stand_in_a_table_beside_and_do_not_outlive_their_run(url):
    write(url, "scores", scores(3), rejected=[REJECTED])
    assert rows(url, "SELECT * FROM scores_rejected") == [(17, "lead 9", "mql_at", "31/02/2018", "no date")]
    write(url, "scores", scores(3))
    assert rows(url, "SELECT * FROM scores_rejected") == []


def test_killed_at_any_step_a_reader_sees_the_old_table_or_the_new_one(url):
    assert check_killed_at_any_step(url, "scores") > 10


def test_where_scoring_fails_the_old_rows_stand(url):
    write(url, "scores", scores(5))
    with pytest.raises(ValueError, match="no column"):
        write(url, "scores", scores(9), scores(1).assign(p=0.5))
    assert rows(url, "SELECT count(*) FROM scores") == [(5,)]
    assert rows(url, "SELECT rows FROM scores_manifest") == [(5,)]


def test_readers_are_not_kept_waiting_while_scores_are_computed(url, tmp_path):
    write(url, "scores", scores(5))
    with TableWriter(url, "scores", FACTS) as writer:
        for _ in range(3):
            writer.write(scores(2000))
            with sqlite3.connect(tmp_path / "crm.db", timeout=0) as other:
                assert other.execute("SELECT count(*) FROM scores").fetchone() == (5,)
                other.execute("CREATE TABLE IF NOT EXISTS notes (x)")


def test_a_table_of_someone_else_is_not_touched(url):
    execute(url, "CREATE TABLE leads (lead_id TEXT, email TEXT)", "INSERT INTO leads VALUES ('1', 'a@b.c')")
    with pytest.raises(InputError, match="holds something else") as refusal, TableWriter(url, "leads", FACTS):
        pytest.fail("scoring must not begin")
    assert refusal.value.exit_status == 2
    assert rows(url, "SELECT * FROM leads") == [("1", "a@b.c")]


@pytest.mark.parametrize("ending", ["_manifest", "_rejected"])
def test_a_table_of_someone_else_beside_is_not_touched_and_the_scores_stay(url, ending):
    write(url, "scores", scores(5))
    execute(url, f"DROP TABLE IF EXISTS scores{ending}", f"CREATE TABLE scores{ending} (x INTEGER)")
    execute(url, f"INSERT INTO scores{ending} VALUES (1)")
    with pytest.raises(InputError, match="holds something else"):
        write(url, "scores", scores(9), rejected=[REJECTED])
    assert rows(url, f"SELECT * FROM scores{ending}") == [(1,)]
    assert rows(url, "SELECT count(*) FROM scores") == [(5,)]


def test_a_scores_table_of_another_release_is_replaced_with_its_columns(url):
    write(url, "scores", scores(5))
    execute(url, "ALTER TABLE scores DROP COLUMN handoff")
    write(url, "scores", scores(2))
    assert rows(url, "SELECT count(*), count(handoff) FROM scores") == [(2, 0)]


def test_indexes_and_views_of_the_table_are_kept(url):
    write(url, "scores", scores(5))
    execute(url, "CREATE INDEX by_lead ON scores (lead_id)", "CREATE VIEW best AS SELECT lead_id FROM scores")
    write(url, "scores", scores(2))
    assert rows(url, "SELECT count(*) FROM best") == [(2,)]
    assert rows(url, "SELECT name FROM sqlite_master WHERE name = 'by_lead'") == [("by_lead",)]


@pytest.mark.parametrize(
    "table", ['"Scores; DROP TABLE leads --"', '"100 % of leads"', '"a\'b"', '"with.dot"', "main.scores", "Ünï"]
)
def test_names_are_quoted(url, table):
    execute(url, "CREATE TABLE leads (x)")
    write(url, table, scores(3), rejected=[REJECTED])
    write(url, table, scores(4), rejected=[REJECTED])
    plain = TableName.parse(table, 100)
    assert rows(url, f"SELECT count(*) FROM {plain}") == [(4,)]
    assert rows(url, f"SELECT count(*) FROM {plain.beside('_rejected')}") == [(1,)]
    assert rows(url, "SELECT count(*) FROM leads") == [(0,)]


@pytest.mark.parametrize("table", ["", ".", "a.b.c", "a.", ".a", '"open', "x\0y"])
def test_what_is_no_name_of_a_table_is_told(url, table):
    with pytest.raises(InputError, match="no name of a table"):
        TableWriter(url, table, FACTS)


def test_a_name_that_postgres_would_cut_is_told():
    with pytest.raises(InputError, match="at most 54 bytes"):
        TableName.parse("s" * 55, 63)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql+pymysql://u:hush@h/db", "driver|cannot be written to mysql"),
        ("nonsense", "no database URL"),
        ("sqlite:////nowhere/at/all/crm.db", "unable to open"),
        ("postgresql+psycopg://u:hush@127.0.0.1:9/db", "127.0.0.1"),
    ],
)
def test_a_database_that_cannot_be_is_told_without_the_password(url, said):
    with pytest.raises(InputError, match=said) as refusal, TableWriter(url, "scores", FACTS):
        pytest.fail("scoring must not begin")
    assert "hush" not in str(refusal.value)


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "crm.db").write_text("not a database, but long enough to look like one" * 100)
    with pytest.raises(InputError, match="not a database"):
        write(f"sqlite:///{tmp_path / 'crm.db'}", "scores", scores(1))


def test_a_database_that_another_writer_holds_is_told(url, tmp_path, monkeypatch):
    monkeypatch.setattr("mqlgate.sinks.dialects._WAIT_SECONDS", 0)
    write(url, "scores", scores(5))
    with sqlite3.connect(tmp_path / "crm.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InputError, match="database is locked"):
            write(url, "scores", scores(9))
        other.execute("ROLLBACK")
    assert rows(url, "SELECT count(*) FROM scores") == [(5,)]


def test_a_table_without_rows_is_a_table(url):
    assert write(url, "scores", facts=replace(FACTS, scope="partial")).rows == 0
    assert rows(url, "SELECT count(*) FROM scores") == [(0,)]
