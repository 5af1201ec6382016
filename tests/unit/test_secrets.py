"""Passwords stand in no message, no representation and no fingerprint, whatever they hold."""

import pytest

import mqlgate.config
from ground.small_crm import crm_of
from mqlgate.config import Config
from mqlgate.errors import InputError, is_secret, masked
from mqlgate.tables.settings import LeadsSection

URL = "postgresql+psycopg://ana:{}@127.0.0.1:1/crm"
PASSWORDS = ["hush", "h@sh", "h/sh:h@sh", "h%40sh", "100%hush", "hü sh#?&", "a", "${hush}"]


def config(url: str) -> Config:
    return Config({"leads": {"url": url, "query": "select 1"}}, ".")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ana:hush@host:5432/db", "postgresql://ana:***@host:5432/db"),
        ("postgresql://ana:h@s:h/x@host/db", "postgresql://ana:***@host/db"),
        ("postgresql://:hush@host/db", "postgresql://:***@host/db"),
        ("postgresql://host/db?user=ana&password=hush&sslmode=require", "postgresql://host/db?user=ana&password=***&sslmode=require"),
        ("snowflake://ana@acc/db?token=hush", "snowflake://ana@acc/db?token=***"),
        ("mssql+pyodbc:///?odbc_connect=UID%3Dana%3BPWD%3Dhush%3BDATABASE%3Ddb", "mssql+pyodbc:///?odbc_connect=UID%3Dana%3BPWD%3D***%3BDATABASE%3Ddb"),
        ("two: a://b:c@d and e://f:g@h", "two: a://b:***@d and e://f:***@h"),
        ("sqlite:///C:/a@b/crm.db", "sqlite:///C:/a@b/crm.db"),
        ("http://localhost:5000/path", "http://localhost:5000/path"),
    ],
)  # fmt: skip
def test_a_password_is_masked_and_nothing_else(url, shown):
    assert masked(url) == shown


@pytest.mark.parametrize("name", ["password", "PWD", "ssl_passphrase", "access_token", "apiKey", "client-secret"])
def test_names_of_secrets(name):
    assert is_secret(name)
    assert not is_secret("http_path")


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_of_the_environment_is_used_as_it_is_and_never_shown(monkeypatch, password):
    from sqlalchemy import make_url

    monkeypatch.setenv("CRM_PASSWORD", password)
    known = config(URL.format("${CRM_PASSWORD}"))
    section = known[LeadsSection]
    assert make_url(section.url).password == password.replace("%40", "@")
    assert make_url(section.url).host == "127.0.0.1"
    for text in (repr(section), str(section), repr(known)):
        assert "ana:***@" in text or "url" not in text
        assert f"ana:{password}" not in text


def test_variables_elsewhere_in_a_url_are_put_in_as_they_are(monkeypatch):
    for name, value in {
        "WHOLE": "sqlite:///a/b.db",
        "HOST": "db:5432",
        "DB": "crm?sslmode=require",
        "USER_": "a b",
    }.items():
        monkeypatch.setenv(name, value)
    assert config("${WHOLE}")[LeadsSection].url == "sqlite:///a/b.db"
    assert config("postgresql://${USER_}:x@${HOST}/${DB}")[LeadsSection].url == (
        "postgresql://a%20b:x@db:5432/crm?sslmode=require"
    )


def test_only_urls_are_filled_from_the_environment(monkeypatch):
    monkeypatch.setenv("ID", "lead_id")
    assert Config({"leads": {"path": "x.csv", "id": "${ID}"}}, ".")[LeadsSection].id == "${ID}"


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.filterwarnings("error")
def test_a_server_that_cannot_be_reached_is_told_without_the_password(monkeypatch, password):
    monkeypatch.setenv("CRM_PASSWORD", f"{password}-secret")
    with pytest.raises(InputError) as refused:
        crm_of(leads={"url": URL.format("${CRM_PASSWORD}"), "query": "select 1"})
    assert "127.0.0.1" in str(refused.value)
    assert "ana:***@" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("password", ["h@sh", "a/b", "a@b/c"])
def test_a_password_in_the_file_with_marks_of_its_own_is_refused_before_a_driver_sees_it(password):
    with pytest.raises(InputError, match=r"ana:\*\*\*@127.*\n.*%40") as refused:
        crm_of(leads={"url": URL.format(password), "query": "select 1"})
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        'leads = "postgresql://ana:hush@h/d"\n',
        '[leads]\nurl = "postgresql://ana:hush@h/d"\n',
        '[leads]\nurl = ["postgresql://ana:hush@h/d"]\nquery = "q"\n',
        '[leads]\nurl = "postgresql://ana:hush@h/d"\nquery = 1\n',
        '[leads]\nurl = "postgresql://ana:hush@h/d"\npath = "x.csv"\n',
        '[leads]\nurl = "postgresql://ana:hush@h/d"\nurl = "x"\n',
        '[leads]\nurl = "nosuch://ana:hush@h/d"\nquery = "q"\n',
        '[leads]\nurl = "postgresql://ana:hush@h:port/d"\nquery = "q"\n',
        '[leads]\nurl = "postgresql://ana:hush@127.0.0.1:1/d"\nquery = "q"\n',
        '[leads]\nurl = "postgresql://ana@127.0.0.1:1/d?password=hush"\nquery = "q"\n',
        '[leads]\npath = "x.csv"\n[tracking]\nuri = "ftp://ana:hush@h/d"\n',
    ],
)
def test_no_mistake_in_a_configuration_shows_a_password(tmp_path, text):
    (tmp_path / "mqlgate.toml").write_text(text)
    with pytest.raises(InputError) as refused:
        crm_of_file(tmp_path / "mqlgate.toml")
    assert "hush" not in str(refused.value)
    assert "hush" not in repr(refused.value)


def crm_of_file(path):
    from datetime import datetime

    from mqlgate import crm

    return crm.load(mqlgate.config.load(path), now=datetime(2026, 7, 1))


def test_the_fingerprint_is_of_all_that_was_said_but_passwords():
    one, other = config(URL.format("hush")), config(URL.format("else"))
    assert one.fingerprint == other.fingerprint
    assert config(URL.format("hush").replace("/crm", "/other")).fingerprint != one.fingerprint
    changed = Config({"leads": {"url": URL.format("hush"), "query": "select 2 -- @"}}, ".")
    assert changed.fingerprint != one.fingerprint


def test_the_fingerprint_does_not_depend_on_the_environment_or_the_folder(monkeypatch, tmp_path):
    said = {"leads": {"url": "${CRM_URL}", "query": "select 1"}}
    monkeypatch.setenv("CRM_URL", "sqlite:///a.db")
    one = Config(said, ".").fingerprint
    monkeypatch.setenv("CRM_URL", "sqlite:///b.db")
    assert Config(said, tmp_path).fingerprint == one
