"""The command line as a user meets it: what was typed goes in; exit status, stdout and stderr come out.

Run as a script it is the command itself behind the guard against the network. Never judges an answer.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

NO_TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit status and what it printed."""

    status: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """What `--json` printed; one object, and nothing beside it."""
        return json.loads(self.stdout)

    @property
    def has_traceback(self) -> bool:
        return NO_TRACEBACK in self.stderr or NO_TRACEBACK in self.stdout


class Mqlgate:
    """Runs the command in a folder, as a process of its own: `mqlgate("gate", "--json", cwd=folder)`.

    `mqlgate.inside(...)` does the same within the test's process: faster, for tests of what is answered rather than of
    how a process behaves.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self,
        *arguments: object,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        timeout: float = 300,
    ) -> Ran:
        done = subprocess.run(
            [sys.executable, __file__, *map(str, arguments)],
            cwd=cwd or self.folder,
            env={**os.environ, **(env or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def inside(self, *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(cwd or self.folder),
            mock.patch.dict(os.environ, env or {}),
            mock.patch.object(sys, "argv", ["mqlgate", *map(str, arguments)]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = _status_of_main()
        return Ran(status, out.getvalue(), err.getvalue())


def _status_of_main() -> int:
    from mqlgate.cli import main

    try:
        answer: object = main()
    except SystemExit as left:
        answer = left.code
    if isinstance(answer, str):
        print(answer, file=sys.stderr)
        return 1
    return int(answer) if isinstance(answer, int) else 0


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from ground.loopback import install

    install(fatal=True)
    sys.argv[0] = "mqlgate"
    sys.exit(_status_of_main())
