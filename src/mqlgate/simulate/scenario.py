"""What a simulated world is made of: frozen parameters, nothing else. Never draws a number.

A `Scenario` has settings, which every world needs, and mechanisms, which it may do without. A mechanism that is made
without arguments is off: `Drift()`, `PointInflation()`. So each can be planted alone
(`replace(BARE, drift=Drift(base=1))`) or taken out (`scenario.without("drift")`). Log-odds are natural; days are of
86,400 seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final, Literal

from mqlgate.errors import InputError
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

END: Final = datetime(2026, 6, 30, 14, 0)
"""The end of every simulated CRM: a Tuesday, UTC. Fixed, so that the same seed gives the same CRM on any day."""

Levels = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Measure:
    """A number that an observer can read off the acts seen at a moment.

    - `decayed`: sum over `acts` of 2^(-days ago / `days`)
    - `count`: acts at most `days` ago, bounds included
    - `silence`: days since the last of `acts` (since creation where there is none), at most 365
    - `breadth`: different types at most `days` ago
    - `together`: 1 where two of `acts`, of different types, lie at most `days` apart, else 0
    - `others_active`: other contacts of the account with one of `acts` at most `days` ago
    - `others_decayed`: the decayed sum over those contacts

    `acts` names types or tiers; empty is every act.
    """

    what: Literal["decayed", "count", "silence", "breadth", "together", "others_active", "others_decayed"]
    acts: tuple[str, ...] = ()
    days: float = 30.0


@dataclass(frozen=True)
class Term:
    """An addend of the verdict's log-odds: `weight` times a shape of a measure x.

    `log1p`: log(1 + x). `linear`: x. `step`: 1 where x >= `at`, else 0. `saturating`: x / (x + `at`).
    """

    measure: Measure
    weight: float
    shape: Literal["log1p", "linear", "step", "saturating"] = "log1p"
    at: float = 1.0


@dataclass(frozen=True)
class Rule:
    """An interaction: `effect` on the log-odds where all conditions hold at once.

    `levels` maps a column to the levels that fulfil it; `at_least` holds pairs of measure and least value.
    """

    effect: float
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at_least: tuple[tuple[Measure, float], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Log-odds that sales would accept a lead: intercept + levels of recorded columns + terms + rules.

    A level that is not named adds nothing. Nothing latent enters: this is all that the truth depends on, beside the
    calendar and the rep.
    """

    intercept: float
    levels: Levels = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """The span of time, and how much faster accounts come at its end than at its start."""

    end: datetime = END
    days: int = 730
    growth: float = 0.3


@dataclass(frozen=True)
class Crowd:
    """Accounts and contacts: those after the first are negative-binomial with that mean, and arrive exponentially."""

    more_contacts: float = 1.6
    most_contacts: int = 14
    arrival_days: float = 45.0


@dataclass(frozen=True)
class Interest:
    """Latent interest and the stream that it drives. It is seen in acts alone.

    A lead's interest u is normal, correlated by `shared` within its account. Acts that nothing triggered arrive at
    `acts` * exp(`spread` * u - age / `days`) / `days` a day from creation on; high interest tilts them to higher tiers
    (`tilt`). After the MQL moment only `after_mql` of all acts go on: sales has taken over.
    """

    acts: float = 9.0
    days: float = 60.0
    spread: float = 0.7
    shared: float = 0.35
    tilt: float = 0.35
    after_mql: float = 0.5


@dataclass(frozen=True)
class Qualification:
    """Marketing's rule: points of the last `window_days` as recorded, or a demo request at once; and some by hand.

    The points that a lead needs are `points` * exp(`spread` * z), times `unfit` for free-mail and student addresses.
    """

    points: float = 26.0
    spread: float = 0.3
    unfit: float = 1.4
    window_days: float = 90.0
    demo_at_once: float = 0.95
    by_hand: float = 0.2
    by_hand_days: float = 120.0
    minutes: float = 12.0


@dataclass(frozen=True)
class Sales:
    """When sales decides. Delays from the MQL moment are log-logistic: F(t) = 1 / (1 + (median / t)^shape).

    They run on sales' clock: in office hours alone where `office_hours` is set, seven days to the week, so that a delay
    of 55 days is about 55 days of the calendar. A lead that would not be accepted is never decided on with probability
    `undecided`. `slower` maps levels of columns to factors of the acceptance median; a demo request of the last
    fortnight is another, `after_demo`. Medians of the first touch are by rep.
    """

    accept_median: float = 52.0
    accept_shape: float = 2.6
    reject_median: float = 6.0
    reject_shape: float = 1.5
    undecided: float = 0.15
    slower: Levels = field(default_factory=lambda: {"company_size": {"1-10": 0.85, "1001-5000": 1.15, "5001+": 1.3}})
    after_demo: float = 0.8
    touch_median: Mapping[str, float] = field(
        default_factory=lambda: {"Ben Okafor": 0.3, "Grace Chen": 0.4, "Elif Kaya": 1.6, "Hugo Silva": 3.0}
    )
    touch_median_else: float = 0.9
    touch_shape: float = 1.2
    never_touched: float = 0.04
    touched_early: float = 0.03
    office_hours: bool = True


@dataclass(frozen=True)
class Wins:
    """What becomes of SQLs: won with these log-odds, after a log-logistic delay; amounts are log-normal."""

    intercept: float = -1.1
    levels: Levels = field(
        default_factory=lambda: {
            "company_size": {"51-200": 0.3, "201-500": 0.3, "5001+": -0.4},
            "source": {"referral": 0.4, "partner": 0.3, "outbound": -0.4},
        }
    )
    median: float = 36.0
    shape: float = 2.0
    amount: float = 9_000.0
    amount_spread: float = 0.5
    amount_levels: Mapping[str, float] = field(
        default_factory=lambda: {
            "1-10": 0.3, "11-50": 0.6, "51-200": 1.0, "201-500": 1.7, "501-1000": 2.6, "1001-5000": 4.5, "5001+": 9.0,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """A world: settings and mechanisms. `words` says what it is for, in a sentence."""

    name: str
    words: str
    verdict: Verdict
    calendar: Calendar = field(default_factory=Calendar)
    crowd: Crowd = field(default_factory=Crowd)
    interest: Interest = field(default_factory=Interest)
    qualification: Qualification = field(default_factory=Qualification)
    sales: Sales = field(default_factory=Sales)
    wins: Wins = field(default_factory=Wins)
    missing: Missing = field(default_factory=Missing)
    dirt: Dirt = field(default_factory=Dirt)
    field_changes: FieldChanges = field(default_factory=FieldChanges)
    late_records: LateRecords = field(default_factory=LateRecords)
    duplicates: Duplicates = field(default_factory=Duplicates)
    season: Season = field(default_factory=Season)
    drift: Drift = field(default_factory=Drift)
    self_excitation: SelfExcitation = field(default_factory=SelfExcitation)
    heavy_tail: HeavyTail = field(default_factory=HeavyTail)
    revival: Revival = field(default_factory=Revival)
    account_surge: AccountSurge = field(default_factory=AccountSurge)
    point_inflation: PointInflation = field(default_factory=PointInflation)
    leniency: Leniency = field(default_factory=Leniency)
    follow_up: FollowUp = field(default_factory=FollowUp)
    after_mql: AfterMql = field(default_factory=AfterMql)
    second_thoughts: SecondThoughts = field(default_factory=SecondThoughts)

    @property
    def is_stationary(self) -> bool:
        """Whether a lead's chances do not depend on when it comes."""
        return self.drift == Drift() and self.season.verdict == 0

    @property
    def sales_listens(self) -> bool:
        """Whether acts after the MQL moment tell of the verdict."""
        return self.after_mql != AfterMql()

    @property
    def heeds_colleagues(self) -> bool:
        """Whether the verdict depends on what other contacts of the account do."""
        measures = [term.measure for term in self.verdict.terms]
        measures += [measure for rule in self.verdict.rules for measure, _ in rule.at_least]
        return any(measure.what.startswith("others") for measure in measures)

    @property
    def mechanisms_on(self) -> tuple[str, ...]:
        """Names of the mechanisms that are not off."""
        return tuple(name for name in MECHANISMS if getattr(self, name) != type(getattr(self, name))())

    def without(self, *mechanisms: str) -> "Scenario":
        """The same world with these mechanisms off.

        Raises
        ------
        InputError
            Where one of them is no mechanism.
        """
        for name in mechanisms:
            if name not in MECHANISMS:
                raise InputError("scenario", f'"{name}" is no mechanism', f"one of {', '.join(MECHANISMS)}")
        return replace(self, **{name: type(getattr(self, name))() for name in mechanisms})


SETTINGS: Final = ("name", "words", "verdict", "calendar", "crowd", "interest", "qualification", "sales", "wins")
MECHANISMS: Final = tuple(each.name for each in fields(Scenario) if each.name not in SETTINGS)
