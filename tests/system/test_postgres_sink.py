"""A scores table in a real PostgreSQL is replaced in one transaction, whoever reads or writes meanwhile."""

import threading
from datetime import UTC, date, datetime

import pytest

from ground.sample_scores import AS_OF, FACTS, IDS, scores
from ground.sql_sinks import REJECTED, check_killed_at_any_step, check_manifest, execute, rows, write
from mqlgate.errors import InputError
from mqlgate.sinks.schema import NAMES, conformed
from mqlgate.sinks.sql import TableName, TableWriter


def test_every_value_reads_back_equal(fresh_postgres_url):
    frame = scores(40).assign(reactivate_on=date(2018, 5, 1), sla_tier=2)
    write(fresh_postgres_url, "scores", frame)
    read = rows(fresh_postgres_url, f"SELECT {', '.join(NAMES)}, reasons::text FROM scores")
    expected = {row["lead_id"]: row for row in conformed(frame).to_pylist()}
    assert set(IDS) < set(expected)
    assert len(read) == 40
    for row in read:
        found, wanted = dict(zip(NAMES, row)), dict(expected[row[0]])
        found["reasons"] = row[-1]  # JSON keeps its text
        assert found == {**wanted, "scored_at": AS_OF.replace(tzinfo=UTC)}


def test_the_columns_have_the_types_of_the_contract(fresh_postgres_url):
    write(fresh_postgres_url, "scores", scores(1))
    sql = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'scores'"
    kinds = dict(rows(fresh_postgres_url, sql))
    assert (kinds["lead_id"], kinds["p_sql"], kinds["score"]) == ("text", "double precision", "integer")
    assert (kinds["scored_at"], kinds["passes_gate"]) == ("timestamp with time zone", "boolean")
    assert (kinds["reasons"], kinds["reactivate_on"]) == ("json", "date")


def test_killed_at_any_step_a_reader_sees_the_old_table_or_the_new_one(fresh_postgres_url):
    assert check_killed_at_any_step(fresh_postgres_url, "scores") > 10


def test_the_manifest_stands_in_a_table_beside(fresh_postgres_url):
    check_manifest(fresh_postgres_url, "scores")
    as_of = rows(fresh_postgres_url, "SELECT as_of FROM scores_manifest")[0][0]
    assert as_of == datetime(2018, 2, 28, 23, 59, 59, 999999, tzinfo=UTC)


def test_a_table_in_a_schema_is_written_there(fresh_postgres_url):
    execute(fresh_postgres_url, "CREATE SCHEMA crm")
    write(fresh_postgres_url, "crm.scores", scores(3), rejected=[REJECTED])
    write(fresh_postgres_url, "crm.scores", scores(4))
    assert rows(fresh_postgres_url, "SELECT count(*) FROM crm.scores") == [(4,)]
    assert rows(fresh_postgres_url, "SELECT to_regclass('public.scores')") == [(None,)]


def test_grants_and_views_of_the_table_are_kept(fresh_postgres_url):
    write(fresh_postgres_url, "scores", scores(5))
    execute(fresh_postgres_url, "GRANT SELECT ON scores TO PUBLIC", "CREATE VIEW best AS SELECT lead_id FROM scores")
    write(fresh_postgres_url, "scores", scores(2))
    assert rows(fresh_postgres_url, "SELECT count(*) FROM best") == [(2,)]
    grants = "SELECT count(*) FROM information_schema.table_privileges WHERE table_name='scores' AND grantee='PUBLIC'"
    assert rows(fresh_postgres_url, grants) == [(1,)]


def test_a_scores_table_of_another_release_is_replaced_with_its_columns(fresh_postgres_url):
    write(fresh_postgres_url, "scores", scores(5))
    execute(fresh_postgres_url, "ALTER TABLE scores DROP COLUMN handoff, ADD COLUMN old TEXT")
    write(fresh_postgres_url, "scores", scores(2))
    assert rows(fresh_postgres_url, "SELECT count(*), count(handoff) FROM scores") == [(2, 0)]


def test_a_table_of_someone_else_is_not_touched(fresh_postgres_url):
    execute(fresh_postgres_url, "CREATE TABLE leads (lead_id TEXT)", "INSERT INTO leads VALUES ('1')")
    with pytest.raises(InputError, match="holds something else"), TableWriter(fresh_postgres_url, "leads", FACTS):
        pytest.fail("scoring must not begin")
    assert rows(fresh_postgres_url, "SELECT * FROM leads") == [("1",)]


@pytest.mark.parametrize("table", ['"Scores; DROP TABLE leads --"', '"100 % (s) of leads"', '"a\'b"', "Scores"])
def test_names_are_quoted(fresh_postgres_url, table):
    execute(fresh_postgres_url, "CREATE TABLE leads (x INTEGER)")
    write(fresh_postgres_url, table, scores(3), rejected=[REJECTED])
    write(fresh_postgres_url, table, scores(4), rejected=[REJECTED])
    assert rows(fresh_postgres_url, f"SELECT count(*) FROM {TableName.parse(table, 63)}".replace("%", "%%")) == [(4,)]
    assert rows(fresh_postgres_url, "SELECT count(*) FROM leads") == [(0,)]


def test_readers_see_the_old_rows_until_the_end_and_are_never_kept_waiting(fresh_postgres_url):
    url = fresh_postgres_url
    write(url, "scores", scores(5))
    quick = "SET statement_timeout = '2s'"
    with TableWriter(url, "scores", FACTS) as writer:
        writer.write(scores(3000))
        execute(url, quick, "SELECT count(*) FROM scores")
        assert rows(url, "SELECT count(*) FROM scores") == [(5,)]
        writer.write(scores(10, 3000))
    assert rows(url, "SELECT count(*) FROM scores") == [(3010,)]


def test_two_writers_at_once_leave_the_rows_of_one_of_them(fresh_postgres_url):
    """Also for the very first table, which neither finds."""
    for table in ("first", "first"):
        wrong: list[Exception] = []

        def work(start, table=table, wrong=wrong):
            try:
                write(fresh_postgres_url, table, scores(50, start))
            except Exception as error:
                wrong.append(error)

        threads = [threading.Thread(target=work, args=(start,)) for start in (0, 1000, 2000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert rows(fresh_postgres_url, f"SELECT count(*), count(DISTINCT lead_id) FROM {table}") == [(50, 50)]
        assert rows(fresh_postgres_url, f"SELECT count(*) FROM {table}_manifest") == [(1,)]


@pytest.mark.parametrize("bad", ["nul\0byte", "lone \ud800 surrogate"])
def test_a_text_that_the_database_cannot_hold_is_told_and_the_old_rows_stand(fresh_postgres_url, bad):
    write(fresh_postgres_url, "scores", scores(5))
    with pytest.raises((InputError, ValueError)):
        write(fresh_postgres_url, "scores", scores(2).assign(lead_id=["a", bad]))
    assert rows(fresh_postgres_url, "SELECT count(*) FROM scores") == [(5,)]


def test_a_missing_schema_and_a_missing_right_are_told(fresh_postgres_url):
    with pytest.raises(InputError, match="nowhere"):
        write(fresh_postgres_url, "nowhere.scores", scores(1))
    execute(fresh_postgres_url, "CREATE ROLE reader LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(InputError, match="permission denied"):
        write(fresh_postgres_url.replace("postgres@", "reader@"), "scores", scores(1))
