"""Sizes and sums of money as people spell them, as numbers: `51-200`, `1k+`, `< 10`, `$1.5M`, `10.001 bis 50.000 MA`.

The number is the lower end of what is said, half of it where only an upper end is said (`< 10` is 5): ordered, on one
scale. SQL expressions only; never sees a table.
"""

from mqlgate.features.dialect import Dialect

_SCALES = {
    1e3: ("k", "t", "tsd", "thousand", "tausend", "mille"),
    1e6: (
        "m",
        "mm",
        "mn",
        "mio",
        "mln",
        "million",
        "millions",
        "millionen",
        "millones",
        "milhoes",
        "milioni",
        "miljoen",
    ),
    1e9: ("b", "bn", "mrd", "mld", "billion", "billions", "milliarden", "milliards", "miliardi", "miljard"),
}
_UNIT = "(" + "|".join(sorted((word for words in _SCALES.values() for word in words), key=len, reverse=True)) + ")"
_NUMBER = "([0-9]+(?:[.][0-9]+)?)"
_SIGN = "[$€£¥~≈+≥ ]|usd|eur|gbp|chf|about|approx[.]?|circa|ca[.]?|etwa|environ"
_UPPER = (
    "<|≤|under|below|less than|fewer than|up to|max[.]?|unter|bis zu|bis|weniger als|moins de|jusqu'a|menos de|hasta|"
    "meno di|fino a|ate|tot"
)
_LOWER = (
    ">|over|above|more than|from|at least|min[.]?|uber|ueber|ab|mehr als|plus de|mas de|de|desde|oltre|piu di|mais de|"
    "meer dan"
)
_BETWEEN = "-|–|—|~|to|bis|and|und|a|y|e|et|tot|[.][.]+"
_COUNTED = (
    "employees?|people|persons?|staff|emp[.]?|fte|headcount|mitarbeiter(?:innen)?|mitarbeitende|beschaftigte|ma|"
    "personen|salaries?|employes|personnes|empleados|personas|funcionarios|pessoas|dipendenti|persone|medewerkers|"
    "werknemers|or more|and more|and over|and above|plus|"
    "oder mehr|und mehr|et plus|o mas|ou mais|arr|revenue|umsatz"
)
_ALONE = "(?:[^a-z]|$)"
AMOUNT = (
    rf"^(?:{_SIGN}|{_UPPER}|{_LOWER})*{_NUMBER} *(?:{_UNIT}[.]?)?"
    rf"(?: *(?:{_BETWEEN}) *(?:{_SIGN})*{_NUMBER} *(?:{_UNIT}[.]?)?)? *(?:{_SIGN}|{_COUNTED}|[() ])*$"
)
"""A text that says an amount and nothing else, after `_digits_joined`."""


def _digits_joined(text: str, dialect: Dialect) -> str:
    """Plain text without separators of thousands: `1,000,000`, `1.000.000` and `1 000 000` are 1000000."""
    joined = dialect.plain(text)
    for _ in range(2):  # a match consumes the digits that the next separator would need
        joined = dialect.substitute(joined, "([0-9])[.,' \u00a0’]([0-9]{3})", r"\1\2")
    return dialect.substitute(joined, "([0-9]),([0-9])", r"\1.\2")  # what is left is a decimal comma


def is_amount(text: str, dialect: Dialect) -> str:
    """SQL that is true where a text says an amount."""
    return dialect.matches(_digits_joined(text, dialect), AMOUNT)


def amount(text: str, dialect: Dialect) -> str:
    """SQL of the number that a text says, NULL where it says none."""
    joined = _digits_joined(text, dialect)
    number = dialect.read_number(dialect.extract(joined, _NUMBER, 1))
    first = dialect.extract(joined, f"^[^0-9]*{_NUMBER} *{_UNIT}{_ALONE}", 2)
    shared = dialect.extract(joined, f"{_NUMBER} *(?:{_BETWEEN}) *(?:{_SIGN})*{_NUMBER} *{_UNIT}{_ALONE}", 3)
    second = dialect.read_number(dialect.extract(joined, f"{_NUMBER} *(?:{_BETWEEN}) *(?:{_SIGN})*{_NUMBER}", 2))
    # `1-5k` are thousands on both ends; in `501-1k` the first end is no thousand, or it would be the larger one.
    spoken = f"coalesce(nullif({first}, {_EMPTY}), CASE WHEN {number} < {second} THEN {shared} END)"
    scales = " ".join(f"WHEN {dialect.among(spoken, words)} THEN {scale!r}e0" for scale, words in _SCALES.items())
    half = f"CASE WHEN {dialect.matches(joined, f'^(?:{_SIGN})*(?:{_UPPER})')} THEN 0.5e0 ELSE 1e0 END"
    return f"CASE WHEN {dialect.matches(joined, AMOUNT)} THEN {number} * CASE {scales} ELSE 1e0 END * {half} END"


_EMPTY = "''"
