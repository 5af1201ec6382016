"""Names made plain, and lists of words to compare them with. Never looks at data; the words stand in lexicon.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_EXACT, _FEWEST_EXACT, _CONTAINED, _FEWEST_CONTAINED = 100, 60, 50, 10


def plain(name: str) -> str:
    """A name as it is compared: `LeadNumber` and `lead_number` are `lead number`, `Créé le` is `cree le`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.translate(_GERMAN))
    bare = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare.lower()).strip()


def compact(name: str) -> str:
    """A plain name without its spaces: `closedwon` and `Closed Won` are the same stage."""
    return plain(name).replace(" ", "")


@dataclass(frozen=True)
class Words:
    """A list of the lexicon: whole names, words within a name, and words that rule a name out.

    `strength(name)` is 0 where the name is not meant, 60 to 100 where it is one of the whole names (earlier ones are
    likelier), 10 to 50 where it holds one of the words.
    """

    exact: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def strength(self, name: str) -> int:
        """How likely `name` means this, from 0 (not at all) to 100."""
        whole, words = compact(name), f" {plain(name)} "
        if not whole:
            return 0
        for place, candidate in enumerate(self.exact):
            if whole == candidate.replace(" ", ""):
                return max(_EXACT - place, _FEWEST_EXACT)
        if any(f" {word} " in words for word in self.never):
            return 0
        for place, candidate in enumerate(self.contains):
            if f" {candidate} " in words:
                return max(_CONTAINED - place, _FEWEST_CONTAINED)
        return 0

    def before(self, names: Iterable[str]) -> "Words":
        """The same with whole names that are likelier than all others: a preset's."""
        return Words((*dict.fromkeys(map(plain, names)), *self.exact), self.contains, self.never)


@cache
def lexicon() -> Mapping[str, Any]:
    """The words of `lexicon.toml`, as they stand there."""
    return tomllib.loads(files("mqlgate.inference").joinpath("lexicon.toml").read_text("utf-8"))


def words(section: str, key: str) -> Words:
    """The list `[section.key]` of the lexicon."""
    said = lexicon()[section][key]
    return Words(*(tuple(said.get(part, ())) for part in ("exact", "contains", "never")))
