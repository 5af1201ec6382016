"""The words that one run of `init` goes by: the lexicon's, a preset's names before them. Never looks at a table."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal

from mqlgate.errors import InputError, quoted
from mqlgate.inference.spelling import Words, compact, lexicon, plain, words
from mqlgate.tables.kinds import folded

Meaning = Literal["accepted", "progressed", "won", "rejected", "touched"]
_MEANINGS: tuple[Meaning, ...] = ("rejected", "accepted", "won", "progressed", "touched")
_WHOLE = 60


@dataclass(frozen=True)
class Vocabulary:
    """Words for columns, stages, activity types and reasons."""

    preset: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The preset's name, '' without one."""
        return str(self.preset.get("title", ""))

    def words(self, section: str, key: str) -> Words:
        """The words for a key of a section, a preset's names first."""
        return words(section, key).before(self.preset.get(section, {}).get(key, ()))

    @cached_property
    def overwritten(self) -> Words:
        """Lead columns that the preset's system overwrites as a lead moves on."""
        names = self.preset.get("leads", {}).get("known_late", {}).get("names", ())
        return Words(tuple(map(plain, names)))

    def meaning(self, stage: str) -> tuple[Meaning | None, bool]:
        """What a stage means, None where no word is known; and whether its whole name says so, not one word of it."""
        for meaning in _MEANINGS:
            names = self.preset.get("outcomes", {}).get(meaning, ())
            if compact(stage) in map(compact, names):
                return ("accepted" if meaning == "won" else meaning), True
        best = max(_MEANINGS, key=lambda meaning: self._stages[meaning].strength(stage))
        strength = self._stages[best].strength(stage)
        return (best if strength else None), strength >= _WHOLE

    def is_won(self, stage: str) -> bool:
        """Whether a stage means a won deal."""
        names = self.preset.get("outcomes", {}).get("won", ())
        return compact(stage) in map(compact, names) or self.meaning(stage)[0] == "won"

    def says(self, answer: Literal["yes", "no"], value: str) -> bool:
        """Whether a value of a two-valued column means yes, or no."""
        return words("stages", answer).strength(folded(value)) >= _WHOLE

    def tier(self, activity_type: str) -> tuple[str | None, str]:
        """The tier that an activity type's name speaks for, and the word that does; None where none does."""
        said = self.preset.get("tiers", {})
        for tier in ("high", "medium", "low"):
            if compact(activity_type) in map(compact, said.get(tier, ())):
                return tier, self.title
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


def preset_names() -> tuple[str, ...]:
    """The presets there are."""
    folder = files("mqlgate.inference.presets")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def vocabulary(preset: str | None) -> Vocabulary:
    """The vocabulary with a preset, or without one.

    Raises
    ------
    InputError
        Where there is no such preset.
    """
    if preset is None:
        return Vocabulary()
    if preset.lower() not in preset_names():
        raise InputError("--preset", f"there is no preset {quoted(preset)}", f"one of {', '.join(preset_names())}")
    text = files("mqlgate.inference.presets").joinpath(f"{preset.lower()}.toml").read_text("utf-8")
    return Vocabulary(tomllib.loads(text))
