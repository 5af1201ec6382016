"""What a promise is given: its seed, how much of it to run, and where to write its figures.

How to write one is in docs/development/promises.md. Never runs a promise: pytest does, or `runner.py` for the whole.
"""

import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent
DEFAULT_SHARE = 0.1
_FIGURE = "figure:"
_started: dict[str, Any] = {}


@pytest.fixture(scope="session")
def share() -> float:
    """Share of the simulations to run, in (0, 1]: 1.0 in `make promises`, 0.1 elsewhere (MQLGATE_PROMISE_SHARE)."""
    value = float(os.environ.get("MQLGATE_PROMISE_SHARE", DEFAULT_SHARE))
    if not 0 < value <= 1:
        raise ValueError(f"MQLGATE_PROMISE_SHARE is {value:g}; it is a share in (0, 1]")
    return value


@pytest.fixture(scope="session")
def trials(share: float) -> Callable[[int], int]:
    """`trials(2000)` is how many of 2,000 simulations to run: at least `least`."""

    def scaled(whole: int, least: int = 1) -> int:
        return min(whole, max(least, round(whole * share)))

    return scaled


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Where all chance of this promise starts: the marker's `seed`, else a number made of the promise's name."""
    return _seed(request.node)


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`record("violations", 0.031)` or `record(violations=0.031)`: figures for the table, kept or broken alike."""

    def write(name: str | None = None, value: object = None, /, **figures: object) -> None:
        for key, figure in ({name: value} if name is not None else {}).items() | figures.items():
            request.node.user_properties.append((_FIGURE + key, _plain(figure)))

    return write


@pytest.hookimpl(tryfirst=True)  # before `-m promise` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _is_promise(item) and not item.get_closest_marker("promise"):
            item.add_marker(pytest.mark.promise)


def pytest_collection_finish(session: pytest.Session) -> None:
    wanted = os.environ.get("MQLGATE_PROMISE_LIST")
    if wanted:
        promises = [
            {"name": item.nodeid, "file": str(item.path), "seed": _seed(item), "cores": _option(item, "cores", 1)}
            for item in session.items
            if _is_promise(item)
        ]
        Path(wanted).write_text(json.dumps(promises), encoding="utf-8")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Leave what became of the promise where the runner looks for it: broken if any of its phases failed."""
    target = os.environ.get("MQLGATE_PROMISE_REPORT")
    if not target:
        return
    figures = {key.removeprefix(_FIGURE): value for key, value in report.user_properties if key.startswith(_FIGURE)}
    if report.failed:
        _started["result"] = "broken"
    elif report.skipped and "result" not in _started:
        _started["result"] = "skipped"
    elif report.when == "call":
        _started.setdefault("result", "kept")
    _started["figures"] = figures
    _started["seconds"] = _started.get("seconds", 0.0) + report.duration
    Path(target).write_text(json.dumps(_started), encoding="utf-8")


def _is_promise(item: pytest.Item) -> bool:
    return item.path.parent == FOLDER and item.path.name.startswith("test_promise_")


def _option(item: pytest.Item, name: str, default: Any) -> Any:
    marker = item.get_closest_marker("promise")
    return marker.kwargs.get(name, default) if marker else default


def _seed(item: pytest.Item) -> int:
    given = _option(item, "seed", None)
    return int(given) if given is not None else zlib.crc32(item.nodeid.encode())


def _plain(figure: object) -> Any:
    """A figure as JSON holds it; NumPy's scalars and arrays become Python's."""
    if isinstance(figure, dict):
        return {str(key): _plain(value) for key, value in figure.items()}
    if isinstance(figure, list | tuple):
        return [_plain(value) for value in figure]
    if hasattr(figure, "tolist"):
        return figure.tolist()
    if figure is None or isinstance(figure, bool | int | float | str):
        return figure
    raise TypeError(f"a figure is a number, a text, or a list or dict of them, not {type(figure).__name__}")
