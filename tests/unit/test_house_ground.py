"""What the tests stand on does what it says: a guard that guards, a server that serves and stops."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ground import loopback, postgres
from ground.commands import Mqlgate

OUTSIDE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): never a real host


def test_the_guard_refuses_an_address_outside_this_machine():
    with socket.socket() as opened, pytest.raises(loopback.NetworkTouchedError):
        opened.connect((OUTSIDE, 80))
    with pytest.raises(loopback.NetworkTouchedError):
        socket.getaddrinfo("mqlgate.example", 80)
    assert len(loopback.touched) == 2
    loopback.touched.clear()


def test_the_guard_lets_the_loopback_through():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    assert loopback.touched == []


def test_a_command_that_touches_a_network_ends_at_once(tmp_path: Path):
    script = (
        "import socket; from ground.loopback import install; install(fatal=True);"
        f"socket.create_connection(('{OUTSIDE}', 80))"
    )
    tests = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(tests)}, capture_output=True
    )
    assert done.returncode == 99
    assert OUTSIDE in done.stderr.decode()


def test_postgres_serves_and_its_process_is_gone_afterwards():
    import psycopg

    server = postgres.running()
    try:
        url = server.__enter__()
    except postgres.NoPostgresError as why:
        pytest.skip(f"no PostgreSQL: {why}")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(
            "SELECT current_setting('data_directory'), current_setting('server_version_num')::int"
        ).fetchone()
    assert row is not None
    process = int((Path(row[0]) / "postmaster.pid").read_text().splitlines()[0])
    os.kill(process, 0)
    assert row[1] >= 160000
    server.__exit__(None, None, None)
    assert not Path(row[0]).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_each_fresh_database_is_empty_and_apart(postgres_url: str, fresh_postgres_url: str):
    import sqlalchemy

    with sqlalchemy.create_engine(fresh_postgres_url).begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE apart (a int)"))
    with sqlalchemy.create_engine(postgres_url).connect() as connection:
        assert sqlalchemy.inspect(connection).get_table_names() == []


def test_the_browser_draws_a_page_and_reaches_no_network(chromium, tmp_path: Path):
    (tmp_path / "page.html").write_text("<h1>drawn</h1><img src='http://mqlgate.example/pixel.png'>")
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto((tmp_path / "page.html").as_uri())
    assert page.inner_text("h1") == "drawn"
    assert failed == ["http://mqlgate.example/pixel.png"]
    page.close()


def test_a_command_answers_with_status_and_text_inside_and_outside(mqlgate: Mqlgate):
    pytest.importorskip("mqlgate.cli")
    for ran in (mqlgate("--help"), mqlgate.inside("--help")):
        assert ran.status == 0
        assert "check" in ran.stdout
        assert not ran.has_traceback
