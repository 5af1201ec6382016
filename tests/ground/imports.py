"""Which of mqlgate's modules a file imports, read from its text: nothing is run.

Serves the test of the layers, and the fingerprint by which a promise is known to be up to date.
"""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


@dataclass(frozen=True)
class Import:
    """One module of mqlgate that a file imports, and the line that does."""

    module: str
    line: int


@cache
def modules(source: Path = SOURCE) -> Mapping[str, Path]:
    """Dotted name to file, of every module of the package."""
    found = {}
    for path in sorted((source / "mqlgate").rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: Mapping[str, Path]) -> list[Import]:
    """Modules among `known` that a file imports, at its top or anywhere inside, for types only included."""
    return [
        Import(module, line)
        for module, line in _written(ast.parse(path.read_text(encoding="utf-8")))
        if module in known
    ]


def reach(start: Path, known: Mapping[str, Path]) -> set[str]:
    """All modules that running a file may load: its imports, theirs, and those named in texts (`import_module`).

    A file that asks for the command line (an argument or a text `mqlgate`), for the package as such, or for nothing of
    it at all, reaches everything.
    """
    reached: set[str] = set()
    waiting = list(_mentioned(start, known))
    if not waiting or _asks_for_the_whole(ast.parse(start.read_text(encoding="utf-8"))):
        return set(known)
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting.extend(_mentioned(known[module], known))
    return reached


def fingerprint(start: Path, beside: tuple[Path, ...] = (), source: Path = SOURCE) -> str:
    """SHA-256 over the meaning of a file and of all that it reaches; comments and layout do not count.

    Files that are not Python (data of the package, `beside`) count byte by byte.
    """
    known = modules(source)
    reached = {module: known[module] for module in reach(start, known)}
    digest = hashlib.sha256(_meaning(start.read_text(encoding="utf-8")))
    for module in sorted(reached):
        digest.update(module.encode() + b"\0" + _meaning(reached[module].read_text(encoding="utf-8")))
    data = [path for path in (source / "mqlgate").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    for path in sorted(data) + sorted(beside):
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + (_meaning(content.decode()) if path.suffix == ".py" else content))
    return digest.hexdigest()[:16]


def _asks_for_the_whole(tree: ast.AST) -> bool:
    return any(
        (isinstance(node, ast.arg) and node.arg == "mqlgate")
        or (isinstance(node, ast.Constant) and node.value == "mqlgate")
        or (isinstance(node, ast.Import) and any(alias.name == "mqlgate" for alias in node.names))
        for node in ast.walk(tree)
    )


def _written(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _mentioned(path: Path, known: Mapping[str, Path]) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {module for module, _ in _written(tree)}
    named |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    # The package's own first lines load the rest on demand only: to pass through them is not to reach everything.
    parents = {name.rsplit(".", 1)[0] for name in named if name in known and name.count(".") > 1}
    return {name for name in named | parents if name in known and name != "mqlgate"}


def _meaning(text: str) -> bytes:
    """The text without comments, layout and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree).encode()
