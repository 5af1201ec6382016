"""How a benchmark measures and what it prints: ours beside a named baseline, in the same run, as a ratio.

Runs are interleaved (ours, baseline, ours, baseline …), so that a machine that slows down slows both; the ratio is the
median of the ratios of the pairs. Never prints a bare time, and never decides alone whether a limit is kept: it says so
in the line that it prints, and `benchmarks/run.py` counts.
"""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

MISSED = "MISSED"
# A process inherits the peak of the one that started it until it becomes itself, so a small one stands between: the
# peak is never that of the benchmark, which may hold gigabytes.
_WATCH = """
import os, sys, time
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as report:
    print(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=report)
sys.exit(min(255, abs(os.waitstatus_to_exitcode(status))))
"""
_HEADER = ("name", "ours", "baseline", "ratio", "limits")
_WIDTHS = (44, 12, 40, 22)


@dataclass(frozen=True)
class Paired:
    """Seconds (or any other measure) of ours and of a baseline, pair by pair, in the order in which they ran."""

    ours: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def ours_median(self) -> float:
        return statistics.median(self.ours)

    @property
    def baseline_median(self) -> float:
        return statistics.median(self.baseline)

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours to baseline, sorted."""
        return tuple(sorted(mine / theirs for mine, theirs in zip(self.ours, self.baseline, strict=True)))

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


def paired(ours: Callable[[], object], baseline: Callable[[], object], *, repeats: int = 7, warmups: int = 1) -> Paired:
    """Seconds of both, run in turn `repeats` times after `warmups` runs of each that are not counted.

    Garbage collection is off while a run is timed, as in `timeit`.
    """
    for _ in range(warmups):
        ours()
        baseline()
    runs = [(_seconds(ours), _seconds(baseline)) for _ in range(repeats)]
    return Paired(tuple(mine for mine, _ in runs), tuple(theirs for _, theirs in runs))


def paired_commands(
    ours: Sequence[str], baseline: Sequence[str], *, repeats: int = 11, env: dict[str, str] | None = None
) -> Paired:
    """As `paired`, of two commands as whole processes; a command that fails raises `CalledProcessError`."""
    environment = {**os.environ, **(env or {})}

    def run(command: Sequence[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, env=environment, capture_output=True, check=True)

    return paired(run(ours), run(baseline), repeats=repeats, warmups=2)


@dataclass(frozen=True)
class Child:
    """What a child process took: seconds on the clock, seconds of processor, peak resident memory in bytes."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    stdout: str


def child(command: Sequence[str] | str, *, env: dict[str, str] | None = None, cwd: Path | None = None) -> Child:
    """Run a command (or, given as one text, a Python program) and measure the whole process.

    The peak is that of the process itself and of children that it waited for, whichever is highest (`ru_maxrss`).

    Raises
    ------
    subprocess.CalledProcessError
        Where the process fails; its stderr is shown as it comes.
    """
    arguments = [sys.executable, "-c", command] if isinstance(command, str) else list(command)
    with tempfile.NamedTemporaryFile(mode="r") as report:
        watched = [sys.executable, "-I", "-S", "-c", _WATCH, report.name, *arguments]
        done = subprocess.run(
            watched, stdout=subprocess.PIPE, env={**os.environ, **(env or {})}, cwd=cwd, encoding="utf-8", check=False
        )
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, arguments, done.stdout)
        seconds, cpu_seconds, peak = map(float, report.read().split())
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return Child(seconds, cpu_seconds, int(peak) * kilobyte, done.stdout)


def seconds_text(value: float) -> str:
    """A time with the unit that suits it: 12.3 ms, 1.23 s."""
    for limit, factor, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms")):
        if value < limit:
            return f"{value * factor:.3g} {unit}"
    return f"{value:.2f} s"


def bytes_text(value: float) -> str:
    """A size with the unit that suits it: 12.3 MB, 1.23 GB."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value:.0f} B"


def print_header() -> None:
    """The line above the results."""
    print(_row(_HEADER))


def print_line(
    name: str,
    measured: Paired,
    baseline: str,
    *,
    text: Callable[[float], str] = seconds_text,
    most: float | None = None,
    ratio_most: float | None = None,
    ratio_least: float | None = None,
) -> bool:
    """Print one result; whether the limits given are kept (True where there are none).

    Parameters
    ----------
    name, baseline
        What was measured, and against what.
    measured
        The pairs; of memory or rates as well as of seconds, with `text` to write them.
    most
        Limit of our own median, in the unit of `measured`.
    ratio_most, ratio_least
        Limits of the ratio ours / baseline.
    """
    limits = [
        (measured.ours_median <= most, f"≤ {text(most)}") if most is not None else None,
        (measured.ratio <= ratio_most, f"ratio ≤ {ratio_most:g}") if ratio_most is not None else None,
        (measured.ratio >= ratio_least, f"ratio ≥ {ratio_least:g}") if ratio_least is not None else None,
    ]
    said = [f"{limit}: {'met' if kept else MISSED}" for kept, limit in filter(None, limits)]
    ratios = measured.ratios
    spread = f" ({ratios[0]:.3g}-{ratios[-1]:.3g})" if len(ratios) > 1 else ""
    theirs = f"{text(measured.baseline_median)} ({baseline})"
    print(
        _row((name, text(measured.ours_median), theirs, f"{measured.ratio:.3g}{spread}", ", ".join(said))), flush=True
    )
    return all(kept for kept, _ in filter(None, limits))


def _row(cells: Sequence[str]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=False)]
    return "  ".join([*padded, *cells[len(_WIDTHS) :]]).rstrip()


def _seconds(run: Callable[[], object]) -> float:
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        run()
        return time.perf_counter() - began
    finally:
        if enabled:
            gc.enable()
