"""The registry: the first version is champion, later ones challenge, and the champion loads whatever happens."""

import logging
import shutil
import socket
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from ground.sample_version import a_version
from mqlgate.errors import InputError
from mqlgate.registry.settings import TrackingSection
from mqlgate.registry.versions import Registry


@pytest.fixture(scope="module")
def with_one_version(tmp_path_factory) -> Path:
    """A project whose first version is champion; made once, since MLflow takes seconds to make its schema."""
    folder = tmp_path_factory.mktemp("registry") / "project"
    assert registry(folder).log_version(a_version(model_card="one"), {"leaves": 7}, {"log_loss": 0.5}) == 1
    return folder


@pytest.fixture
def project(with_one_version, tmp_path) -> Path:
    """A copy of that project, somewhere else: what a user does who copies a folder."""
    shutil.copytree(with_one_version, tmp_path / "copy")
    return tmp_path / "copy"


def registry(directory: Path, **said) -> Registry:
    return Registry(TrackingSection(**said), directory)


def runs(directory: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(directory / "mlflow.db") as con:
        return con.execute(sql).fetchall()


def test_the_first_version_is_champion_and_a_later_one_is_not(project):
    assert registry(project).champion() == 1
    assert registry(project).log_version(a_version(model_card="two")) == 2
    assert registry(project).champion() == 1
    number, version = registry(project).load()
    assert (number, version.model_card) == (1, "one")
    assert registry(project).load(2)[1].model_card == "two"
    assert [(v.number, v.champion) for v in registry(project).versions()] == [(1, True), (2, False)]


def test_a_promoted_version_is_champion_until_it_is_rolled_back(project):
    here = registry(project)
    for card in ("two", "three"):
        here.log_version(a_version(model_card=card))
    assert here.promote(3) == 1
    assert here.promote(2) == 3
    assert here.history() == [1, 3, 2]
    assert (here.rollback(), here.load()[1].model_card) == (3, "three")
    assert (here.rollback(), here.load()[1].model_card) == (1, "one")
    with pytest.raises(InputError, match="none before it"):
        here.rollback()
    assert here.champion() == 1


def test_promoting_the_champion_changes_nothing(project):
    assert registry(project).promote(1) == 1
    assert registry(project).history() == [1]


def test_the_run_holds_parameters_metrics_tags_and_artifacts(project):
    number = registry(project).log_version(
        a_version(),
        {"leaves": 7, "odd: name, here!": "x" * 9000, **{f"p{i}": i for i in range(150)}},
        {"log_loss": 0.25, "nothing": None, "infinite": float("inf"), "unknown": float("nan")},
        {"signal": "true"},
        {"gate.html": "<p>ü</p>", "plots/reliability.png": b"\x89PNG"},
    )
    run_id = registry(project).versions()[-1].run_id
    assert registry(project).versions()[-1].tags["signal"] == "true"
    params = dict(runs(project, f"SELECT key, value FROM params WHERE run_uuid = '{run_id}'"))
    assert (params["leaves"], params["p149"], len(params["odd: name_ here_"])) == ("7", "149", 6000)
    assert runs(project, f"SELECT key, value FROM metrics WHERE run_uuid = '{run_id}'") == [("log_loss", 0.25)]
    assert runs(project, f"SELECT status FROM runs WHERE run_uuid = '{run_id}'") == [("FINISHED",)]
    artifacts = project / "models" / run_id / "artifacts"
    assert (artifacts / "gate.html").read_text() == "<p>ü</p>"
    assert (artifacts / "plots/reliability.png").read_bytes() == b"\x89PNG"
    assert number == 2


@pytest.mark.parametrize("name", ["../x", "/x", "version/recipe.json", "a/../../x"])
def test_an_artifact_cannot_be_put_elsewhere(project, name):
    with pytest.raises(ValueError, match="cannot be called"):
        registry(project).log_version(a_version(), artifacts={name: "x"})
    assert len(registry(project).versions()) == 1


def test_artifacts_stand_in_models_beside_the_store_and_hold_no_pickle(with_one_version):
    written = [path for path in (with_one_version / "models").rglob("*") if path.is_file()]
    assert {path.suffix for path in written} == {".json", ".csv", ".md", ".txt", ".yaml", ""}
    assert [path.name for path in written if not path.suffix] == ["MLmodel"]
    assert sorted(path.name for path in with_one_version.iterdir()) == ["mlflow.db", "models"]


def test_the_signature_names_every_feature_and_lets_it_be_missing(with_one_version):
    (mlmodel,) = with_one_version.rglob("MLmodel")
    text = mlmodel.read_text().replace("\n", " ")
    for part in ('"double", "name": "visits", "required": false', '"string", "name": "industry"', '"name": "age_days"'):
        assert part in " ".join(text.split())
    for output in ("p_sql", "p_sql_low", "p_sql_high"):
        assert f'"name": "{output}", "required": true' in " ".join(text.split())


def test_a_project_that_was_moved_or_copied_goes_on_where_it_is(with_one_version, project):
    before = sorted(with_one_version.rglob("*"))
    assert registry(project).load()[1].model_card == "one"
    assert registry(project).log_version(a_version(model_card="two")) == 2
    assert registry(project).promote(2) == 1
    places = (
        "SELECT artifact_uri FROM runs UNION SELECT source FROM model_versions "
        "UNION SELECT artifact_location FROM experiments WHERE name = 'mqlgate'"
    )
    assert all(place.startswith((project / "models").as_uri()) for (place,) in runs(project, places))
    assert sorted(with_one_version.rglob("*")) == before
    assert registry(with_one_version).champion() == 1


def test_a_place_that_someone_chose_for_artifacts_is_left_as_it_is(with_one_version, tmp_path):
    shutil.copytree(with_one_version, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy" / "mlflow.db") as con:
        con.execute("DELETE FROM experiment_tags")
    assert registry(tmp_path / "copy").load()[0] == 1
    (place,) = runs(tmp_path / "copy", "SELECT artifact_location FROM experiments WHERE name = 'mqlgate'")[0]
    assert place == (with_one_version / "models").as_uri()


def test_asking_for_a_champion_makes_no_store(tmp_path):
    assert registry(tmp_path).champion() is None
    assert registry(tmp_path).versions() == []
    assert registry(tmp_path).history() == []
    for ask in (registry(tmp_path).load, registry(tmp_path).rollback, lambda: registry(tmp_path).promote(1)):
        with pytest.raises(InputError, match="mqlgate train"):
            ask()
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_is_not_there_is_told_with_those_that_are(project):
    with pytest.raises(InputError, match=r"no version 9[\s\S]*one of 1"):
        registry(project).load(9)
    with pytest.raises(InputError, match="no champion yet"):
        registry(project, model="another").load()
    assert registry(project, model="another").champion() is None


def test_a_tampered_version_neither_loads_nor_is_promoted(project):
    registry(project).log_version(a_version(model_card="two"))
    for path in (project / "models").rglob("model_card.md"):
        if path.read_text() == "two":
            path.write_text("TWO")
    with pytest.raises(InputError, match="was changed"):
        registry(project).promote(2)
    assert registry(project).champion() == 1
    assert registry(project).load()[1].model_card == "one"


def test_a_version_whose_checksums_were_rewritten_as_well_is_refused(project, tmp_path):
    from mqlgate.version import save

    (folder,) = (path.parent for path in (project / "models").rglob("checksums.json"))
    shutil.rmtree(folder)
    save(a_version(model_card="mine"), folder)
    with pytest.raises(InputError, match="not the one that was registered"):
        registry(project).load()


def test_a_version_whose_files_are_gone_is_told(project):
    shutil.rmtree(project / "models")
    with pytest.raises(InputError, match="cannot be read"):
        registry(project).load()


def test_where_the_run_cannot_be_registered_it_is_marked_as_failed_and_the_champion_stands(project, monkeypatch):
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    def refused(*_arguments, **_named):
        raise MlflowException("the registry is closed")

    monkeypatch.setattr(MlflowClient, "create_model_version", refused)
    with pytest.raises(InputError, match="the registry is closed"):
        registry(project).log_version(a_version(), tags={"which": "second"})
    assert runs(project, "SELECT status FROM runs ORDER BY start_time")[-1] == ("FAILED",)
    assert registry(project).champion() == 1


def test_a_full_disk_is_told_and_the_champion_stands(project, monkeypatch):
    from mlflow import MlflowClient

    def full(*_arguments, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(MlflowClient, "log_artifacts", full)
    with pytest.raises(InputError, match="No space left"):
        registry(project).log_version(a_version())
    assert registry(project).load()[0] == 1


def test_a_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / "mlflow.db").write_text("no database at all, but longer than a header would be" * 50)
    with pytest.raises(InputError, match="no SQLite database"):
        registry(tmp_path).champion()


def test_a_store_of_another_release_of_mlflow_is_told(project):
    with sqlite3.connect(project / "mlflow.db") as con:
        con.execute("UPDATE alembic_version SET version_num = 'deadbeef'")
    with pytest.raises(InputError, match="mlflow db upgrade"):
        registry(project).load()


def test_an_experiment_that_was_deleted_is_told(project):
    with sqlite3.connect(project / "mlflow.db") as con:
        con.execute("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'mqlgate'")
    with pytest.raises(InputError, match="experiments restore"):
        registry(project).log_version(a_version())


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("scheme", ["http", "postgresql+psycopg"])
def test_a_server_that_is_not_there_is_told_within_seconds_and_without_its_password(tmp_path, scheme):
    began = time.monotonic()
    with pytest.raises(InputError, match="cannot be reached") as refusal:
        registry(tmp_path, uri=f"{scheme}://me:hush@127.0.0.1:{a_port()}/db").champion()
    assert time.monotonic() - began < 5
    assert "hush" not in str(refusal.value)
    assert refusal.value.exit_status == 2


def test_a_server_that_accepts_and_never_answers_is_told_within_seconds(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        with pytest.raises(InputError, match="cannot be reached"):
            registry(tmp_path, uri=f"http://127.0.0.1:{server.getsockname()[1]}").champion()
        assert time.monotonic() - began < 15


def test_a_server_that_answers_nonsense_is_told_without_a_traceback(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=answer_nonsense, args=(server,), daemon=True)
        answering.start()
        with pytest.raises(InputError, match="MLflow could not"):
            registry(tmp_path, uri=f"http://127.0.0.1:{server.getsockname()[1]}").champion()


def answer_nonsense(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"
            )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"uri": "mongodb://x"}, "begin with one of"),
        ({"uri": "mlflow.db"}, "begin with one of"),
        ({"model": "a/b"}, "holds none of"),
        ({"model": ""}, "at least 1"),
        ({"uril": "x"}, "Extra inputs"),
    ],
)
def test_a_setting_that_cannot_be_is_told(said, told):
    with pytest.raises(ValueError, match=told):
        TrackingSection(**said)


@pytest.mark.parametrize(
    "uri", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:mlflow.db", "sqlite:///a?b=c"]
)
def test_a_store_that_would_be_lost_or_is_no_file_is_refused(tmp_path, uri):
    with pytest.raises(InputError, match="names no SQLite file"):
        registry(tmp_path, uri=uri)


@pytest.mark.parametrize("name", ["with space #1 50%", "Ünï"])
def test_a_folder_of_any_name_can_hold_the_store(with_one_version, tmp_path, name):
    shutil.copytree(with_one_version, tmp_path / name)
    assert registry(tmp_path / name).log_version(a_version(model_card="two")) == 2
    assert registry(tmp_path / name).load(2)[1].model_card == "two"
    assert registry(tmp_path / name).load(1)[1].model_card == "one"


def test_mlflow_says_nothing_and_loggers_are_as_they_were(project, capfd):
    level = logging.getLogger("mlflow").level
    registry(project).log_version(a_version())
    registry(project).load()
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("mlflow").level == level
