"""The rows that could not be scored, each with its reason, in OUT.rejected.csv. Never decides which are bad."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from mqlgate.sinks.replacement import removing, replacing


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not scored; `record` is the number that a person sees in the file (the header is 1)."""

    record: int
    lead_id: str
    column: str
    value: str
    reason: str


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
COLUMNS = tuple(field.name for field in fields(RejectedRow))


def rejected_path(out: Path) -> Path:
    """OUT.rejected.csv."""
    return out.with_name(f"{out.name}.rejected.csv")


def write_rejected(out: Path, rows: Iterable[RejectedRow]) -> int:
    """Write the rejected rows beside `out` and return how many there are.

    Where there are none there is no file: one that a former run left is removed, since it would speak of other rows.

    Raises
    ------
    InputError
        Where the disk refuses.
    """
    path, rows = rejected_path(out), list(rows)
    if not rows:
        removing(path)
        return 0
    with replacing(path) as file:
        file.write(rejected_text(rows).encode("utf-8", "surrogatepass"))
    return len(rows)


def rejected_text(rows: Iterable[RejectedRow]) -> str:
    """The rejected rows as CSV text with a header; people read it in spreadsheets, so formulas are made text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_harmless(value) for value in astuple(row)])
    return text.getvalue()


def _harmless(value: object) -> object:
    """A text that a spreadsheet would run as a formula, with an apostrophe before it (OWASP, CSV injection)."""
    formula = isinstance(value, str) and value[:1] in _FORMULA and not _NUMBER.fullmatch(value)
    return f"'{value}" if formula else value
