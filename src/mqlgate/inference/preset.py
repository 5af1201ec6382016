"""A preset: how one system names things, read from one TOML file of `presets/`. Never looks at a table.

    title, source, about        what it is called, where its names were learnt, what it is for
    prefixes                    what a warehouse puts before the names: `property_`
    [leads] [activities] [outcomes] [history]
                                key = the columns that it may be, the likeliest first; of [outcomes], too, what stages
                                mean; of [activities], too, types to be left out and what makes a type third-party
    [leads.known_late]          columns that the system overwrites as a lead moves on: names, and how names begin
    [leads.never]               names, numbers and addresses of persons and records: never features
    [features]                  columns that say who a lead is (fit), what it did (intent), or what others say of it
    [tiers]                     activity types under high, medium and low
    [[shapes]]                  one table of the system: its name, the columns by which it is known (`has`), and under
                                [shapes.activities] and the like what its columns are, before all that is said above

Names are compared as the lexicon's are: without case, marks and spaces.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mqlgate.inference.spelling import compact

_FOLDER = "mqlgate.inference.presets"


@dataclass(frozen=True)
class Preset:
    """What one file of `presets/` says."""

    name: str
    said: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What the system is called."""
        return str(self.said["title"])

    @property
    def shapes(self) -> Sequence[Mapping[str, Any]]:
        """The tables that it knows one by one."""
        return list(self.said.get("shapes", ()))

    def names(self, section: str, key: str) -> list[str]:
        """The names under a key, each also as a warehouse writes it."""
        found = self.said.get(section, {}).get(key, [])
        return self._spelt(found) if isinstance(found, list) else []

    def shape_of(self, columns: Set[str]) -> Mapping[str, Any]:
        """What is said of the tables that hold all the columns of `has`; `columns` are plain names without spaces."""
        return merged([shape for shape in self.shapes if columns >= set(map(compact, shape["has"]))])

    def set_apart(self, column: str) -> str | None:
        """Why a lead column is never a feature, or None."""
        name = compact(column)
        late, never = (self.said.get("leads", {}).get(key, {}) for key in ("known_late", "never"))
        if name in self._compacted(late.get("names", [])) or name.startswith(self._compacted(late.get("begins", []))):
            return f"{self.title} overwrites it as a lead moves on"
        if name in self._compacted(never.get("names", [])) or name.startswith(self._compacted(never.get("begins", []))):
            return f"{self.title} keeps it to tell records or persons apart or to reach them"
        return None

    def _compacted(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(compact, self._spelt(names)))

    def _spelt(self, names: Iterable[str]) -> list[str]:
        return [prefix + name for name in names for prefix in ("", *self.said.get("prefixes", ()))]


def merged(said: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Tables of tables as one: lists one after another, of other values the first."""
    whole: dict[str, Any] = {}
    for each in said:
        for key, value in each.items():
            there = whole.get(key)
            if isinstance(value, Mapping):
                whole[key] = merged([there or {}, value])
            elif isinstance(value, list):
                whole[key] = [*(there or []), *value]
            else:
                whole.setdefault(key, value)
    return whole


def preset_names() -> tuple[str, ...]:
    """The presets there are."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in files(_FOLDER).iterdir() if f.name.endswith(".toml")))


@cache
def read_preset(name: str) -> Preset:
    """The preset `name`, one of `preset_names()`."""
    return Preset(name, tomllib.loads(files(_FOLDER).joinpath(f"{name}.toml").read_text("utf-8")))
