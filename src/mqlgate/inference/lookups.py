"""Static tables joined to the leads: which columns refer to each other, by their values. Never asks what they say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mqlgate.errors import InputError, listed
from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.inference.spelling import compact

_LEAST_FOUND = 0.3
_MOST_ALIASES = 200


@dataclass(frozen=True)
class Join:
    """A pair of columns, the share of the leads' values that stand in the table, and whether names agree."""

    key: str
    id: str
    found: float
    same_name: bool


def join_of(lookup: Profile, leads: Profile) -> Join:
    """The columns by which a table is joined to the leads.

    Raises
    ------
    InputError
        Where no column of the leads holds the ids of the table.
    """
    ids = [c for c in lookup.facts if c not in lookup.times and lookup.facts[c].distinct == lookup.facts[c].filled > 0]
    ids = [c for c in ids if lookup.filled_share(c) > 0.9]
    joins = []
    for lookup_id in ids:
        for key in leads.facts:
            if key in leads.times or leads.facts[key].kind == "boolean":
                continue
            found = leads.overlap(key, lookup, lookup_id)
            if found >= _LEAST_FOUND:
                joins.append(Join(key, lookup_id, found, compact(key) == compact(lookup_id)))
    if not joins:
        raise InputError(
            lookup.path,
            f"no column of {leads.path} refers to it",
            f"values as in {listed(map(shown, ids)) if ids else 'a column that is different in every row'}",
            "Leave this table out, or give it the column that the leads have",
        )
    return max(joins, key=lambda j: (j.found + 0.2 * j.same_name, leads.facts[j.key].distinct))


def lookup_draft(number: int, lookup: Profile, leads: Profile, taken_names: set[str]) -> tuple[Draft, set[str]]:
    """One `[[lookups]]` section, and the names that its columns get."""
    join, section = join_of(lookup, leads), f"lookups[{number}]"
    aliases = _aliases(lookup, leads, join)
    why = (
        f"{percent(join.found)} of the leads' {leads.facts[join.key].distinct:,} different values are ids of this table"
    )
    if aliases:
        why += f", {len(aliases)} more by another spelling"
    prefix, names = _prefix(join.key, [c for c in lookup.table.columns if c != join.id], taken_names)
    decisions = [
        Decision(section, "key", join.key, why),
        Decision(section, "id", join.id, f"different in all {lookup.rows:,} rows"),
        Decision(section, "prefix", prefix),
        *(Decision(f"{section}.aliases", said, meant) for said, meant in aliases.items()),
    ]
    return Draft(tuple(decisions)), names


def _aliases(lookup: Profile, leads: Profile, join: Join) -> Mapping[str, str]:
    """Values of the leads that differ from one id, and from one only, in spaces, case or marks."""
    ids = list(lookup.levels(join.id, most=100_000))
    by_spelling: dict[str, list[str]] = {}
    for value in ids:
        by_spelling.setdefault(compact(value), []).append(value)
    known, found = set(ids), {}
    for said in leads.levels(join.key, most=100_000):
        meant = by_spelling.get(compact(said), [])
        if said not in known and len(meant) == 1 and re.search(r"[^\W\d_]", said):
            found[said] = meant[0]
    return found if len(found) <= _MOST_ALIASES else {}


def _prefix(key: str, columns: Sequence[str], taken: set[str]) -> tuple[str, set[str]]:
    """A prefix from the key's name with which no column takes a name that there is already."""
    stem = re.sub(r"[\W_]*(id|nr|no|name|key)$", "", key, flags=re.IGNORECASE) or key
    prefix, number = f"{stem}_", 1
    while {(prefix + c).lower() for c in columns} & taken:
        number += 1
        prefix = f"{stem}_{number}_"
    return prefix, {(prefix + c).lower() for c in columns}
