"""A table of changes of lead fields, known by its values: one of its columns holds the names of the leads' columns.

Case and marks make no difference, as they make none to the features. Never replays a change; that is for the features.
"""

from mqlgate.errors import InputError
from mqlgate.inference import events
from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.lead_table import Reference, dayfirst_draft, reference
from mqlgate.inference.picking import Pick, best
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.inference.spelling import compact
from mqlgate.inference.vocabulary import Vocabulary

_MOSTLY = 0.5
_MOST_FIELDS = 500


def field_column(table: Profile, leads: Profile, vocabulary: Vocabulary | None = None) -> str | None:
    """The column that holds names of lead columns, where the table is dated; else None: then it is no history.

    A table whose shape a preset knows as a history is one even where its names are not those of the leads' columns.
    """
    if not table.times:
        return None
    names = set(map(compact, leads.facts))
    for column, facts in table.facts.items():
        if 1 <= facts.distinct <= _MOST_FIELDS and column not in table.times:
            levels = table.levels(column, _MOST_FIELDS)
            known = sum(count for value, count in levels.items() if compact(value) in names)
            if known >= _MOSTLY * sum(levels.values()):
                return column
    told = vocabulary.names("history", "field", table.facts) if vocabulary and "history" in vocabulary.table else []
    return next((column for column in told if column not in table.times), None)


def history_draft(
    table: Profile, field: str, leads: Profile, lead_id: str, vocabulary: Vocabulary, dayfirst: bool | None
) -> Draft:
    """The section `[history]`.

    Raises
    ------
    InputError
        Where no column refers to the leads, or none can hold the new value.
    """
    pair: Reference = reference(table, leads, [lead_id], vocabulary, "history")
    found, times = events.time_columns(table, "history", pair, vocabulary)
    names = {compact(column): column for column in leads.facts}
    said = list(table.levels(field, _MOST_FIELDS))
    fields = [names[compact(value)] for value in said if compact(value) in names]
    free = [c for c in table.facts if c not in (pair.column, field, *table.times)]
    old = best(vocabulary.words("history", "old"), free)
    value = best(vocabulary.words("history", "value"), [c for c in free if not old or c != old.column])
    if value is None:
        rest = [c for c in free if not old or c != old.column]
        if not rest:
            raise InputError(table.path, "no column of it holds a field's new value", "a column such as value")
        value = Pick(rest[0], 0)
    decisions = [
        Decision(
            "history",
            "field",
            field,
            f"its values are names of lead columns: {', '.join(map(shown, fields[:8]))}"
            if fields
            else f"{vocabulary.told_by('history', 'field')} keeps the names of the changed fields in it",
        ),
        Decision(
            "history",
            "value",
            value.column,
            value.by_name if value.strength else "the column that is left",
            value.others,
        ),
    ]
    if old:
        decisions.append(
            Decision(
                "history", "old", old.column, f"{old.by_name}; filled in {percent(table.filled_share(old.column))}"
            )
        )
    draft = events.lead_draft("history", pair) + times + Draft(tuple(decisions), _unmatched(said, names))
    return draft + dayfirst_draft(table, [found.at, *([found.recorded] if found.recorded else [])], "history", dayfirst)


def _unmatched(fields: list[str], names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """A note on fields that no lead column is called by, though one ends in it: `property_industry` for `industry`."""
    apart = [(f, c) for f in fields if (c := compact(f)) and c not in names]
    near = [(f, next((column for name, column in names.items() if name.endswith(c)), None)) for f, c in apart]
    told = [(f, column) for f, column in near if column]
    if not told:
        return ()
    pairs = ", ".join(f"{shown(f)} for {shown(str(column))}" for f, column in told[:5])
    said = f"Changes are used where the field is called as the lead's column is, and these are not: {pairs}. "
    return (("history", said + "Export the columns under the fields' names, by a query if need be."),)
