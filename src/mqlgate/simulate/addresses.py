"""E-mail addresses of the kinds that leads give. Invented throughout; firms and schools live under `.example`."""

from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.world import World


def addresses(world: World) -> NDArray[np.object_]:
    """An address of each lead's kind, None where none was given.

    Two leads have the same address, but for case, only where one is a duplicate of the other: so whoever reads the
    leads can tell.
    """
    people, draw = world.leads, world.chance.of("addresses")
    many = len(people)
    first, last = _some(words.FIRST_NAMES, many, draw), _some(words.LAST_NAMES, many, draw)
    free, school = _some(words.FREE_MAIL, many, draw), _some(words.UNIVERSITIES, many, draw)
    role, tag = _some(words.ROLE_ADDRESSES, many, draw), draw.integers(0, 36**3, many)
    empty, capital = draw.random(many) < 0.6, draw.random(many) < 0.5
    domain = world.accounts.domain[people.company]
    made: list[str | None] = []
    taken: set[str] = set()
    for row, person in enumerate(people.person.tolist()):
        if person != row:
            copied = made[person]
            made.append(copied.title() if copied and capital[row] else copied)
            continue
        kind, who = words.EMAIL[people.codes["email"][row]], f"{first[row]}.{last[row]}"
        if kind == words.MISSING:
            made.append(None if empty[row] else f"{who}(at)company")
            continue
        name, host = {
            "business": (who, domain[row]),
            "free": (f"{who}.{np.base_repr(int(tag[row]), 36).lower():0>3}.sim", free[row]),
            "student": (who, school[row]),
            "role": (role[row], domain[row]),
        }[kind]
        others = words.ROLE_ADDRESSES if kind == "role" else ()
        made.append(_free(name, host, others, taken))
    return np.array(made, dtype=object)


def _free(name: str, host: str, others: tuple[str, ...], taken: set[str]) -> str:
    """The first address that nobody has yet: with the name, one of the other names, or a number behind the name."""
    numbered = (f"{name}{number}" for number in count(2))
    address = next(a for each in chain((name,), others, numbered) if (a := f"{each}@{host}") not in taken)
    taken.add(address)
    return address


def _some(texts: tuple[str, ...], many: int, draw: np.random.Generator) -> NDArray[np.object_]:
    """Texts drawn alike."""
    drawn: NDArray[np.object_] = np.array(texts, dtype=object)[draw.integers(0, len(texts), many)]
    return drawn
