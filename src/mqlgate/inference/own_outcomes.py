"""Outcomes that stand in the leads' own rows: a target column, or a date of acceptance. Never reads another table."""

from dataclasses import dataclass

from mqlgate.inference import target
from mqlgate.inference.decision import Choose, Decision, Draft
from mqlgate.inference.events import Events
from mqlgate.inference.lead_table import Reference
from mqlgate.inference.picking import best
from mqlgate.inference.profile import Profile, percent
from mqlgate.inference.vocabulary import Vocabulary
from mqlgate.tables.kinds import same_value_sql
from mqlgate.tables.names import quote_name

_WHOLE = 60


@dataclass(frozen=True)
class OwnOutcomes:
    """What the leads' own columns say of outcomes.

    `decided` and `accepted` are SQL conditions on a row of the leads, None where nothing is said; `events` stands for a
    date of acceptance; `column` is the target column; `others` are columns that say much the same.
    """

    draft: Draft
    decided: str | None = None
    accepted: str | None = None
    events: Events | None = None
    column: str | None = None
    others: tuple[str, ...] = ()


def own_outcomes(leads: Profile, vocabulary: Vocabulary, lead_id: str, taken: set[str], choose: Choose) -> OwnOutcomes:
    """The target column or, where there is none or a preset says so, the date of acceptance."""
    found = target.candidates(leads, vocabulary, taken)
    dated = best(vocabulary.words("leads", "accepted_at"), [c for c in leads.times if c not in taken])
    preset_dates = bool(vocabulary.said("leads", "accepted_at"))
    if dated and dated.strength >= _WHOLE and (preset_dates or not found):
        return _dated(leads, lead_id, dated.column, dated.by_name, tuple(c.column for c in found))
    if found:
        draft, chosen = target.target_draft(leads, found, choose)
        name = quote_name(chosen.column)
        filled = f"{leads.value(chosen.column)} IS NOT NULL"
        values = (*chosen.accepted, *chosen.rejected)
        decided = same_value_sql(name, values) if chosen.rejected else filled
        others = tuple(c.column for c in found if c is not chosen and c.strength >= _WHOLE)
        return OwnOutcomes(draft, decided, same_value_sql(name, chosen.accepted), None, chosen.column, others)
    said = (
        "No outcomes are known, so there is nothing to train on: name their table as the third file, or add [outcomes]."
    )
    return OwnOutcomes(Draft(notes=(("leads", said),)))


def _dated(leads: Profile, lead_id: str, column: str, by_name: str, others: tuple[str, ...]) -> OwnOutcomes:
    accepted = f"({leads.times[column].at}) IS NOT NULL"
    why = f"{by_name}; filled in {percent(leads.filled_share(column))} of rows, and each is an acceptance"
    decisions = (
        Decision("outcomes", "path", leads.path, "the leads' own file: it says when sales accepted"),
        *((Decision("outcomes", "encoding", leads.encoding),) if leads.encoding != "utf-8" else ()),
        Decision("outcomes", "lead", lead_id),
        Decision("outcomes", "at", column, why),
    )
    events = Events(leads, Reference(lead_id, lead_id, 1.0, 1.0), column)
    return OwnOutcomes(Draft(decisions), None, accepted, events, None, others)
