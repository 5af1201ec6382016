"""The named worlds, frozen by version: a change of any of them is a new version and a line in CHANGELOG.

Never computes anything. Intercepts were set so that a fifth to a quarter of MQLs become SQLs; weights are log-odds.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mqlgate.simulate.mechanisms import (
    AccountSurge,
    AfterMql,
    Dirt,
    Drift,
    Duplicates,
    FieldChanges,
    FollowUp,
    HeavyTail,
    LateRecords,
    Leniency,
    Missing,
    PointInflation,
    Revival,
    Season,
    SecondThoughts,
    SelfExcitation,
)
from mqlgate.simulate.scenario import Crowd, Measure, Qualification, Rule, Scenario, Term, Verdict
from mqlgate.simulate.vocabulary import COMMERCIAL

SCENARIOS_VERSION: Final = 1

_FIT: Final[Mapping[str, Mapping[str, float]]] = {
    "seniority": {"C-level": 0.5, "VP": 0.7, "director": 0.5, "specialist": -0.5, "student": -1.6, "missing": -0.5},
    "function": {
        "marketing": 0.4, "revenue operations": 0.7, "sales": 0.3, "IT and engineering": -0.2, "human resources": -0.6,
    },
    "company_size": {
        "1-10": -1.0, "11-50": -0.2, "51-200": 0.4, "201-500": 0.5, "501-1000": 0.4, "1001-5000": 0.1, "5001+": -0.4,
        "missing": -0.3,
    },
    "budget": {"under 10k": -0.5, "10k-50k": 0.3, "50k-100k": 0.5, "over 100k": 0.6},
    "industry": {"Software": 0.4, "Financial Services": 0.2, "Retail": -0.3, "Education": -0.7},
    "country": {"AU": -2.0, "JP": -2.0},
    "email": {"free": -0.6, "student": -1.5, "role": -0.4, "missing": -0.8},
    "source": {"organic": 0.3, "referral": 0.7, "webinar": 0.1, "paid_social": -0.5, "outbound": -0.9, "partner": 0.3},
    "tech": {"CRM": 0.3},
}  # fmt: skip

_INTENT: Final = (
    Term(Measure("decayed", ("high",), 14.0), 0.8),
    Term(Measure("decayed", ("medium",), 14.0), 0.4),
    Term(Measure("decayed", ("low",), 14.0), 0.1),
    Term(Measure("silence"), -0.02, "linear"),
)

_MIDDLE: Final = ("51-200", "201-500", "501-1000")
_BUYERS: Final = ("marketing", "revenue operations", "sales")
_REPS: Final = Leniency(
    {"Ana Ruiz": 0.3, "Ben Okafor": 0.15, "Elif Kaya": -0.2, "Grace Chen": 0.1, "Hugo Silva": -0.45}
)

BARE: Final = Scenario(
    name="bare",
    words="the linear verdict with every mechanism off, to plant one alone.",
    verdict=Verdict(-2.02, _FIT, _INTENT),
)

_LINEAR: Final = replace(
    BARE,
    name="linear",
    words="additive effects of fit and of decayed intent; stationary.",
    missing=Missing(1.0),
    dirt=Dirt(spelling=0.25, garbage=0.02),
    field_changes=FieldChanges(filled=1.2, corrected=0.2),
    late_records=LateRecords(share=0.08, days=2.0, outcome_days=(1.0, 4.0), outcome_shares=(0.06, 0.02)),
    duplicates=Duplicates(share=0.02, effect=-0.8),
    season=Season(weekly=0.7, yearly=0.15),
    self_excitation=SelfExcitation(branching=0.55),
    revival=Revival(share=0.12),
    account_surge=AccountSurge(share=0.06),
    leniency=_REPS,
    after_mql=AfterMql(acts=0.05, replies=0.01, meetings=0.003, lift=2.0),
    second_thoughts=SecondThoughts(share=0.02),
)

_THRESHOLDS: Final = replace(
    _LINEAR,
    name="thresholds_and_interactions",
    words="steps, windows and products of fit and intent, which no sum of effects can tell; stationary.",
    verdict=Verdict(
        intercept=-1.76,
        levels={
            "seniority": {"student": -1.6, "specialist": -0.3, "missing": -0.4},
            "email": {"free": -0.5, "student": -1.2, "role": -0.3, "missing": -0.6},
            "country": {"AU": -2.0, "JP": -2.0},
            "source": {"referral": 0.5, "paid_social": -0.4, "outbound": -0.7},
            "budget": {"under 10k": -0.4, "50k-100k": 0.4, "over 100k": 0.4},
        },
        terms=(
            Term(Measure("decayed", ("high",), 14.0), 0.5),
            Term(Measure("count", ("high",), 30.0), 0.6, "step", 2.0),
            Term(Measure("breadth", (), 30.0), 0.5, "step", 5.0),
            Term(Measure("silence"), -0.8, "step", 30.0),
            Term(Measure("together", ("pricing_view", "demo_request"), 2.0), 1.0, "step", 1.0),
            Term(Measure("others_active", COMMERCIAL, 7.0), 0.8, "step", 2.0),
        ),
        rules=(
            Rule(1.1, {"company_size": _MIDDLE, "industry": ("Software", "Financial Services")}),
            Rule(-0.8, {"company_size": ("1-10", "5001+")}),
            Rule(0.9, {"seniority": ("C-level", "VP", "director"), "function": _BUYERS}),
            Rule(1.0, {"seniority": ("VP", "director")}, ((Measure("count", ("pricing_view",), 30.0), 1.0),)),
            Rule(0.7, {"tech": ("CRM",)}, ((Measure("count", ("integration_page",), 90.0), 1.0),)),
        ),
    ),
)  # fmt: skip

_HEAVY: Final = replace(
    _LINEAR,
    name="heavy_tailed_activity",
    words="a few leads act without end, and what counts saturates; stationary.",
    verdict=Verdict(
        -1.95,
        _FIT,
        (
            Term(Measure("decayed", ("high",), 14.0), 2.2, "saturating", 1.5),
            Term(Measure("decayed", ("medium",), 14.0), 0.9, "saturating", 2.0),
            Term(Measure("silence"), -0.02, "linear"),
        ),
    ),
    qualification=Qualification(points=18.0),
    heavy_tail=HeavyTail(spread=0.6, index=1.5),
)

_WEAK: Final = replace(
    _LINEAR,
    name="weak_signal",
    words="an eighth of the linear effects: hardly anything can be known; stationary.",
    verdict=Verdict(
        -1.08,
        {column: {level: effect / 8 for level, effect in levels.items()} for column, levels in _FIT.items()},
        tuple(replace(term, weight=term.weight / 8) for term in _INTENT),
    ),
    leniency=Leniency(),
    after_mql=AfterMql(),
)

_DRIFT: Final = replace(
    _LINEAR,
    name="drift",
    words="the linear world, but level, mix of sources, strength of effects and sales' delay change over time.",
    verdict=replace(_LINEAR.verdict, intercept=-1.78),
    season=Season(weekly=0.7, yearly=0.15, verdict=0.15),
    drift=Drift(base=-0.5, fit=-0.3, intent=0.5, delay=0.25, mix=0.8),
)

_ACCOUNT: Final = replace(
    _LINEAR,
    name="account_driven",
    words="what the account's other contacts do decides more than what the lead does; stationary.",
    crowd=Crowd(more_contacts=3.5),
    verdict=Verdict(
        -1.72,
        {column: {level: effect / 2 for level, effect in levels.items()} for column, levels in _FIT.items()},
        (
            Term(Measure("decayed", ("high",), 14.0), 0.3),
            Term(Measure("others_decayed", COMMERCIAL, 14.0), 0.8),
            Term(Measure("others_active", COMMERCIAL, 7.0), 1.2, "step", 2.0),
            Term(Measure("silence"), -0.01, "linear"),
        ),
    ),
    account_surge=AccountSurge(share=0.35, acts=3.0),
)

_AFTER: Final = replace(
    _THRESHOLDS,
    name="after_the_mql",
    words="replies, meetings and the speed of the first touch tell more once sales is at work; stationary.",
    verdict=replace(_THRESHOLDS.verdict, intercept=-1.52),
    after_mql=AfterMql(acts=0.06, replies=0.03, meetings=0.006, lift=3.0),
    follow_up=FollowUp(effect=-0.7, late_days=1.5),
)

_INFLATION: Final = replace(
    _LINEAR,
    name="point_inflation",
    words="mail scanners open and click for a quarter of the leads, and low-tier acts mean nothing; stationary.",
    verdict=Verdict(-2.08, _FIT, (_INTENT[0], _INTENT[1], _INTENT[3])),
    point_inflation=PointInflation(share=0.25),
)


def _longer(measure: Measure) -> Measure:
    """The same measure over one and a half times the span."""
    return replace(measure, days=1.5 * measure.days)


_MIXED: Final = replace(
    _THRESHOLDS,
    name="mixed",
    words="a bit of everything: thresholds with spans of time of their own, heavy tails, drift, lateness, inflation.",
    verdict=Verdict(
        -1.79,
        _THRESHOLDS.verdict.levels,
        tuple(replace(term, measure=_longer(term.measure)) for term in _THRESHOLDS.verdict.terms),
        tuple(
            replace(rule, at_least=tuple((_longer(what), least) for what, least in rule.at_least))
            for rule in _THRESHOLDS.verdict.rules
        ),
    ),
    heavy_tail=HeavyTail(spread=0.3, index=1.8),
    drift=Drift(base=0.3, fit=0.2, intent=-0.25, delay=-0.15, mix=-0.4),
    late_records=LateRecords(share=0.2, days=4.0, outcome_days=(2.0, 7.0), outcome_shares=(0.15, 0.05)),
    point_inflation=PointInflation(share=0.08),
    follow_up=FollowUp(effect=-0.4),
)

SCENARIOS: Final[Mapping[str, Scenario]] = {
    each.name: each for each in (_LINEAR, _THRESHOLDS, _HEAVY, _WEAK, _DRIFT, _ACCOUNT, _AFTER, _INFLATION, _MIXED)
}
