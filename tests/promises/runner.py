"""`make promises`: every statistical promise by name, each in a process of its own; takes up where it was stopped.

    make promises                          all that are not up to date
    make promises ARGS="gate"              those whose names hold one of the words
    make promises ARGS="--again gate"      also where they are up to date
    make promises ARGS="--list"            what the table says; runs nothing

What was found stands in build/promises/results.csv: name, share, seed, result (kept, broken, skipped), seconds,
figures, code fingerprint. A promise is run again when the code that it reaches has changed. MQLGATE_PROMISE_SHARE (1.0
here) is the share of its simulations that each one runs; every share has its own rows.
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ground.imports import ROOT, fingerprint

TABLE = ROOT / "build" / "promises" / "results.csv"
CORES = 2
BUDGET_MINUTES = 120.0
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]


@dataclass(frozen=True)
class Promise:
    """A promise as pytest collects it, with the fingerprint of the code that it reaches."""

    name: str
    seed: int
    cores: int
    fingerprint: str


@dataclass(frozen=True)
class Result:
    """A row of the table. `figures` is JSON; `finished` is ISO 8601, UTC."""

    name: str
    share: str
    seed: int
    result: str
    seconds: float
    figures: str
    fingerprint: str
    finished: str


class Table:
    """The results so far, on disk after every promise: written beside and renamed, so never half written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self.rows: dict[tuple[str, str], Result] = {}
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    result = Result(
                        **{**row, "seed": int(row["seed"]), "seconds": float(row["seconds"])}  # type: ignore[arg-type]
                    )
                    self.rows[result.name, result.share] = result

    def put(self, result: Result) -> None:
        with self._lock:
            self.rows[result.name, result.share] = result
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_suffix(".new")
            with beside.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, [field.name for field in fields(Result)], lineterminator="\n")
                writer.writeheader()
                writer.writerows(asdict(row) for _, row in sorted(self.rows.items()))
            beside.replace(self.path)

    def up_to_date(self, promise: Promise, share: str) -> Result | None:
        """The row that makes running this promise needless, if there is one: a skipped one is always tried again."""
        row = self.rows.get((promise.name, share))
        same = row and (row.fingerprint, row.seed) == (promise.fingerprint, promise.seed)
        return row if row and same and row.result in ("kept", "broken") else None


class Runner:
    """Runs promises side by side as far as there are cores, and ends those that run when it is told to stop."""

    def __init__(self, table: Table, share: str, deadline: float) -> None:
        self.table, self.share, self.deadline = table, share, deadline
        self.stopped = False
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = Lock()

    def run_all(self, promises: Iterable[Promise]) -> None:
        """Those of one core beside each other, then those that need more, one at a time."""
        promises = list(promises)
        for cores in sorted({min(promise.cores, CORES) for promise in promises}):
            chosen = [promise for promise in promises if min(promise.cores, CORES) == cores]
            with ThreadPoolExecutor(max(1, CORES // cores)) as pool:
                try:
                    for running in [pool.submit(self.run, promise) for promise in chosen]:
                        running.result()
                except BaseException:
                    self.stop()
                    raise

    def run(self, promise: Promise) -> None:
        left = self.deadline - time.monotonic()
        if self.stopped or left <= 0:
            return
        with tempfile.TemporaryDirectory(prefix="mqlgate-promise-") as folder:
            report = Path(folder) / "report.json"
            environment = {**os.environ, "MQLGATE_PROMISE_SHARE": self.share, "MQLGATE_PROMISE_REPORT": str(report)}
            for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
                environment[threads] = str(min(promise.cores, CORES))
            process = subprocess.Popen(
                [*PYTEST, promise.name], cwd=ROOT, env=environment, start_new_session=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            )  # fmt: skip
            with self._lock:
                self._running.add(process)
            try:
                printed, _ = process.communicate(timeout=left)
            except subprocess.TimeoutExpired:
                _end(process)
                process.communicate()
                return
            finally:
                with self._lock:
                    self._running.discard(process)
            if self.stopped:
                return
            told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
        # A process that died without a word (killed, out of memory) has decided nothing about its promise.
        outcome = told.get("result") if process.returncode in (0, 1) else None
        if outcome is None:
            print(f"no answer {promise.name}: pytest ended with {process.returncode}\n{printed[-3000:]}", flush=True)
            return
        figures = json.dumps(told["figures"], sort_keys=True)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        seconds = round(told["seconds"], 2)
        row = Result(promise.name, self.share, promise.seed, outcome, seconds, figures, promise.fingerprint, now)
        self.table.put(row)
        print(line(row), flush=True)
        if outcome == "broken":
            print(printed[-6000:], flush=True)

    def stop(self) -> None:
        self.stopped = True
        with self._lock:
            for process in self._running:
                _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a promise and what it started; `start_new_session` made it the leader of a group of its own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def line(row: Result) -> str:
    """A row as it is printed: result, name, seconds, seed, figures."""
    figures = " ".join(f"{key}={_short(value)}" for key, value in json.loads(row.figures).items())
    return f"{row.result:9} {_short_name(row.name)}  {row.seconds:.1f} s  seed {row.seed}  {figures}".rstrip()


def _short_name(name: str) -> str:
    return name.removeprefix("tests/promises/test_promise_").replace(".py::test_", ": ").replace(".py::", ": ")


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def collect(folder: Path = ROOT / "tests" / "promises") -> list[Promise]:
    """Every promise that pytest finds.

    Raises
    ------
    SystemExit
        Where pytest cannot collect; it has said why.
    """
    with tempfile.TemporaryDirectory(prefix="mqlgate-promise-") as place:
        listed = Path(place) / "list.json"
        done = subprocess.run(
            [*PYTEST, "--collect-only", "-m", "promise", str(folder)],
            cwd=ROOT, env={**os.environ, "MQLGATE_PROMISE_LIST": str(listed)},
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        nothing_collected = 5
        if done.returncode not in (0, nothing_collected) or not listed.exists():
            print(done.stdout, done.stderr, file=sys.stderr)
            raise SystemExit("promises: pytest could not collect them")
        found = json.loads(listed.read_text(encoding="utf-8"))
    beside = (folder / "conftest.py", ROOT / "requirements.lock")
    prints = {
        file: fingerprint(Path(file), tuple(p for p in beside if p.exists())) for file in {p["file"] for p in found}
    }
    return [Promise(each["name"], each["seed"], each["cores"], prints[each["file"]]) for each in found]


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the statistical promises.")
    parser.add_argument("words", nargs="*", help="run those whose names hold one of these words")
    parser.add_argument("--again", action="store_true", help="run also what is up to date")
    parser.add_argument("--list", action="store_true", help="print what the table says, and run nothing")
    parser.add_argument(
        "--minutes", type=float, default=BUDGET_MINUTES, help="stop after so long (default %(default)g)"
    )
    given = parser.parse_args()
    share = f"{float(os.environ.get('MQLGATE_PROMISE_SHARE', '1')):g}"
    began = time.monotonic()
    table = Table(TABLE)
    promises = [p for p in collect() if not given.words or any(word in p.name for word in given.words)]
    known = [] if given.again else [row for p in promises if (row := table.up_to_date(p, share))]
    waiting = [p for p in promises if p.name not in {row.name for row in known}]
    for row in known:
        print(f"{line(row)}  (from the table)")
    if given.list:
        for promise in waiting:
            print(f"{'to run':9} {_short_name(promise.name)}  seed {promise.seed}")
        return 0
    print(f"promises: {len(promises)} at share {share}: {len(known)} up to date, {len(waiting)} to run", flush=True)
    runner = Runner(table, share, began + given.minutes * 60)
    before = dict(table.rows)
    try:
        runner.run_all(waiting)
    except KeyboardInterrupt:
        print("promises: stopped; what was finished is kept, and the same command goes on from there")
        return 130
    finished = {p.name for p in waiting if table.rows.get((p.name, share)) is not before.get((p.name, share))}
    return _conclude(promises, finished | {row.name for row in known}, table, share, time.monotonic() - began)


def _conclude(promises: list[Promise], done: set[str], table: Table, share: str, took: float) -> int:
    """Print the sum of it; the exit status."""
    rows = [table.rows[p.name, share] for p in promises if p.name in done]
    count = {result: sum(row.result == result for row in rows) for result in ("kept", "broken", "skipped")}
    unfinished = len(promises) - len(rows)
    # What the whole takes on this many cores, also where it was run in several goes.
    seconds = {row.name: row.seconds for row in rows}
    whole = sum(seconds.get(p.name, 0.0) * min(p.cores, CORES) / CORES for p in promises)
    over = whole > BUDGET_MINUTES * 60
    allowed = f"allowed: {BUDGET_MINUTES:g}{', EXCEEDED' if over else ''}"
    print(
        f"promises: {count['kept']} kept, {count['broken']} broken, {count['skipped']} skipped, "
        f"{unfinished} unfinished; this run took {took / 60:.1f} min; all together about {whole / 60:.1f} min "
        f"on {CORES} cores ({allowed}); table: {TABLE.relative_to(ROOT)}"
    )
    return 1 if count["broken"] or unfinished or over else 0


if __name__ == "__main__":
    sys.exit(main())
