"""E-mail addresses of the kinds that leads give. Invented throughout; firms and schools live under `.example`."""

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.world import World


def addresses(world: World) -> NDArray[np.object_]:
    """An address of each lead's kind, None where none was given; a duplicate's differs from its original's in case."""
    people, draw = world.leads, world.chance.of("addresses")
    many = len(people)
    first, last = _some(words.FIRST_NAMES, many, draw), _some(words.LAST_NAMES, many, draw)
    free, school = _some(words.FREE_MAIL, many, draw), _some(words.UNIVERSITIES, many, draw)
    role, tag = _some(words.ROLE_ADDRESSES, many, draw), draw.integers(0, 36**3, many)
    empty, capital = draw.random(many) < 0.6, draw.random(many) < 0.5
    domain = world.accounts.domain[people.company]
    made: list[str | None] = []
    for row, person in enumerate(people.person.tolist()):
        who = f"{first[person]}.{last[person]}"
        address = {
            "business": f"{who}@{domain[person]}",
            "free": f"{who}.{np.base_repr(int(tag[person]), 36).lower():0>3}.sim@{free[person]}",
            "student": f"{who}@{school[person]}",
            "role": f"{role[person]}@{domain[person]}",
            words.MISSING: "" if empty[person] else f"{who}(at)company",
        }[words.EMAIL[people.codes["email"][row]]]
        copied = person != row and capital[row]
        made.append((address.title() if copied else address) or None)
    return np.array(made, dtype=object)


def _some(texts: tuple[str, ...], many: int, draw: np.random.Generator) -> NDArray[np.object_]:
    """Texts drawn alike."""
    drawn: NDArray[np.object_] = np.array(texts, dtype=object)[draw.integers(0, len(texts), many)]
    return drawn
