"""Fixtures that every test may use. What they do is in `ground`; here they are named, and skipped where they cannot be.

No test touches a network, and none depends on chance: hypothesis draws the same examples every time (to explore, set
HYPOTHESIS_PROFILE=explore).
"""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

# One thread a worker: two workers share the cores, and sums of floats do not depend on how threads were split.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest
from hypothesis import HealthCheck, settings

from ground import browser, loopback, postgres
from ground.commands import Mqlgate

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

loopback.install()


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    loopback.touched.clear()
    yield
    if loopback.touched:
        pytest.fail(f"this test touched a network: {', '.join(loopback.touched)}")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real benchmark data that is not part of the repository: `olist/`, `bank/`, `opportunities/`, `loans/`."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the benchmark data is not there: ../shared/data beside the checkout is missing")
    return folder


@pytest.fixture
def mqlgate(tmp_path: Path) -> Mqlgate:
    """The command line, in `tmp_path` unless `cwd` is given: `mqlgate("gate")`, or faster `mqlgate.inside("gate")`."""
    return Mqlgate(tmp_path)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a real PostgreSQL that all tests of this worker share: name your tables after your test."""
    server = postgres.running()
    try:
        url = server.__enter__()
    except postgres.NoPostgresError as why:
        pytest.skip(f"no PostgreSQL: {why}")
    try:
        yield url
    finally:
        server.__exit__(None, None, None)


_databases = count(1)


@pytest.fixture
def fresh_postgres_url(postgres_url: str) -> str:
    """SQLAlchemy URL of an empty database of that server, for this test alone."""
    import psycopg

    name = f"test_{next(_databases)}"
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_url.removesuffix("/postgres") + f"/{name}"


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A real browser (Playwright's `Browser`): `page = chromium.new_page(viewport=…); page.goto(path.as_uri())`."""
    started = browser.running()
    try:
        opened = started.__enter__()
    except browser.NoChromiumError as why:
        pytest.skip(f"no browser: {why}")
    try:
        yield opened
    finally:
        started.__exit__(None, None, None)
