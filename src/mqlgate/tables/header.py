"""The names of a table's columns, checked before a row is read. Never changes a name that is one."""

from collections.abc import Sequence

from mqlgate.errors import InputError, listed, quoted

ROW = "__row"
"""Name of the column that numbers a raw table's rows, from 0, in the order of the input."""


def checked(columns: Sequence[str], where: str) -> tuple[str, ...]:
    """The names of the columns; one without a name gets its number for a name.

    Raises
    ------
    InputError
        Where two names are equal, or differ in case only (SQL would take them for one), or one is mqlgate's own.
    """
    named = [column if column.strip() else f"column {number}" for number, column in enumerate(columns, start=1)]
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise InputError(
            where,
            f"the header names {listed(map(quoted, twice))} more than once",
            "each column once",
            "Rename or remove the copies",
        )
    folded: dict[str, str] = {}
    for column in named:
        other = folded.setdefault(column.lower(), column)
        if other != column:
            raise InputError(
                where,
                f"the columns {quoted(other)} and {quoted(column)} differ in case only",
                mend="Rename or remove one of them",
            )
    if ROW in folded:
        raise InputError(
            where, f"a column is called {quoted(folded[ROW])}, which mqlgate uses itself", mend="Rename it"
        )
    return tuple(named)
