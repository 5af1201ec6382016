"""The words that one run of `init` goes by: the lexicon's, a preset's names before them. Never looks at a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from mqlgate.errors import InputError, quoted
from mqlgate.inference.preset import Preset, merged, preset_names, read_preset
from mqlgate.inference.spelling import Words, compact, lexicon, plain, words
from mqlgate.tables.kinds import folded

Meaning = Literal["accepted", "progressed", "won", "rejected", "touched"]
_MEANINGS: tuple[Meaning, ...] = ("rejected", "accepted", "won", "progressed", "touched")
_WHOLE = 60


@dataclass(frozen=True)
class Vocabulary:
    """Words for columns, stages, activity types and reasons.

    Attributes
    ----------
    presets
        Those that were asked for, in their order: of two that name a column, the first is likelier.
    table
        What the presets' shapes say of one table, before all that they say of the system.
    """

    presets: tuple[Preset, ...] = ()
    table: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def told_by(self, section: str, key: str) -> str:
        """The names of the presets that say something of a key; of all, where only a table's shape does."""
        saying = [preset for preset in self.presets if preset.names(section, key)]
        return " and ".join(preset.title for preset in saying or self.presets)

    def of_table(self, columns: Iterable[str]) -> "Vocabulary":
        """The same for a table with these columns: what is said of its shape goes before all else."""
        names = frozenset(map(compact, columns))
        return replace(self, table=merged([p.shape_of(names) for p in self.presets]))

    def said(self, section: str, key: str) -> tuple[str, ...]:
        """What the presets say, the table's own shape first; empty without a preset."""
        found = list(_texts(self.table.get(section, {}).get(key)))
        for preset in self.presets:
            found += preset.names(section, key)
        return tuple(dict.fromkeys(found))

    def names(self, section: str, key: str, columns: Iterable[str]) -> list[str]:
        """Those of `columns` that the presets name by their whole name."""
        said = set(map(compact, self.said(section, key)))
        return [column for column in columns if compact(column) in said]

    def flagged(self, section: str, key: str) -> bool:
        """Whether the table's shape says yes."""
        return bool(self.table.get(section, {}).get(key))

    def words(self, section: str, key: str) -> Words:
        """The words for a key of a section, the presets' names first."""
        return words(section, key).before(self.said(section, key))

    def set_apart(self, column: str) -> str | None:
        """Why a lead column is no feature in the preset's system; None where nothing is said of it."""
        return next((why for preset in self.presets if (why := preset.set_apart(column))), None)

    def meaning(self, stage: str) -> tuple[Meaning | None, bool]:
        """What a stage means, None where no word is known; and whether its whole name says so, not one word of it."""
        for meaning in _MEANINGS:
            if compact(stage) in map(compact, self.said("outcomes", meaning)):
                return ("accepted" if meaning == "won" else meaning), True
        best = max(_MEANINGS, key=lambda meaning: self._stages[meaning].strength(stage))
        strength = self._stages[best].strength(stage)
        return (best if strength else None), strength >= _WHOLE

    def is_won(self, stage: str) -> bool:
        """Whether a stage means a won deal."""
        return compact(stage) in map(compact, self.said("outcomes", "won")) or self.meaning(stage)[0] == "won"

    def says(self, answer: Literal["yes", "no"], value: str) -> bool:
        """Whether a value of a two-valued column means yes, or no."""
        return words("stages", answer).strength(folded(value)) >= _WHOLE

    def tier(self, activity_type: str) -> tuple[str | None, str]:
        """The tier that an activity type's name speaks for, and the word that does; None where none does."""
        for tier in ("high", "medium", "low"):
            if compact(activity_type) in map(compact, self.said("tiers", tier)):
                return tier, self.told_by("tiers", tier)
        name = f" {plain(activity_type)} "
        for tier in ("high", "medium", "low"):
            known = words("tiers", tier)
            if any(f" {word} " in name for word in known.never):
                continue
            for word in known.contains:
                if f" {word} " in name:
                    return tier, word
        return None, ""

    def reason(self, said: str) -> str | None:
        """The code of the closed list that a rejection reason's words speak for, or None."""
        name = f" {plain(said)} "
        for code, known in lexicon()["reasons"].items():
            if any(f" {word} " in name for word in known):
                return str(code)
        return None

    @cached_property
    def _stages(self) -> dict[Meaning, Words]:
        return {meaning: words("stages", meaning) for meaning in _MEANINGS}


def vocabulary(preset: str | None) -> Vocabulary:
    """The vocabulary with presets, several divided by commas, or without one.

    Raises
    ------
    InputError
        Where there is no such preset.
    """
    asked = dict.fromkeys(name.strip().lower() for name in (preset or "").split(","))
    known = preset_names()
    for name in asked:
        if name and name not in known:
            raise InputError("--preset", f"there is no preset {quoted(name)}", f"one of {', '.join(known)}")
    return Vocabulary(tuple(read_preset(name) for name in asked if name))


def _texts(said: object) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, list) else ()
