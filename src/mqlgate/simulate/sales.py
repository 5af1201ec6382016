"""What sales does with a lead once it is an MQL: touches, verdicts, reasons, deals. It draws from the laws of `odds`.

Nothing latent enters but chance itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate import domain
from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, NEVER, Reals, SalesClock, Seconds
from mqlgate.simulate.delays import drawn, logistic
from mqlgate.simulate.odds import HORIZON_DAYS, Prospects, outcome_lags
from mqlgate.simulate.people import Codes, Leads
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.scenario import Measure, Scenario
from mqlgate.simulate.seen import Seen
from mqlgate.simulate.verdict import drift_ramp, is_among, level_effects, log_odds

DEMO_LATELY = Measure("count", ("demo_request",), 14.0)
"""What speeds up an acceptance, where `sales.after_demo` says so."""
REASONS = tuple(domain.REJECTION_REASONS)
_REASON_WEIGHTS = {
    "poor_company_fit": 1.0, "wrong_company_size": 0.3, "wrong_contact_role": 0.6, "student_vendor_or_competitor": 0.15,
    "no_business_need": 2.5, "already_a_customer": 0.5, "duplicate": 0.03, "unsupported_geography": 0.0,
    "no_response": 3.0, "timing_not_active": 2.0, "no_budget": 1.2, "bad_contact_data": 0.4,
}  # fmt: skip
_MORE_LIKELY: tuple[tuple[str, str, tuple[str, ...], float], ...] = (
    ("wrong_company_size", "company_size", ("1-10", "5001+"), 4.0),
    ("wrong_contact_role", "seniority", ("specialist", words.MISSING), 2.0),
    ("wrong_contact_role", "function", ("human resources",), 2.0),
    ("student_vendor_or_competitor", "seniority", ("student",), 8.0),
    ("student_vendor_or_competitor", "email", ("student",), 12.0),
    ("duplicate", "duplicate", ("yes",), 40.0),
    ("unsupported_geography", "country", ("AU", "JP"), 30.0),
    ("no_budget", "budget", ("under 10k",), 2.0),
    ("bad_contact_data", "email", ("free", words.MISSING), 1.5),
    ("no_response", "source", ("outbound", "paid_social"), 2.0),
    ("poor_company_fit", "industry", ("Education", "Retail"), 2.0),
)
"""Reason, column, levels, weight on top: a reason's weight grows where the recorded level is one of these."""


@dataclass(frozen=True)
class Sold:
    """What became of leads in the end, one entry a lead; NEVER where it did not happen.

    `*_seen`: when it was recorded. `closed`: the end of an accepted lead's deal, `won` or lost. `reason`, a position in
    REASONS, is meant where there is a rejection.
    """

    touched: Seconds
    accepted: Seconds
    accepted_seen: Seconds
    rejected: Seconds
    rejected_seen: Seconds
    reason: NDArray[np.int64]
    closed: Seconds
    closed_seen: Seconds
    won: NDArray[np.bool_]
    amount: Reals
    will_be_accepted: NDArray[np.bool_]

    @property
    def decided_seen(self) -> Seconds:
        """When a first verdict was recorded."""
        return np.minimum(self.accepted_seen, self.rejected_seen)


def prospects_of(
    scenario: Scenario, leads: Leads, codes: dict[str, Codes], seen: Seen, moments: Seconds, early: Seconds
) -> Prospects:
    """What is known of leads at `moments`, by `seen` and `codes`. `early`: when sales touched them by itself."""
    sales, wins = scenario.sales, scenario.wins
    factor = np.ones(len(leads))
    for column, levels in sales.slower.items():
        factor *= np.array([levels.get(level, 1.0) for level in words.COLUMNS[column]])[codes[column]]
    asked = seen.of(DEMO_LATELY) >= 1
    amounts = np.array([wins.amount_levels.get(level, 1.0) for level in words.SIZE])[codes["company_size"]]
    medians = np.array([sales.touch_median.get(rep, sales.touch_median_else) for rep in words.REPS])
    return Prospects(
        moment=moments,
        log_odds=log_odds(scenario, codes, seen, moments),
        accept_median=sales.accept_median
        * factor
        * np.where(asked, sales.after_demo, 1.0)
        * np.exp(scenario.drift.delay * drift_ramp(scenario, moments)),
        touch_median=medians[codes["owner"]],
        touched_early=early <= moments,
        win_log_odds=wins.intercept + level_effects(wins.levels, codes),
        amount=wins.amount * amounts,
    )


def early_touches(scenario: Scenario, leads: Leads, chance: Chance) -> Seconds:
    """When sales touches a lead without waiting for marketing; NEVER for most."""
    draw = chance.of("early touches")
    chosen = draw.random(len(leads)) < scenario.sales.touched_early
    at = leads.created + np.ceil(draw.exponential(12 * DAY, len(leads))).astype(np.int64)
    return np.where(chosen, at, NEVER)


def sell(
    scenario: Scenario, prospects: Prospects, codes: dict[str, Codes], early: Seconds, chance: Chance, name: str
) -> Sold:
    """What becomes of leads that are MQLs since their moments. `name` distinguishes draws of the same chance."""
    sales, clock, many = scenario.sales, SalesClock(scenario.sales.office_hours), len(prospects.moment)
    moment = prospects.moment

    def level(what: str) -> Reals:
        return np.clip(chance.of(f"{name}: {what}").random(many), 1e-12, 1 - 1e-12)

    waited = drawn(level("touch"), prospects.touch_median, sales.touch_shape)
    waited = np.where(level("never touched") < sales.never_touched, np.inf, waited)
    waited = np.where(prospects.touched_early, 0.0, waited)
    late = waited > scenario.follow_up.late_days
    would = level("verdict") < logistic(prospects.log_odds + scenario.follow_up.effect * late)
    delay = drawn(level("acceptance"), prospects.accept_median, sales.accept_shape)
    accepted = np.where(would, clock.after(moment, delay), NEVER)
    rejects = np.where(
        would, level("second thoughts") < scenario.second_thoughts.share, level("undecided") >= sales.undecided
    )
    refusal = drawn(level("rejection"), np.full(many, sales.reject_median), sales.reject_shape)
    rejected = np.where(rejects, clock.after(moment, refusal), NEVER)
    accepted_seen = _recorded(scenario, accepted, level("record of the acceptance"))
    rejected_seen = _recorded(scenario, rejected, level("record of the rejection"))
    touched = np.where(prospects.touched_early, early, clock.after(moment, waited))
    decided = np.minimum(accepted_seen, rejected_seen)
    wins = scenario.wins
    won = level("win") < logistic(prospects.win_log_odds)
    closing = drawn(level("deal"), np.full(many, wins.median), wins.shape)
    closed = np.where(would, clock.after(np.where(would, accepted, moment), closing), NEVER)
    amount = prospects.amount * np.exp(wins.amount_spread * chance.of(f"{name}: amount").standard_normal(many))
    return Sold(
        touched=np.where(touched < decided, touched, NEVER),
        accepted=accepted,
        accepted_seen=accepted_seen,
        rejected=rejected,
        rejected_seen=rejected_seen,
        reason=_reasons(codes, level("reason")),
        closed=closed,
        closed_seen=_recorded(scenario, closed, level("record of the deal")),
        won=won & would,
        amount=np.round(amount, -1),
        will_be_accepted=would,
    )


def in_time(sold: Sold, moments: Seconds) -> NDArray[np.bool_]:
    """Whether leads were accepted within the horizon of their moments, bounds included."""
    return (sold.accepted < NEVER) & (sold.accepted - moments <= round(HORIZON_DAYS * DAY))


def reason_probabilities(codes: dict[str, Codes]) -> Reals:
    """P(reason | rejected), one row a lead and one column a code of the closed list."""
    weights = np.tile([_REASON_WEIGHTS[reason] for reason in REASONS], (len(codes["source"]), 1))
    for reason, column, levels, more in _MORE_LIKELY:
        weights[:, REASONS.index(reason)] += more * is_among(column, levels, codes)
    shares: Reals = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _reasons(codes: dict[str, Codes], level: Reals) -> NDArray[np.int64]:
    edges = np.cumsum(reason_probabilities(codes), axis=1)
    chosen: NDArray[np.int64] = (edges[:, :-1] < level[:, None]).sum(axis=1)
    return chosen


def _recorded(scenario: Scenario, at: Seconds, level: Reals) -> Seconds:
    """When something that sales did is recorded."""
    lags = outcome_lags(scenario)
    edges = np.cumsum([share for _, share in lags])[:-1]
    days = np.array([lag for lag, _ in lags])[np.searchsorted(edges, level, side="right")]
    return np.where(at < NEVER, at + np.rint(days * DAY).astype(np.int64), NEVER)
