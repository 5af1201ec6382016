"""What `init` found out, and the commented `mqlgate.toml` that says it. Writes text, never a file; reads no table."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mqlgate.errors import listed, quoted
from mqlgate.inference.decision import Answer, Decision, Draft
from mqlgate.inference.toml_text import comment, decision_text

_ORDER = ("leads", "lookups", "activities", "history", "outcomes", "features")
_FIRST_KEYS = (
    *("path", "encoding", "dayfirst", "id", "key", "lead", "type", "created_at", "qualified_at", "order"),
    *("field", "value", "old", "at", "recorded", "stage", "column", "reason", "owner", "amount"),
    *("accepted", "rejected", "won", "touched", "horizon_days", "won_horizon_days"),
)
_WORTH_SAYING = {
    ("leads", "created_at"),
    ("leads", "qualified_at"),
    ("leads", "order"),
    ("leads", "exclude"),
    ("activities", "exclude"),
    ("outcomes", "column"),
    ("outcomes", "accepted"),
    ("outcomes", "rejected"),
    ("outcomes", "horizon_days"),
}
_GATE = """\
# What the gate is to achieve: the first that is given decides; with none it stands at the cohort's own SQL rate.
[gate]
# target_sql_rate = 0.30        # expected SQL rate of the leads at or above the gate, with confidence
# keep_sqls = 0.90              # share of the SQLs that must stay above it
# capacity_per_week = 120       # leads that sales can work
# value_per_sql = 900.0         # and cost_per_worked_lead: work a lead where it is worth its cost
# cost_per_worked_lead = 35.0"""


@dataclass(frozen=True)
class Inferred:
    """All decisions with their reasons and alternatives.

    Attributes
    ----------
    decisions
        One a key, in no particular order.
    notes
        What the file says beside its keys: (section, text).
    answers
        The questions that two fitting answers raised, and what was chosen.
    columns
        What the leads' other columns are taken for: (name, kind, group).
    """

    decisions: tuple[Decision, ...]
    notes: tuple[tuple[str, str], ...] = ()
    answers: tuple[Answer, ...] = ()
    columns: tuple[tuple[str, str, str], ...] = ()

    @property
    def draft(self) -> Draft:
        """The same, for asking for a value."""
        return Draft(self.decisions, self.notes, self.answers)

    def get(self, section: str, key: str) -> object:
        """The decided value, or None: `get("leads", "id")`."""
        return self.draft.get(section, key)

    def to_dict(self) -> Mapping[str, Any]:
        """The configuration as plain tables, as parsing `to_toml()` gives it, with paths as they were typed."""
        import tomllib

        return tomllib.loads(self.to_toml())

    def to_json(self) -> dict[str, Any]:
        """Every decision with its reason, as `init --json` prints it."""
        decisions = [
            {
                "section": d.section,
                "key": d.key,
                "value": list(d.plain_value) if isinstance(d.plain_value, tuple) else d.plain_value,
                "why": d.why,
                "alternatives": list(d.alternatives),
            }
            for d in self.decisions
        ]
        answers = [
            {
                "about": a.question.about,
                "chosen": a.chosen.name,
                "options": [{"name": o.name, "why": o.why} for o in a.question.options],
            }
            for a in self.answers
        ]
        return {"decisions": decisions, "answers": answers, "notes": [f"[{s}] {text}" for s, text in self.notes]}

    def words(self) -> str:
        """What was decided on the target, the horizon and what is left out, and where another answer fitted as well."""
        lines = [f"A lead is identified by {quoted(self.get('leads', 'id'))}."]
        for decision in self.decisions:
            if (decision.section, decision.key) in _WORTH_SAYING:
                value = decision.plain_value
                shown = listed(map(_shown, value), most=8) if isinstance(value, tuple) else _shown(value)
                why = f": {decision.why}" if decision.why else ""
                lines.append(f"[{decision.section}] {decision.key} = {shown}{why}.")
        for answer in self.answers:
            others = [o for o in answer.question.options if o is not answer.chosen]
            lines.append(
                f"More than one answer fits for {answer.question.about}: {quoted(answer.chosen.name)} was taken; "
                + "; ".join(f"{quoted(o.name)} fits too ({o.why})" for o in others)
                + ". If another is meant, change it in the file."
            )
        return "\n".join(lines)

    def to_toml(self, directory: Path | str | None = None) -> str:
        """The commented configuration; paths are relative to `directory`, where it is to stand (else as typed)."""
        blocks = ["# How mqlgate reads these files, as `mqlgate init` inferred it, and why; correct what is wrong.\n"]
        blocks[0] += "# Times that name no zone are in this one: set it to that of the system that wrote the files.\n"
        blocks[0] += 'timezone = "UTC"'
        for section in self._sections():
            blocks.append(self._block(section, directory))
        blocks.append(_GATE)
        return "\n\n".join(blocks) + "\n"

    def _sections(self) -> Iterator[str]:
        said = list(dict.fromkeys([d.section for d in self.decisions] + [s for s, _ in self.notes] + ["features"]))

        def place(section: str) -> tuple[int, str]:
            return _ORDER.index(section.split(".")[0].split("[")[0]), section.replace("lookups[", "lookups[".ljust(9))

        lookups = sorted({s.split("]")[0] + "]" for s in said if s.startswith("lookups[")}, key=lambda s: int(s[8:-1]))
        rest = sorted({s for s in said if not s.startswith("lookups[")}, key=place)
        for section in rest:
            if place(section)[0] > 1 and lookups:
                yield from (s for number in lookups for s in (number, f"{number}.aliases") if s in said)
                lookups = []
            yield section
        yield from (s for number in lookups for s in (number, f"{number}.aliases") if s in said)

    def _block(self, section: str, directory: Path | str | None) -> str:
        lines = [_header(section)]
        lines += [comment(text) for where, text in self.notes if where == section]
        if section == "features":
            lines += self._column_comments()
        mine = [d for d in self.decisions if d.section == section]
        for decision in sorted(mine, key=_place_of_key):
            if decision.key == "path" and directory is not None:
                decision = Decision(section, "path", _relative(str(decision.value), Path(directory)), decision.why)
            lines.append(decision_text(decision))
        return "\n".join(lines)

    def _column_comments(self) -> list[str]:
        if not self.columns:
            return []
        lines = ["# What the columns are taken for; name those that are taken wrongly under fit or intent:"]
        groups: dict[tuple[str, str], list[str]] = {}
        for name, kind, group in self.columns:
            groups.setdefault((group, kind), []).append(name)
        for (group, kind), names in sorted(groups.items()):
            unused = " (near-unique or free text: no feature as it is)" if kind == "text" else ""
            lines.append(comment(f"  {group}, {kind}{unused}: {', '.join(names)}"))
        return [*lines, *(f"# {key} = []" for key in ("fit", "intent") if self.get("features", key) is None)]


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, str) else str(value)


def _header(section: str) -> str:
    if section.startswith("lookups["):
        return "[lookups.aliases]" if section.endswith(".aliases") else "[[lookups]]"
    return f"[{section}]"


def _place_of_key(decision: Decision) -> tuple[int, bool]:
    known = decision.key in _FIRST_KEYS
    return (_FIRST_KEYS.index(decision.key) if known else len(_FIRST_KEYS)), decision.key == "exclude"


def _relative(path: str, directory: Path) -> str:
    if Path(path).is_absolute():
        return path
    return Path(os.path.relpath(Path(path).absolute(), directory.absolute())).as_posix()
