"""A tracking server that is reached by HTTP keeps versions and champion as the local store does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ground.sample_version import a_version
from ground.served import serving
from mqlgate.errors import InputError
from mqlgate.registry.settings import TrackingSection
from mqlgate.registry.store import Store
from mqlgate.registry.versions import Registry


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tracking")
    Store.at(f"sqlite:///{folder}/server.db", folder).client()  # the server would take its time to make the schema
    places = [
        "--backend-store-uri",
        f"sqlite:///{folder}/server.db",
        "--artifacts-destination",
        str(folder / "artifacts"),
    ]
    with serving(["server", "--workers", "1", *places], folder, "/health") as address:
        yield address


def test_versions_are_registered_loaded_promoted_and_rolled_back_through_a_server(address, tmp_path):
    registry = Registry(TrackingSection(uri=address), tmp_path)
    assert registry.champion() is None
    with pytest.raises(InputError, match="no champion yet"):
        registry.load()
    assert (
        registry.log_version(a_version(model_card="one"), {"leaves": 7}, {"log_loss": 0.5}, {}, {"a/b.txt": "x"}) == 1
    )
    assert registry.log_version(a_version(model_card="two")) == 2
    elsewhere = Registry(TrackingSection(uri=address), tmp_path / "elsewhere")
    assert elsewhere.load()[1].model_card == "one"
    assert elsewhere.promote(2) == 1
    assert registry.load()[1].model_card == "two"
    assert registry.rollback() == 1
    assert [(v.number, v.champion) for v in registry.versions()] == [(1, True), (2, False)]
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_was_tampered_with_on_the_server_is_refused(address, tmp_path, tmp_path_factory):
    registry = Registry(TrackingSection(uri=address, model="tampered"), tmp_path)
    registry.log_version(a_version(model_card="mine"))
    for path in Path(tmp_path_factory.getbasetemp()).rglob("artifacts/**/model_card.md"):
        if path.read_text() == "mine":
            path.write_text("MINE")
    with pytest.raises(InputError, match="was changed"):
        registry.load()
