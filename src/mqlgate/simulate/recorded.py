"""Fields whose changes are dated: title, company size, budget. What was recorded of them at any moment.

Never tells a value before both clocks have passed: when it changed and when the CRM learned of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, NEVER, Seconds
from mqlgate.simulate.people import Codes, Leads, pick
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.scenario import Scenario

_VALUES = 3
"""A field holds at most so many values in its life: at creation, and after two changes."""
_UNFILLED = {"job_title": 0.09, "company_size": 0.22, "budget": 0.72}
_TOO_LONG = 1e6
"""Days that no calendar has."""
_BUDGET_SHARES = (0.34, 0.36, 0.20, 0.10)


@dataclass(frozen=True)
class Field:
    """A field's life, one row a lead and one column a value: which text, since when, recorded when (or NEVER)."""

    name: str
    spellings: words.Spellings
    text: NDArray[np.int64]
    changed: Seconds
    recorded: Seconds
    missing: int

    def at(self, moments: Seconds) -> NDArray[np.int64]:
        """The text recorded at each lead's moment, -1 for none: that of the last change that was recorded by then."""
        known = np.full(len(moments), -1, dtype=np.int64)
        for column in range(_VALUES):
            seen = (self.changed[:, column] <= moments) & (self.recorded[:, column] <= moments)
            known = np.where(seen, self.text[:, column], known)
        return known

    def code_at(self, moments: Seconds) -> Codes:
        """The level that the recorded text means."""
        text = self.at(moments)
        codes = np.array(self.spellings.codes, dtype=np.int16)
        return np.where(text >= 0, codes[np.maximum(text, 0)], self.missing).astype(np.int16)


def fill_in(scenario: Scenario, leads: Leads, chance: Chance) -> tuple[Field, ...]:
    """The three fields of all leads."""
    unknown_title = words.title_code(words.SENIORITY.index(words.MISSING), words.FUNCTION.index(words.MISSING))
    draw = chance.of("budget")
    budget = pick(draw, _BUDGET_SHARES, len(leads))[leads.person]
    return (
        _field("job_title", words.TITLE_SPELLINGS, leads.title, unknown_title, scenario, leads, chance),
        _field("company_size", words.SIZE_SPELLINGS, leads.size, len(words.SIZE) - 1, scenario, leads, chance),
        _field("budget", words.BUDGET_SPELLINGS, budget, len(words.BUDGET) - 1, scenario, leads, chance),
    )


def _field(
    name: str, spellings: words.Spellings, said: Codes, missing: int, scenario: Scenario, leads: Leads, chance: Chance
) -> Field:
    """A value at creation, or none; then it is filled in or corrected at exponential times."""
    many = len(leads)
    draw = chance.of(f"field {name}")
    levels = max(code for code in spellings.codes if code != missing) + 1
    stride = len(words.FUNCTION) if name == "job_title" else 1
    changes = scenario.field_changes
    empty = draw.random(many) < _UNFILLED[name] * scenario.missing.share
    text = np.full((many, _VALUES), -1, dtype=np.int64)
    changed = np.full((many, _VALUES), NEVER, dtype=np.int64)
    corrected = _moved(said, stride, levels, draw)
    for column, value in enumerate((said, corrected, _moved(corrected, stride, levels, draw))):
        text[:, column] = _spelled(value, spellings, scenario, draw)
    changed[:, 0] = np.where(empty, NEVER, leads.created)
    fills, corrects = (_waiting(rate, many, draw) for rate in (changes.filled, changes.corrected))
    again = _waiting(changes.corrected, many, draw)
    # An empty field is filled with what the lead would have said; a filled one is corrected, at most twice.
    text[:, 1] = np.where(empty, text[:, 0], text[:, 1])
    changed[:, 1] = _later(leads.created, np.where(empty, fills, corrects))
    changed[:, 2] = _later(changed[:, 1], again)
    late = draw.random((many, _VALUES)) < scenario.late_records.share
    lag = np.ceil(draw.exponential(max(scenario.late_records.days, 1e-9) * DAY, (many, _VALUES))).astype(np.int64)
    late[:, 0] = False
    recorded = np.where((changed < NEVER) & late, changed + lag, changed)
    return Field(name, spellings, text, changed, recorded, missing)


def _waiting(rate: float, many: int, draw: np.random.Generator) -> NDArray[np.float64]:
    """Days until the next change at `rate` a year; infinite for 0."""
    days = draw.exponential(365.25, many)
    return np.where(days < _TOO_LONG * rate, days / max(rate, 1 / _TOO_LONG), np.inf)


def _later(start: Seconds, days: NDArray[np.float64]) -> Seconds:
    far = ~np.isfinite(days) | (start >= NEVER)
    return np.where(far, NEVER, start + np.ceil(np.where(far, 0, days) * DAY).astype(np.int64) + 60)


def _moved(value: Codes, stride: int, levels: int, draw: np.random.Generator) -> Codes:
    """What a corrected value means: the next level up or down, `stride` codes away."""
    step = np.where(draw.random(len(value)) < 0.65, stride, -stride)
    there = value + step
    return np.where((there < 0) | (there >= levels), value - step, there).astype(np.int16)


def _spelled(
    value: Codes, spellings: words.Spellings, scenario: Scenario, draw: np.random.Generator
) -> NDArray[np.int64]:
    """A text for each value: the cleanest, another spelling, or one that says nothing."""
    codes = np.array(spellings.codes)
    said = np.arange(len(codes) - len(spellings.nothing))
    levels = np.arange(codes.max() + 1)
    first = np.searchsorted(codes[said], levels)
    count = np.searchsorted(codes[said], levels, side="right") - first
    many = len(value)
    other = (draw.random(many) * count[value]).astype(np.int64)
    chosen = first[value] + np.where(draw.random(many) < scenario.dirt.spelling, other, 0)
    nothing = np.array(spellings.nothing)[(draw.random(many) * len(spellings.nothing)).astype(np.int64)]
    return np.where(draw.random(many) < scenario.dirt.garbage, nothing, chosen)
