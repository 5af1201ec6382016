"""A finding: what is wrong, where, how bad, and how to mend it. Never looks for one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Literal

from mqlgate.errors import listed, quoted

Severity = Literal["error", "warning", "info"]
_SHOWN = 12
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One thing that `check` found.

    Attributes
    ----------
    code
        Which kind it is, such as `duplicate_id`; stable, for machines.
    severity
        `error`: training on it would be dishonest or impossible; `warning`: look at it; `info`: know it.
    table
        The section of the configuration: `leads`, `activities`, `lookups[1]`, …
    where
        The file, query or DataFrame as messages name it.
    column
        The column at fault, where there is one.
    rows
        How many rows are concerned; 0 where rows are not what it is about.
    message
        What was found, as a sentence without its place.
    mend
        What the reader can do about it.
    records
        The first few rows, as a person counts them (in a file the header is row 1).
    """

    code: str
    severity: Severity
    table: str
    where: str
    column: str | None
    rows: int
    message: str
    mend: str
    records: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `check --json` prints it."""
        return {**asdict(self), "records": list(self.records)}

    def words(self) -> str:
        """As `check` prints it: severity and code, then the paragraph."""
        place = self.where if self.column is None else f"{self.where}, column {quoted(self.column)}"
        return f"{self.severity} {self.code}\n{place}: {_sentence(self.message)}\n{_sentence(self.mend)}"

    def __str__(self) -> str:
        return self.words()


@dataclass(frozen=True)
class Checked:
    """All findings, errors first."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether there is no error among them."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings at which training and gates stop."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def to_json(self) -> dict[str, Any]:
        """As `check --json` prints it."""
        return {"passed": self.passed, "findings": [finding.to_json() for finding in self.findings]}

    def words(self) -> str:
        """As `check` prints it; findings of several columns that say the same are told once."""
        paragraphs = [_told(list(alike)) for _, alike in groupby(self.findings, key=_likeness)]
        errors, warnings, known = (
            sum(finding.severity == severity for finding in self.findings) for severity in SEVERITIES
        )
        counts = f"{_plural(errors, 'error')}, {_plural(warnings, 'warning')}, {known:,} to know."
        return "\n\n".join([*paragraphs, counts])


def checked(findings: Sequence[Finding]) -> Checked:
    """Findings in the order in which they are told: by severity, then as they were found."""
    return Checked(tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))))


def _likeness(finding: Finding) -> tuple[str, str, str, str]:
    """Findings that are alike but for the column read as one paragraph; what names rows stands alone."""
    alone = finding.column or "" if finding.records or finding.severity == "error" else ""
    return finding.code, finding.where, finding.mend, alone


def _told(alike: list[Finding]) -> str:
    first = alike[0]
    if len(alike) == 1:
        return first.words()
    columns = list(dict.fromkeys(quoted(finding.column) for finding in alike if finding.column))
    head = f"{first.severity} {first.code}\n{first.where}, {_plural_name('column', columns)}"
    if len({finding.message for finding in alike}) == 1:
        return f"{head}: {_sentence(first.message)}\n{_sentence(first.mend)}"
    shown = [
        f"  {f'{quoted(finding.column)}: ' if len(columns) > 1 else ''}{_sentence(finding.message)}"
        for finding in alike[:_SHOWN]
    ]
    more = [f"  and {len(alike) - _SHOWN:,} more"] if len(alike) > _SHOWN else []
    return "\n".join([f"{head}:", *shown, *more, _sentence(first.mend)])


def _plural_name(word: str, names: list[str]) -> str:
    return f"{word} {names[0]}" if len(names) == 1 else f"{word}s {listed(names, most=_SHOWN)}"


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
