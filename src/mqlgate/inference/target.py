"""The leads' own target column: which it is, and which of its values mean accepted. Never reads events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mqlgate.inference.decision import Answer, Choose, Decision, Draft, Option, Value, asked
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.inference.vocabulary import Vocabulary
from mqlgate.tables.kinds import folded

_MOST_STAGES = 40
_WHOLE = 60
_LAST_COLUMN = 5
_SHOWN_VALUES = 8
_ANSWERS: tuple[Literal["yes", "no"], ...] = ("yes", "no")


@dataclass(frozen=True)
class Candidate:
    """A column that could be the target: its accepted and, where other values are open, its rejected values."""

    column: str
    strength: int
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    open_values: tuple[str, ...]
    why: str


def candidates(leads: Profile, vocabulary: Vocabulary, taken: set[str]) -> list[Candidate]:
    """Columns whose name and values speak of an outcome, the likeliest first."""
    names = vocabulary.words("leads", "target")
    found: list[Candidate] = []
    columns = [c for c in leads.facts if c not in taken and c not in leads.times]
    for column in columns:
        if not 2 <= leads.facts[column].distinct <= _MOST_STAGES:
            continue
        strength = names.strength(column)
        candidate = _of_stages(leads, vocabulary, column, strength) or _of_two_values(
            leads, vocabulary, column, strength
        )
        if candidate:
            found.append(candidate)
    if not found and columns and leads.facts[columns[-1]].distinct == 2:
        last = _of_two_values(leads, vocabulary, columns[-1], _LAST_COLUMN)
        found = [last] if last else []
    return sorted(found, key=lambda candidate: -candidate.strength)


def _of_two_values(leads: Profile, vocabulary: Vocabulary, column: str, strength: int) -> Candidate | None:
    levels = leads.levels(column)
    yes, no = ([value for value in levels if vocabulary.says(answer, value)] for answer in _ANSWERS)
    if not strength or len(yes) + len(no) < len(levels) or len({folded(v) for v in levels}) != 2 or not yes or not no:
        return None
    share = sum(levels[v] for v in yes) / leads.rows
    by = "its name says so" if strength >= _WHOLE else "a word of its name says so"
    by = "the last column" if strength == _LAST_COLUMN else by
    why = f"{by}; two values, {shown(yes[0])} in {percent(share)} of rows"
    return Candidate(column, strength, tuple(yes), (), (), why)


def _of_stages(leads: Profile, vocabulary: Vocabulary, column: str, strength: int) -> Candidate | None:
    levels = leads.levels(column)
    meant = {value: vocabulary.meaning(value) for value in levels}
    accepted = [v for v, (meaning, whole) in meant.items() if meaning in ("accepted", "progressed", "won") and whole]
    rejected = [v for v, (meaning, _) in meant.items() if meaning == "rejected"]
    if not accepted or (not rejected and not strength) or len(accepted) == len(levels):
        return None
    others = [v for v in levels if v not in accepted and v not in rejected]
    why = f"its values are stages: {', '.join(f'{shown(v)} {n:,}' for v, n in list(levels.items())[:_SHOWN_VALUES])}"
    if not strength:
        strength = _LAST_COLUMN
    return Candidate(column, strength, tuple(accepted), tuple(rejected) if others else (), tuple(others), why)


def target_draft(leads: Profile, found: Sequence[Candidate], choose: Choose) -> tuple[Draft, Candidate]:
    """The `[outcomes]` section of a target column; asks where two columns fit alike."""
    fitting = [c for c in found if c.strength >= _WHOLE] or list(found[:1])
    chosen, answers = fitting[0], tuple[Answer, ...]()
    if len(fitting) > 1:
        answer = asked(
            "the target column",
            "More than one column says what became of a lead. Which one is to be predicted?",
            [Option(c.column, c.why, c.strength) for c in fitting],
            choose,
        )
        chosen = next(c for c in fitting if c.column == answer.chosen.name)
        answers = (answer,)
    others = tuple(shown(c.column) for c in found if c is not chosen)
    decisions = [
        Decision("outcomes", "column", chosen.column, f"the target: {chosen.why}", others),
        Decision("outcomes", "accepted", _typed(leads, chosen.column, chosen.accepted)),
    ]
    if chosen.rejected:
        why = f"a lead with another value ({', '.join(map(shown, chosen.open_values[:_SHOWN_VALUES]))}) is still open"
        decisions.append(Decision("outcomes", "rejected", _typed(leads, chosen.column, chosen.rejected), why))
    notes = (
        ("outcomes", "A lead with a value is taken as decided for good; what needs weeks or months must be empty."),
    )
    return Draft(tuple(decisions), notes, answers), chosen


def _typed(leads: Profile, column: str, values: Sequence[str]) -> tuple[tuple[Value, str], ...]:
    """Numbers and booleans as such: true, 1 and 1.0 compare equal, but the file should look like the data."""
    kind = leads.facts[column].kind
    typed: list[tuple[Value, str]] = []
    for value in values:
        if kind == "number" and folded(value).lstrip("+-").isdigit():
            typed.append((int(folded(value)), ""))
        elif value.lower() in ("true", "false"):
            typed.append((value.lower() == "true", ""))
        else:
            typed.append((value, ""))
    return tuple(typed)
