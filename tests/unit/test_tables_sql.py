"""Queries: SQLite and a real PostgreSQL give the rows that files give; mistakes are told without the password."""

import sqlite3
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from mqlgate.errors import InputError
from mqlgate.tables.read import ROW, read_table
from mqlgate.tables.settings import TableSection

VALUES = "SELECT 'a' AS id, 1 AS n, 1.5 AS x UNION ALL SELECT 'b', NULL, 2.5 UNION ALL SELECT 'ü', 3, NULL ORDER BY 1"


def read(url: str, query: str, folder: Path) -> list[tuple]:
    con = duckdb.connect()
    raw = read_table(con, TableSection(url=url, query=query), "raw_t", folder)
    rows = con.execute(f'SELECT * EXCLUDE ({ROW}) FROM "raw_t" ORDER BY {ROW}').fetchall()
    assert (raw.rows, raw.first_record) == (len(rows), 1)
    return rows


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "crm.db") as made:
        made.execute("CREATE TABLE lead (id TEXT, n INTEGER, x REAL, at TEXT)")
        made.executemany(
            "INSERT INTO lead VALUES (?, ?, ?, ?)",
            [("007", 1, 1.5, "2018-02-28"), ("b", None, float("nan"), "31/12/2018")],
        )
    return tmp_path


def test_a_sqlite_path_is_relative_to_the_configuration(sqlite):
    assert read("sqlite:///crm.db", "SELECT id, n, at FROM lead ORDER BY id", sqlite) == [
        ("007", 1, "2018-02-28"),
        ("b", None, "31/12/2018"),
    ]


def test_postgresql_gives_the_rows_of_the_query_in_its_order(postgres_url, tmp_path):
    assert read(postgres_url, VALUES, tmp_path) == [("a", 1, 1.5), ("b", None, 2.5), ("ü", 3, None)]


def test_the_short_name_of_postgresql_is_enough(postgres_url, tmp_path):
    assert read(postgres_url.replace("postgresql+psycopg", "postgresql"), "SELECT 1 AS n", tmp_path) == [(1,)]


def test_times_with_a_zone_come_as_instants(postgres_url, tmp_path):
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    section = TableSection(url=postgres_url, query="SELECT TIMESTAMPTZ '2018-02-28 09:30+02' AS at")
    read_table(con, section, "raw_t", tmp_path)
    assert con.execute("SELECT timezone('UTC', \"at\") FROM raw_t").fetchone() == (datetime(2018, 2, 28, 7, 30),)


def test_a_query_without_rows_is_an_empty_table_with_its_columns(sqlite):
    assert read("sqlite:///crm.db", "SELECT * FROM lead WHERE id = 'none'", sqlite) == []


def test_the_database_is_only_read(sqlite):
    with pytest.raises(InputError):
        read("sqlite:///crm.db", "DELETE FROM lead", sqlite)
    assert len(read("sqlite:///crm.db", "SELECT * FROM lead", sqlite)) == 2


@pytest.mark.parametrize(
    ("url", "query", "says"),
    [
        ("sqlite:///crm.db", "SELECT nothing FROM lead", "nothing"),
        ("sqlite:///crm.db", "SELEKT", "syntax"),
        ("sqlite:///other.db", "SELECT 1", "no such file"),
        ("sqlite", "SELECT 1", "no database URL"),
        ("nosuch://x/y", "SELECT 1", "driver"),
        ("postgresql+psycopg://ana:sesame@127.0.0.1:1/crm", "SELECT 1", "127.0.0.1"),
    ],
)
def test_a_mistake_is_told_without_the_password(url, query, says, sqlite):
    with pytest.raises(InputError) as told:
        read(url, query, sqlite)
    assert says in str(told.value)
    assert "sesame" not in str(told.value)
    assert not (sqlite / "other.db").exists()
