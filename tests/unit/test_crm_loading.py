"""What a loading leaves behind: nothing; and that the same tables give the same CRM in the same order."""

import tempfile
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from ground.small_crm import crm_of, rows
from mqlgate.crm import loading
from mqlgate.errors import InputError

GOOD = "lead_id,x\nä,1\nb,2\n"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The system's folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def opened(monkeypatch):
    """The connections that were opened."""
    made = []

    def connected():
        made.append(original())
        return made[-1]

    original = loading.connected
    monkeypatch.setattr(loading, "connected", connected)
    return made


def is_open(con):
    try:
        con.execute("SELECT 1")
    except duckdb.ConnectionException:
        return False
    return True


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("fine", GOOD.encode("utf-16")),
        ("half a character at the end", GOOD.encode("utf-16")[:-1]),
        ("wrong from the middle on", GOOD.encode("utf-16") + b"\x00\xd8\x00\x00"),
        ("a header without names", "\n\nx".encode("utf-16")),
        ("a column twice", "lead_id,x,x\n1,2,3\n".encode("utf-16")),
        ("too few values", "lead_id,x\n1\n2,3\n".encode("utf-16")),
        ("empty", b""),
    ],
)
def test_no_temporary_file_stays_behind(temporary, tmp_path, rule, content):
    (tmp_path / "leads.csv").write_bytes(content)
    try:
        crm_of(directory=tmp_path, leads={"path": "leads.csv"}).con.close()
    except InputError:
        assert rule not in ("fine", "too few values")
    assert list(temporary.iterdir()) == []


def test_a_copy_of_a_file_in_another_encoding_is_removed_when_reading_is_stopped(temporary, tmp_path, monkeypatch):
    (tmp_path / "leads.csv").write_bytes(GOOD.encode("utf-16"))
    seen = []

    def stopped(*_):
        seen.extend(temporary.iterdir())
        raise KeyboardInterrupt

    monkeypatch.setattr("mqlgate.tables.csv_file._at_once", stopped)
    with pytest.raises(KeyboardInterrupt):
        crm_of(directory=tmp_path, leads={"path": "leads.csv"})
    assert len(seen) == 1
    assert list(temporary.iterdir()) == []


def test_where_loading_fails_the_connection_is_closed(opened):
    leads = ({"lead_id": ["a"]}, {})
    with pytest.raises(InputError):
        crm_of(leads=leads, activities=({"lead_id": ["a"]}, {"type": "no", "at": "no"}))
    with pytest.raises(InputError):
        crm_of(leads=leads, timezone="localtime")
    assert [is_open(con) for con in opened] == [False, False]
    known = crm_of(leads=leads)
    assert is_open(known.con)


def test_what_does_not_fit_into_memory_goes_to_the_systems_temporary_files(temporary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    con = loading.connected()
    con.execute("SET memory_limit = '60MB'")
    con.execute("CREATE TABLE big AS SELECT i, md5(i::VARCHAR) AS m FROM range(2_000_000) t(i)")
    assert len(list(temporary.iterdir())) == 1
    con.close()
    assert list(temporary.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]


def test_nothing_is_fetched_from_a_network():
    con = loading.connected()
    settings = "current_setting('autoinstall_known_extensions'), current_setting('preserve_insertion_order')"
    assert con.execute(f"SELECT {settings}").fetchone() == (False, True)


TABLES = {
    "leads": pd.DataFrame(
        {"lead_id": ["a", "b", "c"], "mql_at": ["2026-01-01", None, "2026-02-01"], "x": [1.5, None, 3]}
    ),
    "activities": pd.DataFrame(
        {"lead_id": ["b", "a"], "kind": ["demo", "blog"], "at": ["2026-01-02", "2026-01-03T10:00"]}
    ),
}


def of(**tables):
    leads, acts = (tables.get(name, frame) for name, frame in TABLES.items())
    return crm_of(leads=(leads, {"qualified_at": "mql_at"}), activities=(acts, {"type": "kind", "at": "at"}))


def test_the_fingerprint_of_the_data_is_of_its_values_not_of_the_order_of_its_rows():
    one = of().fingerprint()
    assert of().fingerprint() == one
    assert of(leads=TABLES["leads"].iloc[::-1]).fingerprint() == one
    assert of(leads=TABLES["leads"].replace({"b": "d"})).fingerprint() != one
    assert of(leads=pd.concat([TABLES["leads"]] * 2)).fingerprint() != one
    assert of(activities=TABLES["activities"].iloc[:1]).fingerprint() != one
    assert of(leads=TABLES["leads"].rename(columns={"x": "y"})).fingerprint() != one


@pytest.mark.parametrize("kind", ["csv", "parquet", "frame"])
def test_every_canonical_table_stands_in_the_order_of_the_input(tmp_path, kind):
    count = 5_000
    leads = pd.DataFrame({"lead_id": [f"L{i * 7919 % count}" for i in range(count)], "x": range(count)})
    acts = leads[["lead_id"]].iloc[::-1].assign(kind="demo", at="2026-01-02")
    sections = {"leads": {}, "activities": {"type": "kind", "at": "at"}}
    given = {"leads": leads, "activities": acts}
    for name, frame in given.items():
        if kind == "frame":
            sections[name] = (frame, sections[name])
        else:
            path = tmp_path / f"{name}.{kind}"
            frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path, index=False)
            sections[name]["path"] = path.name
    known = crm_of(directory=tmp_path, **sections)
    for table, frame in (("lead", leads), ("lead_value", leads), ("activity", acts)):
        assert rows(known, f"SELECT row FROM {table}") == [(i,) for i in range(count)]
        if table != "lead_value":
            assert rows(known, f"SELECT lead_id FROM {table}") == [(lead,) for lead in frame["lead_id"]]
    assert known.as_of == datetime(2026, 1, 2, 23, 59, 59, 999999)


def test_a_path_that_is_no_path_is_told(tmp_path):
    with pytest.raises(InputError, match="NUL"):
        crm_of(directory=tmp_path, leads={"path": "le\0ads.csv"})
    (tmp_path / "x").write_text(GOOD)
    with pytest.raises(InputError, match="no such file"):
        crm_of(directory=Path(tmp_path), leads={"path": "X/leads.csv"})
