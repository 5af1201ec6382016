"""Hard rules beside the model: which leads never pass, and for what reason. Never changes a score."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mqlgate.config import named_columns
from mqlgate.errors import InputError, quoted
from mqlgate.gate.settings import DisqualifierSection

if TYPE_CHECKING:
    import pandas as pd


def disqualified(leads: "pd.DataFrame", rules: Sequence[DisqualifierSection]) -> "pd.Series[str]":
    """The reason of the first rule that each lead meets, None where it meets none; index as `leads`.

    Values compare as trimmed, case-folded text; numbers compare as numbers, and true, 1 and 1.0 are equal. A missing
    value, or one that is no number where a number is asked for, meets no condition.

    Raises
    ------
    InputError
        Where a rule names a column that `leads` does not have.
    """
    import pandas as pd

    reasons = pd.Series([None] * len(leads), index=leads.index, dtype=object)
    for number, rule in enumerate(rules, start=1):
        if rule.column not in leads.columns:
            raise InputError(
                f"[[disqualifiers]] {number}, column",
                f"the leads have no column {quoted(rule.column)}",
                named_columns([str(column) for column in leads.columns], rule.column),
            )
        values = leads[rule.column]
        reasons = reasons.mask(reasons.isna() & _meets(values, rule), rule.reason)
    return reasons


def _meets(values: "pd.Series[str]", rule: DisqualifierSection) -> "pd.Series[bool]":
    import pandas as pd

    met = pd.Series(False, index=values.index)
    if rule.in_ is not None or rule.not_in is not None:
        canonical = {value: canonical_value(value) for value in values.dropna().unique()}
        said = values.map(canonical)
        there = said.notna() & (said != "")
        if rule.in_ is not None:
            met |= there & said.isin(_canonical(rule.in_))
        if rule.not_in is not None:
            met |= there & ~said.isin(_canonical(rule.not_in))
    if rule.below is not None or rule.above is not None:
        number = pd.to_numeric(values, errors="coerce")
        if rule.below is not None:
            met |= number < rule.below
        if rule.above is not None:
            met |= number > rule.above
    return met


def _canonical(values: Iterable[object]) -> set[str]:
    return {canonical_value(value) for value in values}


def canonical_value(value: object) -> str:
    """Text by which two values are the same: trimmed, case-folded, numbers by their amount, true as 1, false as 0."""
    text = str(value).strip().casefold()
    if text in ("true", "false"):
        return "1" if text == "true" else "0"
    try:
        amount = float(text)
    except ValueError:
        return text
    # Leading zeros, underscores and words such as nan are text, not amounts.
    if (
        not text.lstrip("+-")[:1].isdigit()
        or "_" in text
        or (text.lstrip("+-")[:1] == "0" and text.lstrip("+-")[1:2].isdigit())
    ):
        return text
    return repr(int(amount)) if amount.is_integer() else repr(amount)
