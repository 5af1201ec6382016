"""Killed with SIGKILL at any step of training, promotion, roll-back or making the store, the champion still loads."""

import os
import shutil
from pathlib import Path

import pytest

from ground.killed import killed_at
from ground.sample_version import a_version
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


def calls() -> list:
    """Every step that leaves something behind."""
    from mlflow import MlflowClient

    names = [
        "create_run", "log_batch", "log_artifacts", "set_terminated", "create_registered_model", "create_model_version",
        "set_registered_model_tag", "set_registered_model_alias",
    ]  # fmt: skip
    return [*((MlflowClient, name) for name in names), (shutil, "copy2"), (os, "fsync"), (Path, "rename")]


def test_killed_at_any_step_of_training_and_promotion_the_champion_loads_and_the_next_training_succeeds(
    project, tmp_path
):
    def work(folder):
        here = registry(folder)
        here.promote(here.log_version(a_version(model_card="two"), {"a": 1}, {"b": 1.0}, artifacts={"gate.html": "x"}))

    step, seen = 0, set()
    while True:
        step += 1
        folder = tmp_path / f"killed {step}"
        shutil.copytree(project, folder)
        killed = killed_at(step, lambda folder=folder: work(folder), calls())
        champion, version = registry(folder).load()
        assert version.model_card == {1: "one", 2: "two"}[champion]
        seen.add(champion)
        if not killed:
            break
        if step % 5 == 0:
            number = registry(folder).log_version(a_version(model_card="next"))
            registry(folder).promote(number)
            assert registry(folder).load()[1].model_card == "next"
            assert registry(folder).rollback() == champion
        shutil.rmtree(folder)
    assert seen == {1, 2}
    assert step > 20


def test_killed_at_any_step_of_a_roll_back_the_champion_loads_and_can_be_rolled_back(project, tmp_path):
    for card in ("two", "three"):
        registry(project).promote(registry(project).log_version(a_version(model_card=card)))
    step = 0
    while True:
        step += 1
        folder = tmp_path / f"killed {step}"
        shutil.copytree(project, folder)
        killed = killed_at(step, lambda folder=folder: registry(folder).rollback(), calls())
        champion = registry(folder).load()[0]
        assert champion in (2, 3)
        assert registry(folder).rollback() == champion - 1
        if not killed:
            break
    assert champion == 2
    assert step > 2


@pytest.mark.parametrize("statement", [30, 200])
def test_killed_while_the_store_is_made_the_next_run_makes_it(tmp_path, statement):
    from sqlalchemy.engine.default import DefaultDialect

    watched = [(DefaultDialect, "do_execute"), (DefaultDialect, "do_execute_no_params")]
    assert killed_at(statement, lambda: registry(tmp_path).log_version(a_version()), watched)
    assert not (tmp_path / "mlflow.db").exists()
    assert registry(tmp_path).champion() is None
    assert registry(tmp_path).log_version(a_version()) == 1


def test_two_first_trainings_at_once_make_one_store_and_one_champion(tmp_path):
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            try:
                registry(tmp_path).log_version(a_version())
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert len(registry(tmp_path).versions()) == 2
    assert registry(tmp_path).load()[0] in (1, 2)
