"""A column as a set of traits: being filled, each level, each range of numbers, rank. Never sees an outcome."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mqlgate.contract.leakage.known import Values
from mqlgate.errors import quoted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MOST_LEVELS = 40
_RANGES = 10
_SPIKE = 0.03
_EXACT = 30


@dataclass(frozen=True)
class Traits:
    """Levels of one column.

    Attributes
    ----------
    level
        Which level a lead has; 0 is 'missing'.
    levels
        How many levels there are, 'missing' included.
    rank
        Of numbers, the rank in [0, 1], ties shared, one half where missing; else None.
    place
        Which of the column's different values a lead has, in their order; -1 is missing.
    different
        How many different values there are.
    names
        The values of the levels after 'missing', as messages show them; empty where levels have no names.
    """

    level: "Ints"
    levels: int
    rank: "Floats | None"
    place: "Ints"
    different: int
    names: tuple[str, ...] = ()

    def named(self, level: int) -> str:
        """A level as a message names it."""
        return self.names[level - 1] if 0 < level <= len(self.names) else "one of its values"


def traits_of(values: Values) -> Traits:
    """Levels of a category, ranges and frequent values of a number; of times and texts whether there is a value."""
    import numpy as np

    filled = values.filled
    if values.number is not None:
        return _of_numbers(values.number, filled, ranges=values.kind != "time")
    code = np.asarray(values.code)
    different = int(code.max(initial=-1)) + 1
    if values.kind == "text":
        return Traits(filled.astype(np.int64), 2, None, code, different)
    counts = np.bincount(code[filled], minlength=different)
    frequent = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
    level_of = np.full(different, min(different, MOST_LEVELS) + 1, dtype=np.int64)
    level_of[frequent] = np.arange(1, len(frequent) + 1)
    level = np.zeros(code.size, dtype=np.int64)
    level[filled] = level_of[code[filled]]
    names = tuple(quoted(values.words[int(i)].as_py()) for i in frequent) if values.words is not None else ()
    return Traits(level, int(level.max(initial=0)) + 1, None, code, different, names)


def _of_numbers(number: "Floats", filled: "NDArray[np.bool_]", ranges: bool) -> Traits:
    import numpy as np

    distinct, place, counts = np.unique(number[filled], return_inverse=True, return_counts=True)
    every_place = np.full(number.size, -1, dtype=np.int64)
    every_place[filled] = place
    if not ranges:
        return Traits(filled.astype(np.int64), 2, None, every_place, int(distinct.size))
    rank = np.full(number.size, 0.5)
    if distinct.size:
        before = np.cumsum(counts) - counts
        rank[filled] = ((before + (counts + 1) / 2) / (counts.sum() + 1))[place]
    level_of = np.zeros(distinct.size, dtype=np.int64)
    if distinct.size <= _EXACT:
        level_of = np.arange(1, distinct.size + 1)
        names = tuple(f"the value {value:g}" for value in distinct)
    else:
        spike = counts >= _SPIKE * counts.sum()
        spread = np.where(spike, 0, counts)
        middle = np.cumsum(spread) - spread / 2
        level_of = 1 + np.minimum((_RANGES * middle / max(spread.sum(), 1)).astype(np.int64), _RANGES - 1)
        level_of[spike] = _RANGES + 1 + np.arange(int(spike.sum()))
        names = ("a range of its values",) * _RANGES + tuple(f"the value {value:g}" for value in distinct[spike])
    level = np.zeros(number.size, dtype=np.int64)
    level[filled] = level_of[place]
    return Traits(level, int(level.max(initial=0)) + 1, rank, every_place, int(distinct.size), names)
