"""Records of arrays with one entry a lead: some of the leads, or one record for some leads and another for the rest."""

from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Record = TypeVar("Record")


def some(record: Record, chosen: NDArray[np.intp]) -> Record:
    """The entries of the chosen leads."""
    return type(record)(*(array[chosen] for array in _arrays(record)))


def either(which: NDArray[np.bool_], one: Record, other: Record) -> Record:
    """The entries of `one` where `which` holds, else those of `other`."""
    return type(one)(*(np.where(which, a, b) for a, b in zip(_arrays(one), _arrays(other), strict=True)))


def _arrays(record: Any) -> list[Any]:
    return [getattr(record, each.name) for each in fields(record)]
