"""Python values as one Arrow column: of one type where they are of one, else text, value by value, as in a file.

Serves DataFrames and query results. Never guesses: truth and numbers, dates and timestamps, times with and without a
zone are different types, and a column that mixes them becomes text.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_NESTED = (dict, list, tuple, set, frozenset)
_NEVER_NAN = {str, int, bool, bytes, date, datetime, *_NESTED}

_Reading = tuple[Callable[[Any], Any], Any]
"""What a value is turned into, and the Arrow type that then holds it."""


def arrow_column(values: Sequence[Any]) -> Any:
    """A `pyarrow.Array` of `values`; None, NaN and NaT are null.

    Numbers become int64 or float64, decimals too; times become microseconds, those with a zone in UTC; lists and
    dictionaries become JSON text, bytes their text.
    """
    import pyarrow as pa

    if not set(map(type, values)) - {type(None)} <= _NEVER_NAN:
        values = [None if _missing(value) else value for value in values]
    said = [value for value in values if value is not None]
    reading = _reading(said) if said else (str, pa.string())
    if reading is not None:
        convert, kind = reading
        try:
            return pa.array([None if value is None else convert(value) for value in values], kind)
        except (pa.ArrowException, OverflowError, ValueError):
            pass  # a number beyond 64 bits, a lone surrogate: text can hold it
    return pa.array([None if value is None else text_of(value) for value in values], pa.string())


def _reading(values: list[Any]) -> _Reading | None:
    """How all `values` fit one type; None where they are text, or do not."""
    import pyarrow as pa

    kinds = set(map(type, values))
    if _all(kinds, bool):
        return bool, pa.bool_()
    if any(issubclass(kind, bool) for kind in kinds):
        return None
    if _all(kinds, (int, float, Decimal)):
        return _number_reading(values, kinds)
    if _all(kinds, datetime):
        zoned = {value.tzinfo is not None for value in values}
        return (_same, pa.timestamp("us", "UTC" if zoned == {True} else None)) if len(zoned) == 1 else None
    if _all(kinds, date) and not any(issubclass(kind, datetime) for kind in kinds):
        return _same, pa.date32()
    return None


def _number_reading(values: list[Any], kinds: set[type]) -> _Reading:
    """Whole numbers stay exact, beyond 64 bits as text: ids come as PostgreSQL's `numeric`, as `NUMBER` of others."""
    import pyarrow as pa

    whole = _all(kinds, (int, Decimal)) and all(map(_whole, values))
    return (int, pa.int64()) if whole else (float, pa.float64())


def _whole(value: Any) -> bool:
    return bool(abs(value) < float("inf") and value == int(value))


def _same(value: Any) -> Any:
    return value


def _all(kinds: set[type], wanted: type | tuple[type, ...]) -> bool:
    return all(issubclass(kind, wanted) for kind in kinds)


def _missing(value: Any) -> bool:
    """None, NaN, NaT and pandas' NA, which equals nothing and will not say so."""
    if value is None or isinstance(value, (str, *_NESTED)):
        return value is None
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def text_of(value: Any) -> str:
    """A value as text: as a file would hold it, a whole number without a fraction."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, _NESTED):
        plain = sorted(map(str, value)) if isinstance(value, (set, frozenset)) else value
        return json.dumps(plain, ensure_ascii=False, default=str)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _decoded(bytes(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.hex()
