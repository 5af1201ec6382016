"""What a command is doing, on stderr, so that nobody waits before a silent screen. Never on stdout, which is for results."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WORTH_SAYING_SECONDS = 1.0

Step = Callable[[str], None]
"""Called with the name of the step that begins."""


def silent(step: str) -> None:
    """A `Step` that says nothing: what the Python API uses unless told otherwise."""


@contextmanager
def told(command: str) -> Iterator[Step]:
    """Steps on stderr as they begin, with the seconds since the command began, from the first second on."""
    began = time.monotonic()
    waiting: list[str] = []

    def step(name: str) -> None:
        passed = time.monotonic() - began
        waiting[:] = [name]
        if passed >= _WORTH_SAYING_SECONDS or sys.stderr.isatty():
            print(f"mqlgate {command}: {passed:6.1f} s  {name}", file=sys.stderr, flush=True)

    yield step
