"""Activity types: tiers for those that the built-in list does not know, and types that are the outcome itself.

Tiers come from words alone, never from what the leads became: a tier learnt from outcomes would know those of the
validation that is to judge it.
"""

from collections.abc import Sequence

from mqlgate import domain
from mqlgate.crm.events import plain_type_sql
from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.events import Events
from mqlgate.inference.profile import percent, shown
from mqlgate.inference.spelling import compact, plain
from mqlgate.inference.vocabulary import Vocabulary
from mqlgate.tables.names import quote_text

_SAME_INSTANT_SECONDS = 1.0
_MOSTLY_THE_OUTCOME = 0.5
_MOSTLY_THAT_DAY = 0.9
_FEWEST = 10
_MOST_TYPES = 500


def tiers_draft(events: Events, type_column: str, vocabulary: Vocabulary, excluded: Sequence[str]) -> Draft:
    """`[features.activity_tiers]`, for types that are new to the built-in list and whose words speak."""
    profile = events.profile
    known = {name for names in domain.ACTIVITY_TIERS.values() for name in names}
    types = profile.con.execute(
        f"""SELECT v, {plain_type_sql("v")}, count(*)
            FROM (SELECT {profile.value(type_column)} AS v FROM {profile.source})
            WHERE v IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT 500"""
    ).fetchall()
    found: dict[str, list[tuple[str, str]]] = {"high": [], "medium": [], "low": []}
    silent: list[str] = []
    for name, plain_name, count in types:
        if plain_name in known or name in excluded:
            continue
        tier, word = vocabulary.tier(str(name))
        if tier:
            found[tier].append((str(name), f"{count:,} times; {shown(word)}"))
        else:
            silent.append(f"{shown(str(name))} ({count:,})")
    decisions = tuple(
        Decision("features.activity_tiers", tier, tuple(members)) for tier, members in found.items() if members
    )
    notes = []
    if silent:
        said = ", ".join(silent[:30]) + (f" and {len(silent) - 30} more" if len(silent) > 30 else "")
        notes.append(
            (
                "features.activity_tiers",
                f"Types whose names say nothing, hence low: {said}. Put those that show intent under high or medium.",
            )
        )
    return Draft(decisions, tuple(notes))


def with_those_left_out(draft: Draft, events: Events, type_column: str, vocabulary: Vocabulary) -> Draft:
    """The draft with the types in `[activities] exclude` that a preset's system keeps for itself."""
    never = set(map(compact, vocabulary.said("activities", "exclude")))
    there = [v for v in events.profile.levels(type_column, _MOST_TYPES) if compact(v) in never]
    before = next((d for d in draft.decisions if (d.section, d.key) == ("activities", "exclude")), None)
    entries = before.value if before and isinstance(before.value, tuple) else ()
    told_by = vocabulary.told_by("activities", "exclude")
    why = f"by {told_by} a record of the system or of its outcome, not what a lead did"
    more = tuple((v, why) for v in there if v not in {said for said, _ in entries})
    if not more:
        return draft
    decision = Decision("activities", "exclude", (*entries, *more), before.why if before else "")
    return Draft(tuple(d for d in draft.decisions if d is not before) + (decision,), draft.notes, draft.answers)


def third_parties(events: Events, type_column: str, vocabulary: Vocabulary) -> Draft:
    """`[features] third_party`: types that another company reports, by a preset."""
    words = [f" {plain(word)} " for word in vocabulary.said("activities", "third_party_words")]
    all_are = vocabulary.flagged("activities", "third_party")
    types = events.profile.levels(type_column, _MOST_TYPES)
    found = tuple((v, "") for v in types if all_are or any(word in f" {plain(v)} " for word in words))
    why = f"types that another company reports, by {vocabulary.told_by('activities', 'third_party_words')}"
    return Draft((Decision("features", "third_party", found, why),)) if found else Draft()


def outcome_types(
    events: Events, type_column: str, outcomes: Events, stage: str | None, deciding: Sequence[str]
) -> Draft:
    """`[activities] exclude`: types that carry a deciding outcome's own moment, and so are the outcome."""
    profile, verdicts = events.profile, outcomes.profile
    activity_at, decided_at = profile.times[events.at], verdicts.times[outcomes.at]
    (dated_only,) = profile.one(f"bool_and(({activity_at.at}) <> ({activity_at.end}))")
    near = 86_400.0 if dated_only else _SAME_INSTANT_SECONDS
    share_needed = _MOSTLY_THAT_DAY if dated_only else _MOSTLY_THE_OUTCOME
    only = f"WHERE {verdicts.value(stage)} IN ({', '.join(map(quote_text, deciding))})" if stage and deciding else ""
    rows = profile.con.execute(
        f"""WITH d AS (SELECT {verdicts.value(outcomes.reference.column)} AS lead, list({decided_at.at}) AS moments
                       FROM {verdicts.source} {only} GROUP BY lead),
                 a AS (SELECT {profile.value(events.reference.column)} AS lead, {profile.value(type_column)} AS type,
                              {activity_at.at} AS t
                       FROM {profile.source})
            SELECT type, count(*) AS n, avg(CASE WHEN d.moments IS NOT NULL AND
                       len(list_filter(d.moments, lambda m: abs(epoch(m - a.t)) < {near})) > 0
                       THEN 1.0 ELSE 0.0 END) AS same
            FROM a LEFT JOIN d USING (lead) WHERE type IS NOT NULL GROUP BY type
            HAVING count(*) >= {_FEWEST} AND same >= {share_needed} ORDER BY same DESC, type"""
    ).fetchall()
    if not rows:
        return Draft()
    when = "on the day" if dated_only else "at the very moment"
    members = tuple(
        (str(name), f"{percent(float(same))} of {count:,} stand {when} of the lead's outcome")
        for name, count, same in rows
    )
    why = "these acts are the outcome itself, written down a second time; no snapshot may see them"
    return Draft((Decision("activities", "exclude", members, why),))
