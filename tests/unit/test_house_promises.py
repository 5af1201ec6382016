"""`make promises` runs what has to be run, and nothing twice."""

import csv
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ground.imports import ROOT, fingerprint, modules, reach
from promises import runner

KEPT = """
import pytest

@pytest.mark.promise(seed=7, cores=2)
def test_a_promise_that_is_kept(share, trials, seed, record):
    record(share=share, simulated=trials(2000))
    record("seed", seed)

def test_one_that_is_broken(record):
    record("violations", 0.5)
    assert 0.5 <= 0.05

def test_one_that_cannot_be_tried_here():
    pytest.skip("no data")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # Below the checkout, because pytest names promises relative to it; a name of its own for every run.
    (ROOT / "build" / "tests").mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=ROOT / "build" / "tests"))
    shutil.copy(ROOT / "tests" / "promises" / "conftest.py", place)
    (place / "test_promise_sample.py").write_text(KEPT)
    yield place
    shutil.rmtree(place)


def test_each_promise_leaves_its_result_seed_and_figures_in_the_table(folder: Path):
    promises = runner.collect(folder)
    table = runner.Table(folder / "results.csv")
    runner.Runner(table, "0.5", time.monotonic() + 60).run_all(promises)
    with table.path.open(newline="") as file:
        rows = {row["name"].split("::")[1]: row for row in csv.DictReader(file)}
    kept = rows["test_a_promise_that_is_kept"]
    assert (kept["result"], kept["seed"], kept["share"]) == ("kept", "7", "0.5")
    assert json.loads(kept["figures"]) == {"share": 0.5, "simulated": 1000, "seed": 7}
    broken = rows["test_one_that_is_broken"]
    assert broken["result"] == "broken"
    assert json.loads(broken["figures"]) == {"violations": 0.5}
    assert rows["test_one_that_cannot_be_tried_here"]["result"] == "skipped"
    assert {promise.cores for promise in promises} == {1, 2}

    again = runner.Table(table.path)
    by_name = {promise.name.split("::")[1]: promise for promise in promises}
    assert again.up_to_date(by_name["test_a_promise_that_is_kept"], "0.5")
    assert again.up_to_date(by_name["test_one_that_is_broken"], "0.5")
    assert not again.up_to_date(by_name["test_one_that_cannot_be_tried_here"], "0.5")
    assert not again.up_to_date(by_name["test_a_promise_that_is_kept"], "1")
    changed = replace(by_name["test_a_promise_that_is_kept"], fingerprint="of other code")
    assert not again.up_to_date(changed, "0.5")


def test_a_promise_that_exceeds_its_time_is_ended_and_not_recorded(folder: Path):
    (folder / "test_promise_sample.py").write_text("def test_slow():\n    import time\n    time.sleep(60)\n")
    table = runner.Table(folder / "results.csv")
    began = time.monotonic()
    runner.Runner(table, "1", time.monotonic() + 2).run_all(runner.collect(folder))
    assert time.monotonic() - began < 20
    assert table.rows == {}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in {
        "__init__": '"""Root."""\n_HOMES = ("mqlgate.late",)\n',
        "near": "from mqlgate import far\n",
        "far": "A = 1  # one\n",
        "late": "B = 1\n",
        "apart": "C = 1\n",
    }.items():
        path = tmp_path / "mqlgate" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / "test_promise_x.py").write_text("from mqlgate.near import far\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text", "changes"),
    [
        ("far", "A = 2\n", True),
        ("near", "def f():\n    from mqlgate import far, late\n", True),
        ("far", "# another comment\nA = 1\n", False),
        ("far", '"""A docstring."""\nA = 1\n', False),
        ("apart", "C = 2\n", False),
    ],
)
def test_a_promise_is_run_again_when_and_only_when_code_that_it_reaches_changed(package: Path, name, text, changes):
    promise = package / "test_promise_x.py"
    before = fingerprint(promise, source=package)
    (package / "mqlgate" / f"{name}.py").write_text(text)
    assert (fingerprint(promise, source=package) != before) is changes


@pytest.mark.parametrize(
    "text",
    [
        "def test_gate_holds(mqlgate):\n    mqlgate('gate')\n",
        "from mqlgate import far\ndef test_gate_holds(mqlgate):\n    mqlgate('gate')\n",
        "from mqlgate import far\nimport subprocess\nsubprocess.run(['mqlgate', 'gate'])\n",
        "import mqlgate\n",
        "x = 1\n",
    ],
)
def test_a_promise_that_runs_the_commands_reaches_everything(package: Path, text: str):
    promise = package / "test_promise_x.py"
    promise.write_text(text)
    known = modules(package)
    assert reach(promise, known) == set(known)
