"""What a machine lacks that has Python and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = "libgomp.so.1"
FIT = """
import numpy as np
from mqlgate.model import trees
binned = trees.dataset(np.arange(400.0).reshape(-1, 1), np.repeat([0.0, 1.0], 200), np.ones(400), [], 2)
print("binned", binned.num_data())
"""


def hidden(program: str) -> list[str]:
    """A Python program on a machine (a mount namespace) whose libgomp is an empty file."""
    found = [str(path) for root in ("/lib", "/usr/lib", "/usr/local/lib") for path in Path(root).rglob(f"{LIBRARY}*")]
    real = sorted({str(Path(path).resolve()) for path in found})
    hide = "".join(f"mount --bind /dev/null {path} && " for path in real)
    return ["unshare", "--mount", "sh", "-c", f'{hide}exec "$0" -c "$1"', sys.executable, program]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        pytest.skip("no unshare on this machine")


def test_a_model_is_fitted_where_the_system_has_no_openmp_runtime():
    missing = run(hidden("import ctypes; ctypes.CDLL('libgomp.so.1')"))
    if missing.returncode == 0 or "OSError" not in missing.stderr:
        pytest.skip(f"the library cannot be hidden here: {missing.stderr.strip()[-200:]}")
    done = run(hidden(FIT))
    assert done.stdout == "binned 400\n", done.stderr
