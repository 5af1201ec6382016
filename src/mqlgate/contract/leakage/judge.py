"""The verdict on one column: which evidence there is against it, the strongest first. Never reads a table."""

from dataclasses import dataclass, replace
from typing import Literal

from mqlgate.contract.leakage.acts import Counts, adds_up_later
from mqlgate.contract.leakage.alone import Foretelling, foretelling, pure
from mqlgate.contract.leakage.decided import Ages, Effect, effects
from mqlgate.contract.leakage.known import ACCEPTED, OPEN, REJECTED, Known, Values
from mqlgate.contract.leakage.names import known_afterwards, shuts_out
from mqlgate.contract.leakage.timing import later, numbered_by_decision
from mqlgate.contract.leakage.traits import Traits, traits_of

Kind = Literal["decided", "exclusive", "later", "numbered", "alone", "pure", "adds_up", "history", "name"]
_NEVER_OPEN = 0.002
_OPEN_AT_LEAST = 100
_EXCLUSIVE_SHARE = 0.02
_EXCLUSIVE_LEADS = 15
_CONTRADICTED = -4.0
_SOME_USE = 0.52
"""An AUC that a column must surely exceed to be of any use to a model; below it, a leak does little harm."""


@dataclass(frozen=True)
class Suspect:
    """A lead column that may leak the outcome.

    Attributes
    ----------
    column
        Its name as in `lead_value`.
    kind
        Which evidence, as a word for machines.
    why
        The evidence as a sentence with its figures.
    strength
        `strong`: it should not be a feature; `weak`: it knows the decision but hardly tells accepted leads from others.
    """

    column: str
    kind: Kind
    why: str
    strength: Literal["strong", "weak"]


def judge(values: Values, known: Known, ages: Ages | None, counts: Counts | None, as_of: float) -> Suspect | None:
    """The strongest evidence against one column, or None; `as_of` is a day."""
    name, traits = values.column.name, traits_of(values)
    if not values.filled.any():
        return None
    dated = later(values, known, as_of)
    if dated is not None:
        there = f", {dated.at_decision:,} of them on the day of the decision" if dated.at_decision else ""
        why = f"{dated.after:,} of its {dated.filled:,} dates lie after the lead became an MQL{there}"
        return Suspect(name, "later", why, "strong")
    order = numbered_by_decision(values, traits, known)
    if order is not None:
        why = (
            f"its values follow the order of the decisions (rank correlation {order[0]:.3f}) more closely than that of "
            f"the leads ({order[1]:.3f})"
        )
        return Suspect(name, "numbered", why, "strong")
    told = foretelling(values, traits, known.label)
    found = _decided(values, traits, known, ages) or _alone(values, traits, known, told)
    if found is not None and told is not None and told.auc - 2 * told.error < _SOME_USE:
        found = replace(found, strength="weak")
    if found is None and counts is not None:
        words = adds_up_later(values, counts, known)
        found = Suspect(name, "adds_up", words, "strong") if words else None
    return found or _named(values, known)


def _decided(values: Values, traits: Traits, known: Known, ages: Ages | None) -> Suspect | None:
    """Set by the decision: exclusive to decided leads, or moving with the share of decided leads by age."""
    if ages is None:
        return _unaged(values, traits, known)
    all_effects = effects(traits, ages)
    exclusive = _exclusive(values, traits, known, all_effects)
    if exclusive is not None:
        return exclusive
    follows = [effect for effect in all_effects if effect.follows_decision]
    if not follows:
        return None
    effect = max(follows, key=lambda each: each.evidence)
    return Suspect(values.column.name, "decided", _gap_words(traits, effect), "strong")


def _gap_words(traits: Traits, effect: Effect) -> str:
    who = "decided" if len(effect.kind) > 1 else "accepted" if effect.kind == (ACCEPTED,) else "rejected"
    first, second = (
        f"{effect.share_decided:.0%} of {who} leads",
        f"{effect.share_open:.0%} of open ones of the same age",
    )
    follows = ", and that share grows with age as leads are decided"
    if effect.trait == 0:
        return f"it is filled for {first} and {second}{follows}"
    if not effect.is_rank:
        return f"{traits.named(effect.trait)} has {first} and {second}{follows}"
    return (
        f"{who} leads have a mean rank of {effect.share_decided:.2f} where open ones of the same age have "
        f"{effect.share_open:.2f}, and it moves with age as leads are decided"
    )


def _exclusive(values: Values, traits: Traits, known: Known, all_effects: list[Effect]) -> Suspect | None:
    """A value, or any value at all, that decided leads have and no open lead has."""
    import numpy as np

    every = np.bincount(known.state, minlength=3)
    have, of = np.bincount(known.state[values.filled], minlength=3), int(every[OPEN])
    noticed = [effect.evidence for effect in all_effects if effect.noticed]
    if of < _OPEN_AT_LEAST or (noticed and max(noticed) < _CONTRADICTED):
        return None
    for states, who in (((ACCEPTED, REJECTED), "decided"), ((ACCEPTED,), "accepted"), ((REJECTED,), "rejected")):
        leads, count = int(every[list(states)].sum()), int(have[list(states)].sum())
        share = count / max(leads, 1)
        if have[OPEN] <= _NEVER_OPEN * of and share >= _EXCLUSIVE_SHARE and count >= _EXCLUSIVE_LEADS:
            some = int(have[OPEN])
            why = f"it is filled for {share:.0%} of {who} leads and for {some:,} of {of:,} open ones"
            return Suspect(values.column.name, "exclusive", why, "strong")
    return _exclusive_level(values, traits, known)


def _exclusive_level(values: Values, traits: Traits, known: Known) -> Suspect | None:
    """A level that accepted and rejected leads have but no open one: not one that gets leads rejected at once."""
    import numpy as np

    if values.kind in ("time", "text"):
        return None
    table = np.bincount(traits.level * 3 + known.state, minlength=traits.levels * 3).reshape(-1, 3)[1:]
    total = np.maximum(np.bincount(known.state, minlength=3), 1)
    share = table / total
    decided = table[:, ACCEPTED] + table[:, REJECTED]
    expected = decided / max(int(total[ACCEPTED] + total[REJECTED]), 1) * total[OPEN]
    hit = (
        (share[:, OPEN] <= _NEVER_OPEN)
        & (expected >= 10)
        & (share[:, ACCEPTED] >= 0.05)
        & (decided >= _EXCLUSIVE_LEADS)
    )
    if total[REJECTED] > 20:
        hit &= share[:, REJECTED] >= 0.05
    if not hit.any():
        return None
    best = int(np.argmax(np.where(hit, decided, 0)))
    some, of = int(table[best, OPEN]), int(total[OPEN])
    why = f"{traits.named(best + 1)} has {int(decided[best]):,} decided leads and {some:,} of {of:,} open ones"
    return Suspect(values.column.name, "exclusive", why, "strong")


def _unaged(values: Values, traits: Traits, known: Known) -> Suspect | None:
    return _exclusive(values, traits, known, []) if (known.state == OPEN).any() else None


def _alone(values: Values, traits: Traits, known: Known, told: Foretelling | None) -> Suspect | None:
    name = values.column.name
    if told is not None and told.too_good:
        why = (
            f"alone it tells accepted leads from others with an AUC of {told.auc:.3f}, better than an honest column can"
        )
        return Suspect(name, "alone", why, "strong")
    singled = pure(traits, known)
    if singled is not None:
        what = "it is filled for" if singled.level == 0 else f"{traits.named(singled.level)} has"
        why = f"{what} {singled.leads:,} leads, of which {singled.accepted:,} were accepted"
        return Suspect(name, "pure", why, "strong")
    return None


def _named(values: Values, known: Known) -> Suspect | None:
    if not known_afterwards(values.column.name):
        return None
    low = shuts_out(values, known.label)
    if low is None:
        return None
    why = (
        f"its name speaks of what is known only afterwards, and of the {low[1]:,} leads with at most {low[0]:g} only "
        f"{low[2]:.1%} were accepted"
    )
    return Suspect(values.column.name, "name", why, "strong")
