"""Picking a column by its name among those that could be it by their values. Never knows what it picks for."""

from collections.abc import Iterable
from dataclasses import dataclass

from mqlgate.inference.profile import shown
from mqlgate.inference.spelling import Words

_WHOLE = 60


@dataclass(frozen=True)
class Pick:
    """The column that fits best, how strongly its name says so (0 to 300), and the others that fit, best first."""

    column: str
    strength: int
    others: tuple[str, ...] = ()

    @property
    def by_name(self) -> str:
        """The reason, for a comment."""
        return "its name says so" if self.strength >= _WHOLE else "a word of its name says so"


def ranked(words: Words, columns: Iterable[str]) -> list[Pick]:
    """The columns whose names speak for `words`, best first."""
    found = [Pick(column, words.strength(column)) for column in columns]
    return sorted([pick for pick in found if pick.strength], key=lambda pick: -pick.strength)


def best(words: Words, columns: Iterable[str]) -> Pick | None:
    """The best of `ranked`, or None."""
    found = ranked(words, columns)
    if not found:
        return None
    return Pick(found[0].column, found[0].strength, tuple(shown(pick.column) for pick in found[1:4]))
