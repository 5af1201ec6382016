"""The columns of leads and lookups that may become features: their names in `lead_value`, their kinds, what is missing.

Never reads a value into anything; rows with a value that a version cannot use are set aside.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from mqlgate.crm.loading import Loading, unreadable
from mqlgate.crm.records import Column
from mqlgate.errors import InputError, listed, quoted
from mqlgate.tables import kinds
from mqlgate.tables.groups import group_of
from mqlgate.tables.kinds import ColumnFacts
from mqlgate.tables.names import quote_text
from mqlgate.tables.raw import RawTable


def stored_names(columns: Sequence[str], prefix: str = "", taken: Iterable[str] = ()) -> dict[str, str]:
    """Each column's name in `lead_value`: its own, with the table's prefix.

    Only a column called `row` gets an underscore behind it, because `lead_value` has a `row` of its own. SQL takes
    names that differ in case only for one.
    """
    own = {(prefix + column).lower() for column in columns}
    used = {name.lower() for name in taken}
    stored = {}
    for column in columns:
        name = prefix + column
        if name.lower() in used:
            while name.lower() in used | own:
                name += "_"
            used.add(name.lower())
        stored[column] = name
    return stored


def describe(loading: Loading, raw: RawTable, usable: list[str], source: str, stored: Mapping[str, str]) -> None:
    """Note kind, facts and stored name of the columns of a lead or lookup table that may become features."""
    for facts in kinds.column_facts(loading.con, raw.name, usable):
        name = stored[facts.name]
        kind = loading.trained_kinds.get(name, facts.kind)
        loading.stored[source, facts.name] = name
        loading.facts[name] = ColumnFacts(name, kind, facts.filled, facts.strays, facts.distinct, facts.unique_share)
        loading.columns.append(Column(name, kind, group_of(facts.name), source, words_of(name)))
    own = {column: name for (table, column), name in loading.stored.items() if table == source == "leads"}
    loading.roles.update({role: own[column] for role, column in loading.roles.items() if column in own})


def words_of(column: str) -> str:
    """A column's name as words: `companySize` and `company_size` are `company size`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)
    return re.sub(r"[_\s]+", " ", spaced).strip().lower() or column


def refuse_missing(loading: Loading, needed: tuple[str, ...]) -> None:
    """Columns that a version needs must be in the table that is scored.

    A value there that cannot be read as the column's kind sets its row aside: where a number or a date is expected, a
    word would pass for 'missing', and nobody would know.

    Raises
    ------
    InputError
        Naming the missing columns.
    """
    key = "asked" if "asked" in loading.raw else "leads"
    raw = loading.raw[key]
    own = {loading.stored.get(("leads", column), column): column for column in raw.columns}
    from_lookups = {column.name for column in loading.columns if column.source.startswith("lookups")}
    missing = [name for name in needed if name not in own and name not in from_lookups]
    if missing:
        raise InputError(
            raw.where,
            f"{listed(map(quoted, missing))} {'is' if len(missing) == 1 else 'are'} missing",
            "every column that the model was trained on",
            "Add the columns (they may be empty), or train a version without them",
        )
    for name in needed:
        if name in own:
            _set_strays_aside(loading, key, own[name], name)
    if needed:
        reasons = ", ".join(map(quote_text, _STRAY_REASONS.values()))
        first = loading.first_row(key)
        rows = f"""SELECT row + {first} FROM bad_row
                   WHERE table_name = {quote_text(key)} AND reason IN ({reasons})"""
        loading.con.execute(f"DELETE FROM lead_value WHERE row IN ({rows})")
        loading.con.execute(f"DELETE FROM lead WHERE row IN ({rows})")


_STRAY_REASONS = {"number": "not a number", "boolean": "neither true nor false", "time": "not a date"}


def _set_strays_aside(loading: Loading, key: str, column: str, name: str) -> None:
    kind = loading.trained_kinds.get(name)
    if kind == "number":
        condition = kinds.is_stray_number_sql(column)
    elif kind == "boolean":
        condition = kinds.is_stray_boolean_sql(column)
    elif kind == "time":
        condition = unreadable(column, loading.time_reading(column, key, loading.leads))
    else:
        return
    loading.set_aside(key, condition, column, _STRAY_REASONS[kind])
