"""When leads become MQLs: marketing's rule on points, a demo request at once, and some by hand.

Looks at what was recorded and at chance alone, never at latent interest.
"""

import numpy as np

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, NEVER, Seconds, seconds
from mqlgate.simulate.people import Leads
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.scenario import Scenario
from mqlgate.simulate.stream import Acts

_FREE, _STUDENT = words.EMAIL.index("free"), words.EMAIL.index("student")
_POINTS = np.array([words.TYPES[kind][1] for kind in words.KINDS])


def qualify(scenario: Scenario, leads: Leads, acts: Acts, chance: Chance) -> Seconds:
    """The moment at which each lead becomes an MQL by the end of the calendar, NEVER where it does not.

    The first of: the record with which the points of the last `window_days` reach what the lead needs; the record of a
    demo request; a decision by hand. A few minutes pass before the rule has run.
    """
    rule, many = scenario.qualification, len(leads)
    draw = chance.of("qualification")
    email = leads.codes["email"]
    need = rule.points * np.exp(rule.spread * draw.standard_normal(many))
    need = np.where((email == _FREE) | (email == _STUDENT), need * rule.unfit, need)
    reached = _reached(need, acts, many, rule.window_days)
    demo = acts.where(acts.kind == words.KINDS.index("demo_request"))
    asked = _first(demo, many)
    asked = np.where(draw.random(many) < rule.demo_at_once, asked, NEVER)
    by_hand = leads.created + np.floor(draw.exponential(rule.by_hand_days * DAY, many)).astype(np.int64)
    by_hand = np.where(draw.random(many) < rule.by_hand, by_hand, NEVER)
    moment = np.minimum(np.minimum(reached, asked), by_hand)
    moment = np.where(
        moment < NEVER, moment + 1 + np.floor(draw.exponential(rule.minutes * 60, many)).astype(np.int64), NEVER
    )
    return np.where(moment <= seconds(scenario.calendar.end), moment, NEVER)


def _reached(need: np.ndarray, acts: Acts, many: int, window_days: float) -> Seconds:
    """When the points of acts seen within the window first reach the need, as records come in."""
    order = np.lexsort((acts.kind, acts.seen, acts.lead))
    lead, seen = acts.lead[order].astype(np.int64), acts.seen[order]
    points = np.cumsum(_POINTS[acts.kind[order]])
    if not len(lead):
        return np.full(many, NEVER)
    begin = int(seen.min())
    span = int(seen.max()) - begin + 1
    key = lead * span + (seen - begin)
    window = int(window_days * DAY)
    # The last record that is too old to count: never one of another lead.
    before = np.searchsorted(key, np.maximum(key - window, lead * span)) - 1
    inside = points - np.where(before >= 0, points[np.maximum(before, 0)], 0)
    enough = inside >= need[lead]
    moment = np.full(many, NEVER)
    np.minimum.at(moment, lead[enough], seen[enough])
    return moment


def _first(acts: Acts, many: int) -> Seconds:
    """When the first of the acts of each lead was seen, NEVER where there is none."""
    moment = np.full(many, NEVER)
    np.minimum.at(moment, acts.lead, acts.seen)
    return moment
