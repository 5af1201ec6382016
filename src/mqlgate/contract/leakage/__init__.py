"""Leakage suspects: columns that know the outcome because they were set by it or after it, and activities that are it.

A suspect is no proof: each says why it is one, and a person decides. Never drops anything.
"""

from datetime import datetime, timedelta

from mqlgate.contract.leakage.acts import CoincidingType, coinciding_types, counts_of
from mqlgate.contract.leakage.decided import ages_of
from mqlgate.contract.leakage.fields import changed_with_outcome
from mqlgate.contract.leakage.judge import Suspect, judge
from mqlgate.contract.leakage.known import known_leads, values_of
from mqlgate.crm import Crm
from mqlgate.tables.settings import OutcomesSection

__all__ = ["CoincidingType", "Suspect", "coinciding_types", "suspect_activity_types", "suspects"]

_EPOCH = datetime(1970, 1, 1)


def suspects(crm: Crm) -> list[Suspect]:
    """All suspects among the columns that may become features, in the order of the columns, one a column."""
    if crm.config.optional(OutcomesSection) is None or not crm.columns:
        return []
    known = known_leads(crm)
    if known.row.size == 0:
        return []
    ages, counts = ages_of(known), counts_of(crm, known)
    as_of = (crm.as_of - _EPOCH) / timedelta(days=1)
    changed = {found.field: found for found in changed_with_outcome(crm)}
    found: list[Suspect] = []
    for values in values_of(crm, known):
        suspect = judge(values, known, ages, counts, as_of)
        name = values.column.name
        if suspect is None and name in changed:
            field = changed[name]
            suspect = Suspect(
                name,
                "history",
                f"in [history] {field.at_or_after:,} of its {field.changes:,} changes of decided leads come with the "
                "outcome or after it",
                "weak",
            )
        if suspect is not None:
            found.append(suspect)
    return found


def suspect_activity_types(crm: Crm) -> frozenset[str]:
    """Activity types that are the outcome itself: they carry its very time for most leads that have them."""
    return frozenset(kind.name for kind in coinciding_types(crm))
