"""The log-odds that sales would accept a lead, from what was recorded at a moment. The heart of the truth.

    log-odds = intercept + drift.base r + season.verdict swing
               + (1 + drift.fit r) (levels + rules of levels alone)
               + (1 + drift.intent r) (terms + rules that measure acts)
               + leniency of the rep + effect of being a duplicate

with r the ramp of drift at the moment. Never reads anything latent, and never draws a number.
"""

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, Reals, Seconds, ramp, seconds, swing
from mqlgate.simulate.people import Codes
from mqlgate.simulate.scenario import Levels, Scenario, Term, Verdict
from mqlgate.simulate.seen import Seen


def log_odds(scenario: Scenario, codes: dict[str, Codes], seen: Seen, moments: Seconds) -> Reals:
    """Log-odds of acceptance at each lead's moment, before any touch by sales is known. Shape (leads,)."""
    verdict, drift = scenario.verdict, scenario.drift
    risen = drift_ramp(scenario, moments)
    fit, intent = level_effects(verdict.levels, codes), np.zeros(len(moments))
    for term in verdict.terms:
        intent += term.weight * _shaped(term, seen)
    for rule in verdict.rules:
        holds = np.ones(len(moments), dtype=bool)
        for column, levels in rule.levels.items():
            holds &= is_among(column, levels, codes)
        for measure, least in rule.at_least:
            holds &= seen.of(measure) >= least
        if rule.at_least:
            intent += rule.effect * holds
        else:
            fit += rule.effect * holds
    total: Reals = (
        verdict.intercept
        + drift.base * risen
        + scenario.season.verdict * swing(moments)
        + (1 + drift.fit * risen) * fit
        + (1 + drift.intent * risen) * intent
        + level_effects({"owner": scenario.leniency.reps}, codes)
        + scenario.duplicates.effect * (codes["duplicate"] == words.DUPLICATE.index("yes"))
    )
    return total


def drift_ramp(scenario: Scenario, moments: Seconds) -> Reals:
    """How far drift has come at moments, from 0 to 1."""
    span = scenario.calendar.days * DAY
    begin = seconds(scenario.calendar.end) - span
    return ramp(moments, begin + scenario.drift.start * span, begin + scenario.drift.end * span)


def level_effects(levels: Levels, codes: dict[str, Codes]) -> Reals:
    """The sum of the effects of each column's recorded level; a level that is not named has none."""
    total = np.zeros(len(next(iter(codes.values()))))
    for column, effects in levels.items():
        total += np.array([effects.get(level, 0.0) for level in words.COLUMNS[column]])[codes[column]]
    return total


def is_among(column: str, levels: tuple[str, ...], codes: dict[str, Codes]) -> NDArray[np.bool_]:
    """Where a column's recorded level is one of `levels`."""
    return np.array([level in levels for level in words.COLUMNS[column]])[codes[column]]


def _shaped(term: Term, seen: Seen) -> Reals:
    value = seen.of(term.measure)
    if term.shape == "log1p":
        return np.log1p(value)
    if term.shape == "saturating":
        return value / (value + term.at)
    if term.shape == "step":
        return (value >= term.at).astype(np.float64)
    return value


def unknown_names(verdict: Verdict) -> list[str]:
    """Columns and levels that a verdict names and the world does not have."""
    named = [(column, level) for column, effects in verdict.levels.items() for level in effects]
    named += [(column, level) for rule in verdict.rules for column, levels in rule.levels.items() for level in levels]
    return [f"{column} {level}" for column, level in named if level not in words.COLUMNS.get(column, ())]
