"""Examples in docstrings give what they say."""

import doctest
import re
from importlib import import_module

import pytest

from ground.imports import modules

EXAMPLE = re.compile(r">>> (?!.*# doctest: \+SKIP)")
WITH_EXAMPLES = [name for name, path in modules().items() if EXAMPLE.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_of(module: str, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(import_module(module), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0
