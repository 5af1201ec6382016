"""Lead columns that nobody knows before the outcome: by their names and by when they are filled. Never looks at events.

A column is excluded in doubt: a feature that leaks ruins a model in silence, one that is missing costs a little.
"""

from collections.abc import Sequence

from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.inference.vocabulary import Vocabulary

_FEWEST = 20
_FULL, _EMPTY = 0.9, 0.1
_WHOLE = 60
_CODED = ("source", "campaign", "owner")
_CODE = "a number that stands for a person, a source or a campaign: no amount"


def late_columns(
    leads: Profile,
    vocabulary: Vocabulary,
    mapped: set[str],
    decided: str | None,
    accepted: str | None,
    other_targets: Sequence[str],
) -> list[tuple[str, str]]:
    """Columns to exclude with the reason for each, in the order of the file.

    `decided` and `accepted` are SQL conditions on a row of the leads: the lead has an outcome, it was accepted; None
    where nothing is known of outcomes.
    """
    by_name, later = vocabulary.words("leads", "known_late"), vocabulary.words("leads", "later_time")
    recorded, birth = vocabulary.words("leads", "recorded"), ("birth", "geburt", "naissance")
    stage = vocabulary.words("leads", "target")
    numbers = [column for column, facts in leads.facts.items() if facts.kind == "number"]
    codes = {column for role in _CODED for column in vocabulary.names("leads", role, numbers)}
    found: list[tuple[str, str]] = []
    for column, facts in leads.facts.items():
        if column in mapped or facts.filled == 0:
            continue
        why = vocabulary.set_apart(column) or (_CODE if column in codes else "")
        if why:
            found.append((column, why))
            continue
        if column in other_targets or (_is_state(leads, column) and stage.strength(column) >= _WHOLE):
            why = "it tells what became of the lead"
        elif by_name.strength(column):
            why = "by its name known only afterwards"
        elif column in leads.times and (later.strength(column) or recorded.strength(column)):
            why = "a date that comes with the outcome or is overwritten later"
        elif column in leads.times and not any(word in column.lower() for word in birth):
            why = "a date of which nothing says that it was known before the outcome"
        elif decided:
            why = _filled_with_the_outcome(leads, column, decided, accepted)
        if why:
            found.append((column, why))
    return found


def _is_state(leads: Profile, column: str) -> bool:
    return leads.facts[column].kind in ("category", "boolean", "number") and 2 <= leads.facts[column].distinct <= 40


def _filled_with_the_outcome(leads: Profile, column: str, decided: str, accepted: str | None) -> str:
    filled = f"{leads.value(column)} IS NOT NULL"
    for condition, who in ((decided, "decided"), (accepted, "accepted")):
        if condition is None:
            continue
        inside, outside, full, empty = leads.one(
            f"""count(*) FILTER ({condition}), count(*) FILTER (NOT ({condition})),
                avg(CASE WHEN {filled} THEN 1.0 ELSE 0.0 END) FILTER ({condition}),
                avg(CASE WHEN {filled} THEN 1.0 ELSE 0.0 END) FILTER (NOT ({condition}))"""
        )
        if int(str(inside)) < _FEWEST or int(str(outside)) < _FEWEST:
            continue
        inner, outer = float(str(full)), float(str(empty))
        if inner >= _FULL and outer <= _EMPTY:
            return f"filled in {percent(inner)} of {who} leads and in {percent(outer)} of the others"
    return ""


def exclude_draft(found: Sequence[tuple[str, str]], section: str = "leads") -> Draft:
    """`exclude`, with the reason beside each column."""
    if not found:
        return Draft()
    why = "never features; a column that is known when a lead becomes an MQL may be taken out of this list"
    return Draft((Decision(section, "exclude", tuple(found), why),))


def said_of(found: Sequence[tuple[str, str]]) -> str:
    """The excluded columns in one line."""
    return ", ".join(f"{shown(column)} ({why})" for column, why in found)
