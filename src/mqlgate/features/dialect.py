"""What SQL engines say differently, as a few primitives. A family builds its SQL from these; all else is the same.

An engine is one file with one subclass. Never holds a feature. What families write in plain SQL holds on DuckDB, Spark
and PostgreSQL alike: FILTER, CASE, COALESCE, window functions, joins.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from mqlgate.tables.names import quote_text

HALF = 0.6931471805599453
"""ln 2."""
UNITS = 1_000_000_000
"""Fixed-point units in one: integers add up to the same sum in any order, floats do not."""


class Dialect(ABC):
    """SQL expressions from SQL expressions. All times are naive UTC timestamps in microseconds."""

    name: str

    @abstractmethod
    def age_days(self, later: str, earlier: str) -> str:
        """Days from one time to another, as a double that counts every microsecond."""

    @abstractmethod
    def days_after(self, time: str, days: float) -> str:
        """The time a fixed number of days later (earlier where negative)."""

    @abstractmethod
    def day(self, time: str) -> str:
        """The UTC day of a time, as something to group by."""

    @abstractmethod
    def weekday(self, time: str) -> str:
        """1 for Monday to 7 for Sunday."""

    @abstractmethod
    def hour(self, time: str) -> str:
        """0 to 23."""

    @abstractmethod
    def month(self, time: str) -> str:
        """1 to 12."""

    @abstractmethod
    def quantile(self, values: str, share: float) -> str:
        """The continuous quantile of a group, interpolated, never approximate."""

    @abstractmethod
    def fixed(self, value: str) -> str:
        """A double as a whole number of billionths."""

    @abstractmethod
    def as_number(self, expression: str) -> str:
        """A double; NULL where it is no number."""

    @abstractmethod
    def read_number(self, text: str) -> str:
        """The finite number that a text spells, NULL where it spells none."""

    @abstractmethod
    def plain(self, text: str) -> str:
        """Lower case, without accents, trimmed: text as a lexicon sees it."""

    @abstractmethod
    def matches(self, text: str, pattern: str) -> str:
        """Whether a regular expression occurs in the text. No look-around: not every engine has it."""

    @abstractmethod
    def extract(self, text: str, pattern: str, group: int) -> str:
        """A group of the first match, '' where there is none."""

    @abstractmethod
    def substitute(self, text: str, pattern: str, by: str) -> str:
        r"""Every match replaced; `\1` is the first group."""

    def decay(self, age: str, half_life: float) -> str:
        """1 at age 0, half of it after each half-life."""
        return f"exp(-{HALF!r}e0 * {age} / {float(half_life)!r}e0)"

    def sum_fixed(self, billionths: str, where: str = "") -> str:
        """The sum, over a group, of a column of billionths: the same to the byte in any order. 0 for no rows."""
        return f"({self.as_number(f'coalesce(sum({billionths}){filtered(where)}, 0)')} / {UNITS / 1.0!r}e0)"

    def latest(self, partition: Sequence[str], order: Sequence[str]) -> str:
        """1 for the row that comes last by `order` (unique within `partition`), 2 for the one before, and so on."""
        falling = ", ".join(f"{column} DESC NULLS LAST" for column in order)
        return f"row_number() OVER (PARTITION BY {', '.join(partition)} ORDER BY {falling})"

    def among(self, expression: str, texts: Iterable[str]) -> str:
        """Whether a text is one of `texts`; false where there are none."""
        listed = ", ".join(quote_text(text) for text in texts)
        return f"coalesce({expression} IN ({listed}), FALSE)" if listed else "FALSE"


def filtered(condition: str) -> str:
    """An aggregate's FILTER clause, empty where there is no condition."""
    return f" FILTER (WHERE {condition})" if condition else ""
