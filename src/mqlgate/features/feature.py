"""What a feature is: a name, the column that it speaks for, its words, and the SQL expression that computes it.

Never runs SQL and never looks at data: families make features, `build` computes them.
"""

from dataclasses import dataclass
from typing import Literal

from mqlgate.tables.groups import Group

FeatureKind = Literal["number", "category"]
Unit = Literal["value", "category", "count", "days", "share", "weight", "points", "yes/no", "hour", "weekday", "month"]

_NEARLY_NOTHING, _WHOLE_DIGITS = 0.01, 10
"""Below the one, digits tell a reader nothing; from the other on, one decimal does."""


@dataclass(frozen=True)
class Feature:
    """One column of the model's table.

    Attributes
    ----------
    name
        Unique within a plan, whatever the case; a lead's own column keeps its name.
    source
        The user's column, or `activity: …`, that a reason folds into: all windows of one activity are one reason.
    unit
        Of its values. `weight` is a number of acts, each worth less the longer ago it was.
    group
        `fit`, `intent` or `other`.
    kind
        `number` (float64, NaN where missing) or `category` (str, None where missing).
    words
        What a value means, for a reader who knows neither the model nor the name: `{n} pricing views in the last 7
        days`. `{n}` is the number as people write it, `{percent}` a share as one, `{value}` the value as the data
        have it. See `said`.
    definition
        What is computed, with its bounds; for the catalogue of features.
    family
        The family that computes it.
    sql
        An expression over the relations of its family, in the dialect that it was made for.
    needs
        Lead columns without which it cannot be computed.
    words_zero, words_one, words_missing
        `words` for 0, for 1 and for a missing value, where plain substitution reads badly.
    """

    name: str
    source: str
    unit: Unit
    group: Group
    kind: FeatureKind
    words: str
    definition: str
    family: str
    sql: str
    needs: tuple[str, ...] = ()
    words_zero: str = ""
    words_one: str = ""
    words_missing: str = ""

    def said(self, value: float | str | None) -> str:
        """The value in words: `3 pricing views in the last 7 days`, `industry is SaaS`, `no pricing view yet`."""
        if value is None or value != value:
            return self.words_missing or f"{self.source} unknown"
        if value == 0 and self.words_zero:
            return self.words_zero
        if value == 1 and self.words_one:
            return self.words_one
        plain = as_people_write(value)
        percent = "" if isinstance(value, str) else f"{100 * value:.0f} %"
        return self.words.replace("{percent}", percent).replace("{n}", plain).replace("{value}", plain)


def as_people_write(value: float | str) -> str:
    """A number without needless digits, thousands set off; text as it is."""
    if isinstance(value, str):
        return value
    number = float(value)
    if number == int(number):
        return f"{int(number):,}"
    if abs(number) < _NEARLY_NOTHING:
        return "nearly 0"
    return f"{number:,.1f}" if abs(number) >= _WHOLE_DIGITS else f"{number:.2g}"


def literal(text: str) -> str:
    """Text from data as it may stand inside a template of words: its braces are no placeholders."""
    return text.replace("{", "(").replace("}", ")")
