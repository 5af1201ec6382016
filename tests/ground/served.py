"""A command of MLflow that serves HTTP on the loopback, stopped by its own process group.

Never touches a server that it did not start.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

START_SECONDS = 120.0


@contextlib.contextmanager
def serving(
    command: list[str], folder: Path, health: str, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The address of `mlflow COMMAND --host … --port …` once it answers at `health`; `folder` takes its log."""
    port = a_free_port()
    address = f"http://127.0.0.1:{port}"
    mlflow = Path(sys.executable).with_name("mlflow")
    said = {
        **os.environ,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PATH": f"{mlflow.parent}:{os.environ['PATH']}",
        **(environment or {}),
    }
    log = folder / "server.log"
    with log.open("wb") as told:
        server = subprocess.Popen(
            [mlflow, *command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder, env=said, stdout=told, stderr=told, start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(address + health):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield address
    finally:
        _stop(server)


def a_free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url, timeout=5).status == 200)
    except OSError:
        return False


def _stop(server: "subprocess.Popen[bytes]") -> None:
    for end in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, end)  # its own group: the server and its workers
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(5)
            return
