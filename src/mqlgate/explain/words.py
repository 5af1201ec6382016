"""The value of a feature as a few plain words. It says what the row holds and nothing else.

How a value reads is the feature's own matter (`said`); here it is made fit to be shown, whatever the data hold.
"""

from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LONGEST = 120


class Described(Protocol):
    """What must be known of a feature to give its reasons: the column that it speaks for, its group, its words."""

    @property
    def source(self) -> str:
        """The user's column that reasons fold into."""

    @property
    def group(self) -> str:
        """`fit`, `intent` or `other`."""

    def said(self, value: Any) -> str:
        """A value, or None where it is missing, in words."""


def said_of(feature: Described, values: pd.Series) -> NDArray[np.object_]:
    """Words for each value of one feature; equal values are worded once."""
    code, distinct = pd.factorize(values, use_na_sentinel=True)
    words = np.array([clean(feature.said(value)) for value in distinct], dtype=object)
    found = np.empty(len(values), dtype=object)
    found[code >= 0] = words[code[code >= 0]]
    if (code < 0).any():
        found[code < 0] = clean(feature.said(None))
    return found


def clean(text: str) -> str:
    """One line without control or other invisible characters, shortened to `LONGEST`."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 20 * LONGEST])
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def plain_value(value: Any) -> Any:
    """A value as JSON holds it: None where missing, whole numbers without a fraction."""
    if value is None or value != value:
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
