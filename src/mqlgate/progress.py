"""What a command is doing, on stderr: nobody waits before a silent screen. Never on stdout, where results go."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_WORTH_SAYING_SECONDS = 1.0

Step = Callable[[str], None]
"""Called with the name of the step that begins."""


def silent(step: str) -> None:
    """A `Step` that says nothing: what the Python API uses unless told otherwise."""


@contextmanager
def told(command: str, after_seconds: float = _WORTH_SAYING_SECONDS) -> Iterator[Step]:
    """Steps on stderr, each with the seconds since the command began.

    A step is told as it begins, once the command has run for `after_seconds`; the one that is then under way is told at
    that moment. So a quick command says nothing, and a slow first step is no silence.
    """
    began = time.monotonic()
    under_way: list[str] = []
    late = threading.Timer(after_seconds, lambda: _say(command, after_seconds, under_way))
    late.daemon = True
    late.start()

    def step(name: str) -> None:
        passed = time.monotonic() - began
        if passed < after_seconds:
            under_way[:] = [name]
        else:
            late.join()
            _say(command, passed, [name])

    try:
        yield step
    finally:
        late.cancel()


def _say(command: str, seconds: float, names: list[str]) -> None:
    for name in names:
        with suppress(OSError, ValueError, AttributeError):  # stderr is closed, or there is none
            sys.stderr.write(f"mqlgate {command}: {seconds:6.1f} s  {name}\n")
            sys.stderr.flush()
