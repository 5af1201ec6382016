"""The truth in closed form: P(accepted within the horizon) at the MQL moment, and later while a lead is open.

Let A be whether sales would ever accept the lead, D the delay of that, H the horizon, both on sales' clock; q = P(A) as
known. At the MQL moment

    p = q F_D(H),    q = (1 - w) sigma(eta) + w sigma(eta + late)

with eta the verdict's log-odds and w the probability that the first touch will be late (0 or 1 once that is known).

At age t, while no verdict is on record, three more things are known: that neither an acceptance nor a rejection has
been recorded, whether sales has touched the lead, and what the lead did meanwhile. With S = 1 - F, records that are
late by l_k with probability pi_k, u the share of leads that are never decided on, e that of second thoughts, S_R the
survival of a rejection's delay, and n acts seen where L were to be expected of a lead that will not be accepted:

    to come = sum_k pi_k (F_D(H) - F_D(t - l_k))+          in time and not on record yet
    silent  = sum_k pi_k S_D(t - l_k)                      accepted at any time and not on record yet
    spared  = 1 - e + e sum_k pi_k S_R(t - l_k)            nor rejected at first
    refused = u + (1 - u) sum_k pi_k S_R(t - l_k)          of those that would not be accepted
    lift    = b^n exp(-(b - 1) L)                          likelihood ratio of a Poisson stream

    p = q to_come spared lift / (q silent spared lift + (1 - q) refused)

All of it is exact, but for moments being rounded to the second. Nothing here draws a number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate import domain
from mqlgate.simulate.clocks import DAY, Reals, SalesClock, Seconds
from mqlgate.simulate.delays import arrived, logistic, waiting
from mqlgate.simulate.scenario import Scenario

HORIZON_DAYS = domain.DEFAULT_HORIZON_DAYS
WON_HORIZON_DAYS = domain.DEFAULT_WON_HORIZON_DAYS
_QUANTILES = 96


@dataclass(frozen=True)
class Prospects:
    """What is known of leads at the moments at which they become MQLs, one entry a lead."""

    moment: Seconds
    log_odds: Reals
    accept_median: Reals
    touch_median: Reals
    touched_early: NDArray[np.bool_]
    win_log_odds: Reals
    amount: Reals
    """The median amount of a won deal."""


def probability_touched_late(scenario: Scenario, prospects: Prospects) -> Reals:
    """The w of the MQL moment: P(first touch later than the follow-up's limit, or never)."""
    late = _untouched(scenario, prospects, np.full(len(prospects.moment), scenario.follow_up.late_days))
    return np.where(prospects.touched_early, 0.0, late)


def ever_accepted(scenario: Scenario, prospects: Prospects, touched_late: Reals) -> Reals:
    """q: P(sales would ever accept), where a late first touch has probability `touched_late`."""
    prompt = logistic(prospects.log_odds)
    if scenario.follow_up.effect == 0:
        return prompt
    return (1 - touched_late) * prompt + touched_late * logistic(prospects.log_odds + scenario.follow_up.effect)


def at_mql(scenario: Scenario, prospects: Prospects) -> Reals:
    """P(SQL within the horizon), given all that is known at the MQL moment."""
    q = ever_accepted(scenario, prospects, probability_touched_late(scenario, prospects))
    return q * arrived(_horizon(scenario, prospects), prospects.accept_median, scenario.sales.accept_shape)


def while_open(
    scenario: Scenario, prospects: Prospects, at: int, touched: Seconds, acts_since: NDArray[np.int64]
) -> Reals:
    """P(SQL within the horizon), given all that is known at `at` of leads that are open then.

    `touched`: moments of the first touch, anything later than `at` where there was none. `acts_since`: acts since
    the MQL moment that were seen by `at`.
    """
    sales, clock = scenario.sales, SalesClock(scenario.sales.office_hours)
    q = ever_accepted(scenario, prospects, _touched_late_by(scenario, prospects, clock, at, touched))
    by_horizon = arrived(_horizon(scenario, prospects), prospects.accept_median, sales.accept_shape)
    to_come, silent, unrefused = (np.zeros(len(q)) for _ in range(3))
    for lag, share in outcome_lags(scenario):
        age = clock.elapsed(prospects.moment, np.full(len(q), at - round(lag * DAY)))
        by_now = arrived(age, prospects.accept_median, sales.accept_shape)
        to_come += share * np.maximum(by_horizon - by_now, 0.0)
        silent += share * (1 - by_now)
        unrefused += share * waiting(age, sales.reject_median, sales.reject_shape)
    spared = 1 - scenario.second_thoughts.share * (1 - unrefused)
    refused = sales.undecided + (1 - sales.undecided) * unrefused
    lifted = q * spared * _lift(scenario, prospects, at, acts_since)
    return lifted * to_come / (lifted * silent + (1 - q) * refused)


def won_given_sql(scenario: Scenario, prospects: Prospects) -> Reals:
    """P(won within its horizon of the MQL moment | accepted within the horizon), as known at the MQL moment.

    The integral over the acceptance's delay is a sum over the middles of equally likely parts.
    """
    sales, wins, clock = scenario.sales, scenario.wins, SalesClock(scenario.sales.office_hours)
    by_horizon = arrived(_horizon(scenario, prospects), prospects.accept_median, sales.accept_shape)
    until = clock.elapsed(prospects.moment, prospects.moment + round(WON_HORIZON_DAYS * DAY))
    in_time = np.zeros(len(by_horizon))
    for part in range(_QUANTILES):
        level = by_horizon * (part + 0.5) / _QUANTILES
        accepted = prospects.accept_median * (level / (1 - level)) ** (1 / sales.accept_shape)
        in_time += arrived(until - accepted, wins.median, wins.shape) / _QUANTILES
    return logistic(prospects.win_log_odds) * in_time


def outcome_lags(scenario: Scenario) -> tuple[tuple[float, float], ...]:
    """Days by which the record of a verdict is late, with their probabilities."""
    late = scenario.late_records
    return ((0.0, 1 - sum(late.outcome_shares)), *zip(late.outcome_days, late.outcome_shares, strict=True))


def _horizon(scenario: Scenario, prospects: Prospects) -> Reals:
    clock = SalesClock(scenario.sales.office_hours)
    return clock.elapsed(prospects.moment, prospects.moment + round(HORIZON_DAYS * DAY))


def _untouched(scenario: Scenario, prospects: Prospects, days: Reals) -> Reals:
    """P(no first touch within `days` of sales' clock)."""
    never = scenario.sales.never_touched
    return never + (1 - never) * waiting(days, prospects.touch_median, scenario.sales.touch_shape)


def _touched_late_by(scenario: Scenario, prospects: Prospects, clock: SalesClock, at: int, touched: Seconds) -> Reals:
    """The w that is known at `at`: 0 or 1 once there was a touch, else P(late | none yet)."""
    late = scenario.follow_up.late_days
    was = touched <= at
    age = clock.elapsed(prospects.moment, np.full(len(touched), at))
    took = clock.elapsed(prospects.moment, np.minimum(touched, at))
    still = _untouched(scenario, prospects, np.maximum(age, late)) / _untouched(scenario, prospects, age)
    known: Reals = np.where(prospects.touched_early, 0.0, np.where(was, took > late, still))
    return known


def _lift(scenario: Scenario, prospects: Prospects, at: int, acts_since: NDArray[np.int64]) -> Reals:
    """Likelihood ratio of the acts seen since the MQL moment, some of which are recorded late.

    An act of d days ago is seen by now with probability 1 - share * exp(-d / days late); L is the integral of that,
    times the rates.
    """
    after, late = scenario.after_mql, scenario.late_records
    if not scenario.sales_listens:
        return np.ones(len(prospects.moment))
    days = np.maximum((at - prospects.moment) / DAY, 0.0)
    visible = days - late.share * late.days * (1 - np.exp(-days / late.days))
    expected = (after.acts + after.replies + after.meetings) * visible
    return np.asarray(np.exp(acts_since * np.log(after.lift) - (after.lift - 1) * expected), dtype=np.float64)
