"""A file that is replaced whole or not at all: written beside its place, flushed to the disk, then renamed.

Never knows what it writes. Killed at any moment, the old file stands as it was; what was half written is called
`.NAME.partial` and is overwritten by the next run.
"""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mqlgate.errors import InputError

_UNWRITTEN = "Nothing was written; what stood there before is as it was"


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file to write to; it takes the place of `path` when the block ends, or is gone if the block raises.

    A link is followed: what it points to is replaced. The mode of the old file is kept.

    Raises
    ------
    InputError
        Where the folder is missing or read-only, the disk is full, `path` is no plain file, or another process is
        writing the same file.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            raise InputError(str(path), "there is something here that is no file", "the name of a file", _UNWRITTEN)
        partial = target.with_name(f".{target.name}.partial")
        file = _exclusive(partial, path)
    except OSError as error:
        raise _refused(path, error) from None
    try:
        try:
            yield file
            _settle(file, partial, target)
        except OSError as error:
            raise _refused(path, error) from None
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    finally:
        with contextlib.suppress(OSError):
            file.close()


def removing(path: Path) -> None:
    """Remove a file that a former run left, if it is there.

    Raises
    ------
    InputError
        Where it cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from None


def _exclusive(partial: Path, path: Path) -> IO[bytes]:
    """The partial file, emptied, ours alone: the lock goes when the process does, however it ends."""
    while True:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise InputError(str(path), "another mqlgate is writing this file", mend="Wait for it to end") from None
        except OSError:
            pass  # a file system that has no locks
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), partial.stat()):
                os.ftruncate(descriptor, 0)
                return os.fdopen(descriptor, "wb")
        # The other run ended between our opening and locking, and what we hold is its finished file.
        os.close(descriptor)


def _settle(file: IO[bytes], partial: Path, target: Path) -> None:
    file.flush()
    if target.exists():
        os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
    os.fsync(file.fileno())
    partial.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    except OSError:
        pass  # a file system that cannot flush a folder; the file itself is on the disk
    finally:
        os.close(folder)


def _refused(path: Path, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(str(path), f"there is no folder {path.parent}", mend=f"Make it first. {_UNWRITTEN}")
    return InputError(str(path), f"the file cannot be written: {error.strerror or error}", mend=_UNWRITTEN)
