"""House rules that a machine can check: light imports, layers, lengths of files, nothing of one machine in them."""

import os
import re
import subprocess
import sys
import time
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from ground.imports import ROOT, SOURCE, Import, imports, modules

ARCHITECTURE = ROOT / "docs" / "development" / "architecture.md"
HEAVY = (
    "altair", "duckdb", "joblib", "lightgbm", "matplotlib", "mlflow", "numba", "numpy", "optuna", "pandas", "psycopg",
    "pyarrow", "scipy", "shap", "sklearn", "sqlalchemy", "vl_convert",
)  # fmt: skip
MOST_LINES = 400


def loaded_by(program: str) -> set[str]:
    """The modules that a fresh interpreter holds after a program."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint('LOADED', *sys.modules)"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.rsplit("LOADED", 1)[1].split())


def test_importing_mqlgate_loads_nothing_heavy():
    loaded = loaded_by("import mqlgate")
    assert loaded.isdisjoint({*HEAVY, "pydantic", "typer", "rich"})


def test_the_help_of_the_command_line_loads_nothing_heavy():
    pytest.importorskip("mqlgate.cli")
    loaded = loaded_by(
        "import sys\nsys.argv = ['mqlgate', '--help']\n"
        "from mqlgate.cli import main\n"
        "try:\n    main()\nexcept SystemExit as left:\n    assert not left.code"
    )
    assert "mqlgate.cli" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        ([sys.executable, "-c", "import mqlgate"], 0.3),
        ([sys.executable, "-c", "import sys; sys.argv[1:] = ['--help']; from mqlgate.cli import main; main()"], 0.4),
    ],
    ids=["import", "help"],
)
def test_it_answers_at_once(command: list[str], seconds: float):
    # Without the tracing of coverage, and the best of five: other work slows a run, nothing speeds one up.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    runs = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(command, env=environment, capture_output=True, check=True)
        runs.append(time.perf_counter() - began)
    assert min(runs) < seconds


def test_no_public_name_is_hidden_by_a_module_of_the_same_name():
    import mqlgate

    submodules = {name.split(".")[1] for name in modules() if name.count(".") == 1}
    assert set(mqlgate.__all__) & submodules == {"api"} & submodules
    assert mqlgate.InputError("where", "found").exit_status == 2
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", mqlgate.__version__)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = mqlgate.nothing_like_it


def layers() -> list[list[str]]:
    """The rows of the table of layers, each with its modules and packages; the first know nothing of the others."""
    rows = re.findall(r"^\| [a-zA-Z ]+ \| (`[^|]+`) \| .+ \|$", ARCHITECTURE.read_text(encoding="utf-8"), re.MULTILINE)
    return [[name.rstrip("/") for name in re.findall(r"`([a-z_/]+)`", row)] for row in rows]


def part_of(module: str) -> str:
    """The module or package below `mqlgate`. Sections of the configuration are words, wherever they live."""
    parts = module.split(".")[1:]
    return "config" if parts[-1:] == ["settings"] else "".join(parts[:1])


def violations(known: dict[str, Path], rows: list[list[str]]) -> list[str]:
    """Each import of a lower layer, and each circle within a layer, as a line that a person can act on."""
    level = {part: number for number, row in enumerate(rows) for part in row}
    found: set[str] = set()
    beside: dict[str, set[str]] = {}
    for module, path in known.items():
        mine = part_of(module)
        if module == "mqlgate":
            continue
        if mine not in level:
            found.add(f"{module} stands in no layer of {ARCHITECTURE.name}")
            continue
        for each in imports(path, known):
            theirs = part_of(each.module)
            if theirs not in level or theirs == mine:
                continue
            if level[theirs] > level[mine]:
                found.add(f"{module}, line {each.line}: {mine} imports {theirs} ({each.module})")
            elif level[theirs] == level[mine]:
                beside.setdefault(mine, set()).add(theirs)
    try:
        TopologicalSorter(beside).prepare()
    except CycleError as circle:
        found.add(f"one layer, in a circle: {' -> '.join(circle.args[1])}")
    return sorted(found)


def test_the_table_of_layers_is_read():
    rows = layers()
    assert rows[0][:3] == ["errors", "clock", "domain"]
    order = [part for row in rows for part in row]
    assert order.index("tables") < order.index("features") < order.index("model") < order.index("training")
    assert order[-1] == "cli"
    assert len(order) == len(set(order))


def test_each_module_imports_only_from_the_layers_above_it():
    assert violations(dict(modules()), layers()) == []


def test_a_breach_of_the_layers_is_found_wherever_it_stands(tmp_path: Path):
    for name, text in {
        "gate": "def f():\n    from mqlgate import training\n",
        "training": "import mqlgate.scoring\n",
        "scoring": "from mqlgate.training import x\nfrom mqlgate import gate\n",
        "odd": "",
    }.items():
        path = tmp_path / "mqlgate" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    known = dict(modules(tmp_path))
    assert imports(known["mqlgate.gate"], known) == [Import("mqlgate.training", 2)]
    lower, odd, circle = sorted(violations(known, layers()))
    assert lower == "mqlgate.gate, line 2: gate imports training (mqlgate.training)"
    assert odd == "mqlgate.odd stands in no layer of architecture.md"
    assert circle.startswith("one layer, in a circle: ")
    assert {"training", "scoring"} <= set(re.findall(r"\w+", circle))
    assert part_of("mqlgate.features.settings") == "config"


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_holds_one_idea_and_says_which(path: Path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    if path.name != "__init__.py" or text.strip():
        assert text.startswith(('"""', 'r"""'))


def written_files() -> list[Path]:
    """Every file that is in the repository or about to be, as git sees it; without git there is nothing to check."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    paths = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in paths if path.is_file()]


# Written so that this file does not name them itself.
FOREIGN = {
    "a package registry": "|".join(
        host.replace("+", r"\.")
        for host in ("pypi+(?:org|io)", "pythonhosted+org", "npmjs+(?:org|com)", "crates+io", "anaconda+(?:org|com)")
    ),
    "a path of one machine": r"(?<![\w.~}$/-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|Us" + r"ers)/[\w.]",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what: str):
    pattern = re.compile(FOREIGN[what].encode())
    named = []
    for path in written_files():
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            if pattern.search(line):
                named.append(f"{path.relative_to(ROOT)}:{number}")
    assert named == []


@pytest.mark.parametrize(
    ("what", "line", "found"),
    [
        ("a package registry", "index = https://py" + "pi.org/simple", True),
        ("a package registry", "a wheel from the index", False),
        ("a path of one machine", "open('/ro" + "ot/data.csv')", True),
        ("a path of one machine", "see docs/work/flow.md", False),
        ("a path of one machine", "https://example.com/home/page", False),
    ],
)
def test_what_is_foreign_is_recognised(what: str, line: str, found: bool):
    assert bool(re.search(FOREIGN[what], line)) is found
