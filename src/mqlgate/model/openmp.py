"""OpenMP's runtime for LightGBM on machines that have none, as slim containers do: scikit-learn's wheel brings one.

LightGBM's wheel expects `libgomp.so.1` of the system. scikit-learn's holds the same library under a name of its own,
and the loader goes by the name that is written inside. Never changes an installed file, and does nothing where the
system has the library.
"""

import ctypes
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from mqlgate.errors import InputError

NEEDED = "libgomp.so.1"


@cache
def ensure_openmp() -> None:
    """Have OpenMP's runtime loaded before LightGBM is imported.

    Raises
    ------
    InputError
        Where neither the system nor scikit-learn's wheel has it.
    """
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(NEEDED)
    except OSError:
        _lend()


def _lend() -> None:
    bundled = _bundled()
    if bundled is None:
        raise InputError(
            "LightGBM",
            f"the system has no {NEEDED}, which it needs",
            mend="Install OpenMP's runtime (Debian and Ubuntu: apt-get install libgomp1; Fedora: dnf install libgomp)",
        )
    with tempfile.NamedTemporaryFile(prefix="mqlgate-", suffix=".so") as copy:
        copy.write(renamed(bundled.read_bytes(), bundled.name))
        copy.flush()
        ctypes.CDLL(copy.name, mode=ctypes.RTLD_GLOBAL)  # once it is loaded, the file may go


def renamed(library: bytes, name: str) -> bytes:
    """The library with `libgomp.so.1` written inside as its name, in the place of the longer one that is there."""
    return library.replace(name.encode() + b"\0", NEEDED.encode().ljust(len(name) + 1, b"\0"))


def _bundled() -> Path | None:
    spec = find_spec("sklearn")
    if spec is None or spec.origin is None:
        return None
    return next((Path(spec.origin).parents[1] / "scikit_learn.libs").glob("libgomp-*.so*"), None)
