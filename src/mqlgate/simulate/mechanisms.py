"""The mechanisms of a simulated world: each a frozen table of parameters, off when made without arguments.

Never draws a number. Log-odds are natural; days are of 86,400 seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Missing:
    """Values that nobody filled in: times the usual share of each column."""

    share: float = 0.0


@dataclass(frozen=True)
class Dirt:
    """Share of values in another spelling (`51 to 200`, `vp, ops`), and of values that say nothing (`n/a`, `asdf`)."""

    spelling: float = 0.0
    garbage: float = 0.0


@dataclass(frozen=True)
class FieldChanges:
    """Fields that change: a missing value is filled in, a known one corrected, with these rates a year."""

    filled: float = 0.0
    corrected: float = 0.0


@dataclass(frozen=True)
class LateRecords:
    """Records that reach the CRM after what they tell: share and mean delay in days, of acts and changes of fields.

    `outcome_days` and `outcome_shares`: delays of the verdicts' records; what the shares leave is recorded at once.
    """

    share: float = 0.0
    days: float = 2.0
    outcome_days: tuple[float, ...] = ()
    outcome_shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Duplicates:
    """Share of leads that are another lead once more. They have an effect of their own on the log-odds."""

    share: float = 0.0
    effect: float = 0.0


@dataclass(frozen=True)
class Season:
    """Arrivals and acts: `weekly` fewer of them at weekends, most by day; `yearly` more in autumn than in spring.

    `verdict`: the log-odds swing by so much with the year.
    """

    weekly: float = 0.0
    yearly: float = 0.0
    verdict: float = 0.0


@dataclass(frozen=True)
class Drift:
    """What changes over time, on a ramp r from 0 at `start` to 1 at `end` (shares of the span).

    `base` * r is added to the log-odds; effects of columns and of acts become 1 + `fit` * r and 1 + `intent` * r times
    what they were; the acceptance median becomes exp(`delay` * r) times longer; sources shift by `mix` * r towards paid
    and outbound.
    """

    base: float = 0.0
    fit: float = 0.0
    intent: float = 0.0
    delay: float = 0.0
    mix: float = 0.0
    start: float = 0.2
    end: float = 0.9


@dataclass(frozen=True)
class SelfExcitation:
    """Each act triggers others: `branching` on average, `session` of them within minutes, the rest within `days`."""

    branching: float = 0.0
    session: float = 0.55
    minutes: float = 6.0
    days: float = 2.5


@dataclass(frozen=True)
class HeavyTail:
    """Some leads act without end: interest's spread grows by `spread`, and offspring are Pareto with index `index`."""

    spread: float = 0.0
    index: float = 0.0


@dataclass(frozen=True)
class Revival:
    """Share of leads that come back after months with a second wave of acts, `size` times the first."""

    share: float = 0.0
    size: float = 0.7


@dataclass(frozen=True)
class AccountSurge:
    """Share of accounts whose contacts act together for a few days, `acts` each, on commercial pages above all."""

    share: float = 0.0
    acts: float = 4.0
    days: float = 4.0


@dataclass(frozen=True)
class PointInflation:
    """Share of leads whose mail scanner opens and clicks everything: `acts` low-tier acts that mean nothing."""

    share: float = 0.0
    acts: float = 60.0


@dataclass(frozen=True)
class Leniency:
    """Reps judge differently: log-odds by rep, recorded with the lead from its creation."""

    reps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class FollowUp:
    """A first touch later than `late_days` on sales' clock adds `effect` to the log-odds. At the MQL it is to come."""

    effect: float = 0.0
    late_days: float = 1.0


@dataclass(frozen=True)
class AfterMql:
    """What leads do while sales works them, until a verdict is recorded: acts of all types, replies and meetings.

    A Poisson stream with these rates a day, in place of marketing's stream, which pauses. Leads that will be accepted
    do `lift` times as many; so each act adds log(`lift`) to the log-odds, and silence takes some away.
    """

    acts: float = 0.0
    replies: float = 0.0
    meetings: float = 0.0
    lift: float = 1.0


@dataclass(frozen=True)
class SecondThoughts:
    """Share of leads to be accepted that sales rejects first, after a rejection's usual delay."""

    share: float = 0.0
