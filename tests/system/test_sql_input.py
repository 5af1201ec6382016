"""Tables read from databases: SQLite files and a real PostgreSQL, types and all; and what is said where that fails."""

import socket
import sqlite3
import time
from datetime import datetime

import pytest

import mqlgate.config
from ground.small_crm import NOW, crm_of, rows, set_aside, values
from mqlgate import crm, labels
from mqlgate.errors import InputError


@pytest.fixture
def sqlite(tmp_path):
    """A SQLite file `crm.db` beside the configuration; call it to run statements there."""

    def run(*statements):
        connection = sqlite3.connect(tmp_path / "crm.db")
        with connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    run(
        "CREATE TABLE leads (lead_id, mql_at TEXT, size, note TEXT)",
        "INSERT INTO leads VALUES (7, '2026-01-05 10:30', 12, 'half past 10:30')",
        "INSERT INTO leads VALUES ('007', '2026-01-06', 2.5, '50% off'), (8.0, NULL, 'many', NULL)",
    )
    return run


def leads(directory, query, url="sqlite:///crm.db", **section):
    return crm_of(directory=directory, leads={"url": url, "query": query, **section})


def ids(known):
    return [lead for (lead,) in rows(known, "SELECT lead_id FROM lead ORDER BY row")]


def refused(directory, query, url="sqlite:///crm.db"):
    with pytest.raises(InputError) as error:
        leads(directory, query, url)
    assert "Traceback" not in str(error.value)
    return str(error.value)


def test_sqlite_beside_the_configuration_whatever_the_working_directory(sqlite, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    known = leads(tmp_path, "SELECT * FROM leads", qualified_at="mql_at")
    assert ids(known) == ["7", "007", "8"]
    assert values(known, "size") == ["12", "2.5", "many"]
    assert rows(known, "SELECT qualified_at FROM lead ORDER BY row") == [
        (datetime(2026, 1, 5, 10, 30),),
        (datetime(2026, 1, 6),),
        (None,),
    ]
    assert ids(leads(tmp_path / "elsewhere", "SELECT lead_id FROM leads", f"sqlite:///{tmp_path}/crm.db")) == ids(known)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT lead_id FROM leads WHERE note LIKE '%10:30'", ["7"]),
        ("SELECT lead_id FROM leads WHERE note LIKE '50%' -- 5 % :of", ["007"]),
        ("SELECT lead_id FROM leads WHERE mql_at < '2026-01-05 11:00:00';", ["7"]),
        ("WITH chosen AS (SELECT * FROM leads) SELECT lead_id FROM chosen WHERE size = 12", ["7"]),
        ("SELECT lead_id FROM leads WHERE note = '%(x)s' OR note = ':name' OR note = '?'", []),
    ],
)
def test_a_query_goes_to_the_database_as_it_is_written(sqlite, tmp_path, query, found):
    assert ids(leads(tmp_path, query)) == found


def test_a_query_without_rows_is_a_table_without_rows(sqlite, tmp_path):
    known = leads(tmp_path, "SELECT * FROM leads WHERE 0", qualified_at="mql_at")
    assert ids(known) == []
    assert known.raw["leads"].columns == ("lead_id", "mql_at", "size", "note")


def test_rows_come_in_the_order_of_the_query_and_count_from_one(sqlite, tmp_path):
    sqlite("INSERT INTO leads SELECT value, 'soon', 0, '' FROM json_each('[1,2,3,4,5]')")
    known = leads(tmp_path, "SELECT * FROM leads WHERE note = '' ORDER BY lead_id DESC", qualified_at="mql_at")
    assert [(record, value) for _, record, _, value, _ in set_aside(known)] == [(i, "soon") for i in range(1, 6)]
    assert rows(known, "SELECT lead_id FROM raw_leads ORDER BY __row") == [(i,) for i in (5, 4, 3, 2, 1)]


def test_a_column_whose_type_changes_after_many_rows_is_read_whole(sqlite, tmp_path, monkeypatch):
    monkeypatch.setattr("mqlgate.tables.sql._BATCH", 2)
    sqlite(
        "CREATE TABLE t (lead_id, x, y, z)",
        f"INSERT INTO t VALUES (1, 1, NULL, NULL), (2, 2, NULL, 1), (3, 2.5, NULL, 'a'), (4, {2**60 + 1}, NULL, NULL),"
        " (5, NULL, 'late', 2.5)",
    )
    known = leads(tmp_path, "SELECT * FROM t")
    assert values(known, "x") == [1.0, 2.0, 2.5, float(2**60), None]
    assert values(known, "y") == [None, None, None, None, "late"]
    assert values(known, "z") == [None, "1", "a", None, "2.5"]
    assert ids(known) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELEC 1", ["syntax error", "Mend the query"]),
        ("SELECT * FROM unknown", ["no such table: unknown"]),
        ("SELECT lead_id FROM leads WHERE lead_id = :who", ["binding"]),
        ("SELECT 1; SELECT 2", ["one statement"]),
        ("SELECT 1 AS lead_id, 2 AS lead_id", ['"lead_id"', "more than once"]),
        ("SELECT 1 AS lead_id, 2 AS LEAD_ID", ["differ in case only"]),
        ("SELECT 1 AS __row", ["mqlgate uses itself"]),
        ("SELECT 'a\0b' AS lead_id", ["null character"]),
        ("SELECT 1 AS id", ['no column "lead_id"', '"id"']),
        ("-- nothing", ["the query failed"]),
    ],
)
def test_a_query_that_fails_is_told_in_the_databases_words(sqlite, tmp_path, query, says):
    said = refused(tmp_path, query)
    assert said.startswith("sqlite:///crm.db, query")
    for part in says:
        assert part in said


@pytest.mark.parametrize("query", ["DELETE FROM leads RETURNING *", "DROP TABLE leads", "CREATE TABLE x (y)"])
def test_a_query_cannot_write(sqlite, tmp_path, query):
    assert "readonly" in refused(tmp_path, query)
    assert len(ids(leads(tmp_path, "SELECT * FROM leads"))) == 3


def test_a_file_that_is_no_database_or_not_there_is_told_and_none_is_made(tmp_path):
    (tmp_path / "text.db").write_text("lead_id,x\n" * 1000)
    assert "not a database" in refused(tmp_path, "SELECT * FROM leads", "sqlite:///text.db")
    assert "no such file" in refused(tmp_path, "SELECT 1", "sqlite:///none.db")
    assert "no such file" in refused(tmp_path, "SELECT 1", "sqlite:///.")
    assert [path.name for path in tmp_path.iterdir()] == ["text.db"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://ana:hush@host:port/db", "no database URL"),
        ("nowhere", "no database URL"),
        ("nosuchdb://ana:hush@h/d", "no driver"),
        ("postgresql+nosuchdriver://ana:hush@h/d", "no driver"),
        ("mysql+pymysql://ana:hush@h/d", "no driver"),
    ],
)
def test_a_url_that_is_none_is_told_without_its_password(tmp_path, url, says):
    said = refused(tmp_path, "SELECT 1", url)
    assert says in said
    assert "hush" not in said


def test_a_server_that_does_not_listen_is_told_at_once(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    said = refused(tmp_path, "SELECT 1", f"postgresql://ana:hush@127.0.0.1:{port}/db")
    assert time.monotonic() - began < 5
    assert f"postgresql://ana:***@127.0.0.1:{port}/db" in said
    assert "cannot be reached" in said
    assert "hush" not in said


def test_a_server_that_never_answers_is_given_up(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        said = refused(tmp_path, "SELECT 1", f"postgresql://ana:hush@127.0.0.1:{silent.getsockname()[1]}/db")
    assert time.monotonic() - began < 15
    assert "cannot be reached" in said


# PostgreSQL


@pytest.fixture
def postgres(fresh_postgres_url):
    """Statements run in an empty database of PostgreSQL; `.url` is its URL."""
    import psycopg

    def run(*statements):
        with psycopg.connect(fresh_postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    run.url = fresh_postgres_url
    return run


TYPES = {
    "smallint": ("7", "number", 7.0),
    "bigint": ("9007199254740993", "number", 9007199254740992.0),
    "numeric": ("12.50", "number", 12.5),
    "real": ("0.5", "number", 0.5),
    "double precision": ("'NaN'", "category", None),
    "boolean": ("true", "boolean", 1.0),
    "text": ("'Zürich'", "category", "Zürich"),
    "char(5)": ("'ab'", "category", "ab"),
    "date": ("'2026-01-05'", "time", datetime(2026, 1, 4, 23)),
    "timestamp": ("'2026-01-05 10:30:00.000001'", "time", datetime(2026, 1, 5, 9, 30, 0, 1)),
    "timestamptz": ("'2026-01-05 10:30:00-05'", "time", datetime(2026, 1, 5, 15, 30)),
    "time": ("'10:30'", "category", "10:30:00"),
    "interval": ("'2 days'", "category", "2 days, 0:00:00"),
    "uuid": ("'00000000-0000-0000-0000-000000000001'", "category", "00000000-0000-0000-0000-000000000001"),
    "jsonb": ("""'{"b": [1, null], "a": "ä"}'""", "category", '{"a": "ä", "b": [1, null]}'),
    "integer[]": ("'{1,2}'", "category", "[1, 2]"),
    "text[]": ("'{a,null}'", "category", '["a", null]'),
    "bytea": (r"'\x6162'", "category", "ab"),
    "inet": ("'10.0.0.1'", "category", "10.0.0.1"),
    "int4range": ("'[1,5)'", "category", "[1, 5)"),
    "bit(3)": ("'101'", "number", 101.0),
    "money": ("12.5", "category", "$12.50"),
}


@pytest.mark.parametrize("declared", TYPES)
def test_a_type_of_postgresql_is_read_as_its_kind(postgres, declared):
    value, kind, expected = TYPES[declared]
    postgres(
        "SET timezone = 'Asia/Tokyo'",
        f"CREATE TABLE leads (lead_id integer, x {declared})",
        f"INSERT INTO leads VALUES (1, {value}), (2, NULL)",
    )
    known = crm_of(leads={"url": postgres.url, "query": "SELECT * FROM leads ORDER BY 1"}, timezone="Europe/Berlin")
    assert {column.name: column.kind for column in known.columns} == {"x": kind}
    assert values(known, "x") == [expected, None]


def test_every_table_may_come_from_postgresql_and_join_with_files(postgres, tmp_path, monkeypatch):
    postgres(
        "CREATE TABLE lead (id numeric(20), mql_at timestamptz, firm integer)",
        "INSERT INTO lead VALUES (90071992547409931, '2026-01-05 10:30+01', 5), (2, '2026-01-06 10:30+01', NULL)",
        "CREATE TABLE stage (lead bigint, at date, stage text)",
        "INSERT INTO stage VALUES (90071992547409931, '2026-02-01', 'SQL'), (2, '2026-01-07', 'Rejected')",
        "CREATE TABLE firm (id float8, staff integer)",
        "INSERT INTO firm VALUES (5, 120)",
    )
    (tmp_path / "acts.csv").write_text("lead,kind,at\n90071992547409931,demo,2026-01-05T09:00Z\n")
    monkeypatch.setenv("CRM_URL", postgres.url)
    (tmp_path / "mqlgate.toml").write_text(
        '''
        [leads]
        url = "${CRM_URL}"
        query = """
          SELECT id, mql_at, firm FROM lead
          WHERE mql_at::date >= '2026-01-01'::date AND to_char(mql_at, 'HH24:MI') <> '00:30'
        """
        id = "id"
        qualified_at = "mql_at"
        [[lookups]]
        url = "${CRM_URL}"
        query = "TABLE firm"
        key = "firm"
        id = "id"
        prefix = "firm_"
        [activities]
        path = "acts.csv"
        lead = "lead"
        type = "kind"
        at = "at"
        [outcomes]
        url = "${CRM_URL}"
        query = "SELECT * FROM stage WHERE stage NOT LIKE 'x%'"
        lead = "lead"
        at = "at"
        stage = "stage"
        accepted = ["sql"]
        rejected = ["rejected"]
        '''
    )
    known = crm.load(mqlgate.config.load(tmp_path / "mqlgate.toml"), now=NOW)
    labels.build(known, NOW)
    assert rows(known, "SELECT lead_id, label FROM label ORDER BY row") == [("90071992547409931", 1), ("2", 0)]
    assert rows(known, "SELECT lead_id FROM activity") == [("90071992547409931",)]
    assert values(known, "firm_staff") == [120.0, None]


def test_many_rows_of_postgresql_come_in_batches_in_the_order_of_the_query(postgres):
    query = (
        "SELECT i AS lead_id, CASE WHEN i > 90000 THEN i / 2.0 ELSE i END AS x FROM generate_series(120000, 1, -1) i"
    )
    known = crm_of(leads={"url": postgres.url, "query": query})
    assert rows(known, "SELECT count(*), count(*) FILTER (lead_id <> CAST(120000 - row AS VARCHAR)) FROM lead") == [
        (120_000, 0)
    ]
    assert rows(
        known, "SELECT count(*) FROM lead_value WHERE x = if(row < 30000, (120000 - row) / 2.0, 120000 - row)"
    ) == [(120_000,)]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * FROM nothing", 'relation "nothing" does not exist'),
        ("SELECT 1/0 AS lead_id", "division by zero"),
        ("SELECT 'infinity'::timestamptz AS lead_id", "timestamp too large"),
        ("SELECT %s AS lead_id", "syntax error"),
        ("INSERT INTO leads VALUES (1) RETURNING lead_id", ""),
        ("WITH x AS (DELETE FROM leads RETURNING *) SELECT * FROM x", ""),
        ("SELECT pg_sleep(5)", "statement timeout"),
    ],
)
def test_what_postgresql_refuses_is_told_in_its_words_and_nothing_is_written(postgres, query, says):
    postgres("CREATE TABLE leads (lead_id integer)", "INSERT INTO leads VALUES (1)")
    url = f"{postgres.url}?options=-c%20statement_timeout%3D300"
    with pytest.raises(InputError) as error:
        crm_of(leads={"url": url, "query": query})
    assert says in str(error.value)
    assert "the database says" in str(error.value)
    assert ids(crm_of(leads={"url": postgres.url, "query": "TABLE leads"})) == ["1"]


@pytest.fixture
def guarded(postgres):
    """URL of a database whose user `ana` needs the password PASSWORD; all others are trusted as before."""
    import psycopg

    lines = ["host all ana 127.0.0.1/32 scram-sha-256", "local all all trust", "host all all 127.0.0.1/32 trust"]
    (path,) = rows_of(postgres, "SHOW hba_file")[0]
    before = rows_of(postgres, f"SELECT pg_read_file('{path}')")[0][0]
    postgres(
        f"CREATE ROLE ana LOGIN PASSWORD '{PASSWORD}'",
        f"COPY (SELECT unnest(ARRAY{lines})) TO '{path}'",
        "SELECT pg_reload_conf()",
    )
    url = postgres.url.replace("postgres@", "ana:{}@")
    until = time.monotonic() + 20
    while time.monotonic() < until:  # the server reads its rules anew when it gets to it
        try:
            psycopg.connect(url.format("wrong").replace("+psycopg", "")).close()
        except psycopg.OperationalError:
            break
    yield url
    written = ", ".join("'" + line.replace("'", "''") + "'" for line in before.splitlines())
    postgres(f"COPY (SELECT unnest(ARRAY[{written}])) TO '{path}'", "SELECT pg_reload_conf()", "DROP ROLE ana")


def rows_of(postgres, query):
    import psycopg

    with psycopg.connect(postgres.url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


PASSWORD = "r/ght: p@ss?#&=%"


def test_a_password_of_any_letters_works_from_the_environment_and_a_wrong_one_is_told_without_it(guarded, monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", PASSWORD)
    url = guarded.format("${CRM_PASSWORD}")
    assert ids(crm_of(leads={"url": url, "query": "SELECT current_user AS lead_id"})) == ["ana"]
    monkeypatch.setenv("CRM_PASSWORD", "wr@ng/hush-hush")
    with pytest.raises(InputError) as error:
        crm_of(leads={"url": url, "query": "SELECT 1 AS lead_id"})
    said = str(error.value)
    assert "password authentication failed" in said
    assert "ana:***@127.0.0.1" in said
    assert not [part for part in ("hush", "wr@ng", "wr%40ng") if part in said]


def test_a_user_who_is_not_there_is_told(postgres):
    with pytest.raises(InputError, match='role "nobody_there" does not exist'):
        crm_of(leads={"url": postgres.url.replace("postgres@", "nobody_there@"), "query": "SELECT 1 AS lead_id"})


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_usual_schemes_of_postgresql_work(postgres, scheme):
    url = postgres.url.replace("postgresql+psycopg", scheme)
    assert ids(crm_of(leads={"url": url, "query": "SELECT 5 AS lead_id"})) == ["5"]
