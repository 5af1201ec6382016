"""What `init` decided: each value with its reason and what else would have fitted; and the questions it asks.

Pure data. Never looks at a table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Value = str | bool | int | float
Entries = tuple[tuple[Value, str], ...]
"""Members of a list, each with the reason why it is one ('' for none)."""


@dataclass(frozen=True)
class Decision:
    """One key of the configuration.

    Attributes
    ----------
    section, key
        Where it stands: `leads`, `lookups[1]`, `outcomes`, `features.activity_tiers`, …
    value
        A text, number or boolean; or, for a list, its members with a reason each.
    why
        The reason, as a comment in the file says it.
    alternatives
        What else would have fitted, the likeliest first.
    """

    section: str
    key: str
    value: Value | Entries
    why: str = ""
    alternatives: tuple[str, ...] = ()

    @property
    def plain_value(self) -> object:
        """The value as the configuration holds it: a list is a tuple of its members."""
        return tuple(member for member, _ in self.value) if isinstance(self.value, tuple) else self.value


@dataclass(frozen=True)
class Option:
    """One answer to a question: what it is called, why it fits, and how likely it is beside the others."""

    name: str
    why: str
    likelihood: float


@dataclass(frozen=True)
class Question:
    """What the data leave open. `options` are in the order of their likelihood, the likeliest first."""

    about: str
    text: str
    options: tuple[Option, ...]


Choose = Callable[[str, Sequence[str]], int]
"""Given a question and its options in words, the likeliest first: the place of the one that is chosen."""


def likeliest(question: str, options: Sequence[str]) -> int:
    """Take the first, the likeliest: what `--yes` does, and what happens where nobody can be asked."""
    del question, options
    return 0


@dataclass(frozen=True)
class Answer:
    """A question and the option that was taken."""

    question: Question
    chosen: Option


def asked(about: str, text: str, options: Sequence[Option], choose: Choose) -> Answer:
    """Ask `choose`, the likeliest option first.

    Raises
    ------
    ValueError
        Where it answers with a place that is none.
    """
    question = Question(about, text, tuple(sorted(options, key=lambda option: -option.likelihood)))
    place = choose(text, [f"{option.name}: {option.why}" for option in question.options])
    if not 0 <= place < len(question.options):
        raise ValueError(f"{place} is no place among the {len(question.options)} options of {about}")
    return Answer(question, question.options[place])


@dataclass(frozen=True)
class Draft:
    """What one step of the inference found out."""

    decisions: tuple[Decision, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    answers: tuple[Answer, ...] = field(default=())

    def __add__(self, other: "Draft") -> "Draft":
        return Draft(self.decisions + other.decisions, self.notes + other.notes, self.answers + other.answers)

    def get(self, section: str, key: str) -> object:
        """The decided value, or None."""
        return next((d.plain_value for d in self.decisions if (d.section, d.key) == (section, key)), None)
