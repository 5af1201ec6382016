"""Which columns say who a lead is, what it did, and what another company says of it, where a preset knows.

Never guesses from a column's words: that is done when the configuration is read.
"""

from collections.abc import Sequence
from typing import Literal

from mqlgate.crm import Column
from mqlgate.inference.decision import Decision, Draft, Entries
from mqlgate.inference.spelling import compact
from mqlgate.inference.vocabulary import Vocabulary

Said = Literal["fit", "intent", "third_party"]
_KEYS: tuple[Said, ...] = ("fit", "intent", "third_party")
_WORDS = {
    "fit": "who a lead is, by",
    "intent": "what it did, by",
    "third_party": "what another company reports, by",
}


def with_groups(
    draft: Draft, columns: Sequence[Column], vocabulary: Vocabulary
) -> tuple[Draft, dict[str, Literal["fit", "intent"]]]:
    """The draft with `[features]` fit, intent and third_party, and the group that each named column gets by it."""
    groups: dict[str, Literal["fit", "intent"]] = {}
    for key in _KEYS:
        names = set(map(compact, vocabulary.said("features", key)))
        mine = [c for c in columns if c.kind != "text" and c.name not in groups and names & _spellings(c, draft)]
        groups |= {c.name: "fit" if key == "fit" else "intent" for c in mine}
        draft = _with(
            draft, key, tuple((c.name, "") for c in mine), f"{_WORDS[key]} {vocabulary.told_by('features', key)}"
        )
    today = [c for c in columns if c.name in _named(draft, "third_party")]
    if today:
        said = "Intent of today's date is taken from columns; where they are overwritten week by week, a lead's own "
        said += "week is lost: give their changes in [history], or exclude them."
        draft += Draft(notes=(("features", said),))
    return draft, groups


def _spellings(column: Column, draft: Draft) -> set[str]:
    """Its name and, of a column of a lookup, its name in that table."""
    prefix = str(draft.get(column.source, "prefix") or "")
    return {compact(column.name), compact(column.name.removeprefix(prefix))}


def _with(draft: Draft, key: str, more: Entries, why: str) -> Draft:
    before = next((d for d in draft.decisions if (d.section, d.key) == ("features", key)), None)
    if not more:
        return draft
    entries = before.value if before and isinstance(before.value, tuple) else ()
    decision = Decision("features", key, (*entries, *more), before.why if before else why)
    return Draft(tuple(d for d in draft.decisions if d is not before) + (decision,), draft.notes, draft.answers)


def _named(draft: Draft, key: str) -> tuple[object, ...]:
    value = draft.get("features", key)
    return value if isinstance(value, tuple) else ()
