"""Tables of events: which is the activities, which the outcomes, what their columns mean. Never judges a stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from mqlgate.errors import InputError
from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.lead_table import Reference, dayfirst_draft
from mqlgate.inference.picking import Pick, best, ranked
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.inference.vocabulary import Vocabulary

_MOST_TYPES = 500
_MOSTLY = 0.95
_FEW_A_LEAD = 1.2
_PROMPT_DAYS = 30
_MOSTLY_PROMPT = 0.5


@dataclass(frozen=True)
class Events:
    """A table of events and the columns by which it refers to leads and to time."""

    profile: Profile
    reference: Reference
    at: str
    recorded: str | None = None


def speaks_of_outcomes(events: Profile, pair: Reference, vocabulary: Vocabulary) -> float:
    """How much a table looks like outcomes (above 0) or like activities (below 0)."""
    points = 0.0
    stages = [c for c in events.facts if _is_stage_like(events, c, vocabulary)]
    points += 2.0 if stages else 0.0
    points += 2.0 if any(vocabulary.words("leads", "accepted_at").strength(c) for c in events.times) else 0.0
    points += 1.0 if events.rows <= _FEW_A_LEAD * max(events.facts[pair.column].distinct, 1) else 0.0
    types = [c for c in events.facts if vocabulary.words("activities", "type").strength(c) and c not in events.times]
    tiers = sum(n for c in types for value, n in events.levels(c).items() if vocabulary.tier(value)[0])
    points -= 2.0 if tiers > 0.3 * events.rows else 0.0
    points -= 1.0 if types and not stages else 0.0
    return points


def _is_stage_like(events: Profile, column: str, vocabulary: Vocabulary) -> bool:
    """Whether a column's values are stages, acceptance by its whole name among them."""
    facts = events.facts[column]
    if column in events.times or not 1 <= facts.distinct <= _MOST_TYPES:
        return False
    meant = {value: vocabulary.meaning(value) for value in events.levels(column)}
    return any(meaning in ("accepted", "progressed", "won") and whole for meaning, whole in meant.values())


def time_columns(events: Profile, section: str, pair: Reference, vocabulary: Vocabulary) -> tuple[Events, Draft]:
    """The event's own time and the time when the system learned of it.

    Raises
    ------
    InputError
        Where the table has no column of dates.
    """
    times = [c for c in events.times if c != pair.column]
    if not times:
        raise InputError(
            events.path,
            "no column of it holds dates",
            "the moment of each row, such as 2018-02-28T09:30",
            "Add it, or give static tables by --lookup",
        )
    late_words = vocabulary.words("leads", "recorded").before(vocabulary.said(section, "recorded"))
    late = best(late_words, times) if len(times) > 1 else None
    own = [c for c in times if not late or c != late.column] or times
    pick = best(vocabulary.words(section, "at"), own) or Pick(max(own, key=lambda c: events.facts[c].filled), 0)
    why = (
        pick.by_name
        if pick.strength
        else ("the only column of dates" if len(own) == 1 else "the best filled column of dates")
    )
    why += f"; filled in {percent(events.filled_share(pick.column))} of rows"
    decisions = [Decision(section, "at", pick.column, why, pick.others)]
    notes = []
    if late:
        recorded, at = events.times[late.column], events.times[pick.column].at
        prompt = events.share(f"({recorded.at}) <= ({at}) + INTERVAL {_PROMPT_DAYS} DAY")
        if prompt < _MOSTLY_PROMPT:
            notes.append(
                (
                    section,
                    f"{shown(late.column)} is not taken for the time of recording: within {_PROMPT_DAYS} days of "
                    f"{shown(pick.column)} it is in {percent(prompt)} of rows only, so it tells when rows were last "
                    "loaded, and nothing that happened before that could ever be seen.",
                )
            )
            late = None
    if late:
        lag = f"({events.times[late.column].end}) >= ({events.times[pick.column].at})"
        why = f"{late.by_name}; not before {shown(pick.column)} in {percent(events.share(lag))} of rows"
        decisions.append(Decision(section, "recorded", late.column, why))
    return Events(events, pair, pick.column, late.column if late else None), Draft(tuple(decisions), tuple(notes))


def lead_draft(section: str, pair: Reference) -> Draft:
    """`lead`, the column that refers to the leads."""
    why = f"{percent(pair.found)} of its values are ids of leads; {percent(pair.reached)} of the leads have rows here"
    return Draft((Decision(section, "lead", pair.column, why),))


def activities_draft(events: Events, vocabulary: Vocabulary, dayfirst: bool | None) -> Draft:
    """The columns of the activities but for the lead's and the times'.

    Raises
    ------
    InputError
        Where no column says what was done.
    """
    profile = events.profile
    free = [c for c in profile.facts if c not in (events.reference.column, *profile.times)]

    def is_type(column: str) -> bool:
        facts = profile.facts[column]
        return facts.kind in ("category", "text") and 1 <= facts.distinct <= max(_MOST_TYPES, 2)

    told = [c for c in vocabulary.names("activities", "type", free) if 1 <= profile.facts[c].distinct <= _MOST_TYPES]
    pick = best(vocabulary.words("activities", "type"), told or filter(is_type, free))
    if pick is None:
        fitting = [c for c in free if is_type(c)]
        if not fitting:
            raise InputError(
                profile.path,
                "no column of it says what the lead did",
                f"a column of activity types, no more than {_MOST_TYPES} different ones",
                "Add one; where all rows are the same kind of act, one word will do",
            )
        by_tier = {c: sum(n for v, n in profile.levels(c).items() if vocabulary.tier(v)[0]) for c in fitting}
        chosen = max(fitting, key=lambda c: (by_tier[c], -profile.facts[c].distinct))
        pick = Pick(chosen, 0, tuple(shown(c) for c in fitting if c != chosen)[:3])
    why = pick.by_name if pick.strength else "its values are words that repeat"
    why += f"; {profile.facts[pick.column].distinct:,} different types"
    draft = Draft((Decision("activities", "type", pick.column, why, pick.others),))
    return draft + dayfirst_draft(profile, _mapped(events), "activities", dayfirst)


def _mapped(events: Events) -> list[str]:
    return [events.at] + ([events.recorded] if events.recorded else [])


def stage_column(events: Events, vocabulary: Vocabulary) -> Pick | None:
    """The column of stages; None where every row is an acceptance."""
    if vocabulary.flagged("outcomes", "every_row_is_an_acceptance"):
        return None
    profile = events.profile
    free = [c for c in profile.facts if c not in (events.reference.column, *profile.times)]
    named = ranked(
        vocabulary.words("outcomes", "stage"), [c for c in free if 2 <= profile.facts[c].distinct <= _MOST_TYPES]
    )
    by_value = [c for c in free if _is_stage_like(profile, c, vocabulary) and not _is_flag(profile, c)]
    told = vocabulary.names("outcomes", "stage", by_value)
    both = [pick for pick in named if pick.column in (told or by_value)]
    if both:
        return Pick(both[0].column, both[0].strength, tuple(shown(p.column) for p in both[1:]))
    if by_value:
        return Pick(by_value[0], 0, tuple(map(shown, by_value[1:3])))
    return named[0] if named and named[0].strength >= _WHOLE_NAME else None


_WHOLE_NAME = 60


def _is_flag(profile: Profile, column: str) -> bool:
    return profile.facts[column].kind in ("boolean", "number")


def outcomes_draft(events: Events, stage: Pick | None, vocabulary: Vocabulary, dayfirst: bool | None) -> Draft:
    """stage, reason, owner and amount."""
    profile, decisions, notes = events.profile, [], []
    if stage:
        why = stage.by_name if stage.strength else "its values are stages"
        why += f"; {profile.facts[stage.column].distinct:,} different ones"
        decisions.append(Decision("outcomes", "stage", stage.column, why, stage.others))
    else:
        notes.append(("outcomes", "Every row is taken for an acceptance: no column holds stages that are dated."))
    taken = {events.reference.column, *profile.times, *({stage.column} if stage else set())}
    free = [c for c in profile.facts if c not in taken]
    roles: Sequence[tuple[str, str]] = (("reason", "category"), ("owner", "category"), ("amount", "number"))
    for role, kind in roles:
        if role == "amount" and vocabulary.flagged("outcomes", "every_row_is_an_acceptance"):
            continue  # what a deal is worth is settled later, and belongs to those that were won
        fitting = [c for c in free if _could_be(profile, c, kind)]
        if "outcomes" in vocabulary.table:  # its columns are known: what is not named here is something else
            fitting = vocabulary.names("outcomes", role, fitting)
        pick = best(vocabulary.words("outcomes", role), fitting)
        if pick and (stage or role != "reason"):
            free.remove(pick.column)
            why = f"{pick.by_name}; filled in {percent(profile.filled_share(pick.column))} of rows"
            decisions.append(Decision("outcomes", role, pick.column, why, pick.others))
    rest = [c for c in free if c not in profile.times]
    if rest:
        notes.append(
            ("outcomes", f"Known only with the outcome, hence never features: {', '.join(map(shown, rest[:12]))}.")
        )
    draft = Draft(tuple(decisions), tuple(notes))
    return draft + dayfirst_draft(profile, _mapped(events), "outcomes", dayfirst)


def _could_be(profile: Profile, column: str, kind: str) -> bool:
    facts = profile.facts[column]
    if kind == "number":
        return facts.kind == "number" and facts.filled > 0
    return facts.kind in ("category", "text", "number") and facts.distinct > 1
