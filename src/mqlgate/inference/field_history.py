"""A table of changes of lead fields, known by its values: one of its columns holds the names of the leads' columns.

Never replays a change; that is for the features.
"""

from mqlgate.errors import InputError
from mqlgate.inference import events
from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.lead_table import Reference, dayfirst_draft, reference
from mqlgate.inference.picking import Pick, best
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.inference.vocabulary import Vocabulary

_MOSTLY = 0.5
_MOST_FIELDS = 500


def field_column(table: Profile, leads: Profile) -> str | None:
    """The column that holds names of lead columns, where the table is dated; else None: then it is no history."""
    if not table.times:
        return None
    names = set(leads.facts)
    for column, facts in table.facts.items():
        if 1 <= facts.distinct <= _MOST_FIELDS and column not in table.times:
            levels = table.levels(column, _MOST_FIELDS)
            known = sum(count for value, count in levels.items() if value in names)
            if known >= _MOSTLY * sum(levels.values()):
                return column
    return None


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
    fields = [value for value in table.levels(field) if value in leads.facts]
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
            "history", "field", field, f"its values are names of lead columns: {', '.join(map(shown, fields[:8]))}"
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
    draft = events.lead_draft("history", pair) + times + Draft(tuple(decisions))
    return draft + dayfirst_draft(table, [found.at, *([found.recorded] if found.recorded else [])], "history", dayfirst)
