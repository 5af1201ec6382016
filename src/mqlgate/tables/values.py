"""SQL that reads a raw column's values as text, number or truth; how values are compared. Never decides a kind."""

from collections.abc import Sequence

from mqlgate.tables.names import quote_name, quote_text

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
NO_VALUE = (
    "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?",
    "inf", "-inf", "+inf", "infinity", "-infinity",
)  # fmt: skip
"""What stands for 'no value' among numbers and dates. Among categories they are values: NA is Namibia's code too."""

_TRUTHS = {"1": 1.0, "0": 0.0, "yes": 1.0, "no": 0.0, "y": 1.0, "n": 0.0, "t": 1.0, "f": 0.0}  # true is 1: see folded
_BLANKS = " \t\n\r\v\f\u00a0\u2007\u202f\u2009\u3000\ufeff"
_WHOLE = r"^[+-]?[0-9]+[.]0*$"


def trimmed_sql(expression: str) -> str:
    """SQL of any value as text without the spaces around it."""
    return f"trim(CAST({expression} AS VARCHAR))"


def text_sql(column: str) -> str:
    """SQL that reads a column's values as trimmed text, empty ones as NULL."""
    return f"nullif({trimmed_sql(quote_name(column))}, '')"


def number_sql(column: str) -> str:
    """SQL that reads a column's values as numbers; what is none, infinities included, is NULL."""
    text = trimmed_sql(quote_name(column))
    number = f"TRY_CAST({text} AS DOUBLE)"
    return f"CASE WHEN regexp_matches({text}, '{NUMBER}') AND isfinite({number}) THEN {number} END"


def boolean_sql(column: str) -> str:
    """SQL that reads true, yes, y, t, 1 and 1.0 as 1.0 and their opposites as 0.0; all else is NULL."""
    cases = " ".join(f"WHEN '{word}' THEN {value}" for word, value in _TRUTHS.items())
    return f"CAST(CASE {folded_sql(quote_name(column))} {cases} END AS DOUBLE)"


def is_no_value_sql(expression: str) -> str:
    """SQL that is true where a value is empty, or a word that stands for none."""
    words = ", ".join(quote_text(word) for word in ("", *NO_VALUE))
    return f"coalesce(lower({trimmed_sql(expression)}) IN ({words}), TRUE)"


def is_stray_number_sql(column: str) -> str:
    """SQL that is true where a column of numbers holds something that is neither a number nor a word for none."""
    name = quote_name(column)
    return f"(NOT {is_no_value_sql(name)} AND NOT regexp_matches({trimmed_sql(name)}, '{NUMBER}'))"


def is_stray_boolean_sql(column: str) -> str:
    """SQL that is true where a column of truths holds something that is neither true nor false nor a word for none."""
    return f"(NOT {is_no_value_sql(quote_name(column))} AND {boolean_sql(column)} IS NULL)"


def folded_sql(expression: str) -> str:
    """SQL of any value as it is compared: trimmed, in lower case, 1.0 as 1, true as 1, false as 0.

    Tabs, line breaks and no-break spaces are trimmed too, which costs six times as much: not for whole tables.
    """
    text = f"lower(trim(CAST({expression} AS VARCHAR), {quote_text(_BLANKS)}))"
    plain = f"CASE WHEN regexp_matches({text}, '{_WHOLE}') THEN regexp_replace({text}, '[.]0*$', '') ELSE {text} END"
    return f"CASE {text} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {plain} END"


def same_value_sql(expression: str, values: Sequence[object]) -> str:
    """SQL that is true where the expression equals one of `values`, both folded (see `folded_sql`)."""
    if not values:
        return "FALSE"
    wanted = ", ".join(quote_text(value) for value in sorted({folded(value) for value in values}))
    return f"coalesce({folded_sql(expression)} IN ({wanted}), FALSE)"


def folded(value: object) -> str:
    """A value as it is compared: trimmed, in lower case, 1.0 as 1, true as 1, false as 0."""
    text = str(value).strip().strip(_BLANKS).lower()
    if text in ("true", "false"):
        return "1" if text == "true" else "0"
    whole, point, fraction = text.partition(".")
    return whole if point and not fraction.strip("0") and whole.lstrip("+-").isdigit() else text
