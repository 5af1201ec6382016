"""The truth about leads at a moment, as exact as `odds` states it, and what became of them in the end.

Never part of what an observer sees.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.simulate.clocks import DAY, NEVER, seconds
from mqlgate.simulate.odds import (
    HORIZON_DAYS,
    at_mql,
    ever_accepted,
    probability_touched_late,
    while_open,
    won_given_sql,
)
from mqlgate.simulate.per_lead import either, some
from mqlgate.simulate.sales import REASONS, in_time, prospects_of, reason_probabilities, sell
from mqlgate.simulate.seen import Seen
from mqlgate.simulate.world import World

STATES = ("not_mql", "open", "accepted", "rejected", "expired")


def truth_of(world: World, moment: int, lead_ids: NDArray[np.object_]) -> pd.DataFrame:
    """The truth as of `moment` (seconds since 1970, not after the calendar's end) of the leads that exist then.

    Columns
    -------
    lead_id
    p_sql_at_mql
        P(accepted within 90 days | all known at the MQL moment); null for leads that are no MQL yet.
    p_sql_at_as_of
        The same given all that is known at `moment`, that the lead is still open included; for leads that are no MQL
        yet, as if they became one at `moment`; null for accepted, rejected and expired leads.
    sql_within_horizon
        1 or 0: whether the lead was accepted within 90 days in the end, be it after `moment`; null for leads that are
        no MQL yet.
    state
        One of STATES, as known at `moment`.
    sql_if_qualified_at_as_of
        1 or 0, for leads that are no MQL yet: whether they would be accepted within 90 days, had they become one.
    p_accepted_at_mql
        P(accepted at any time | all known at the MQL moment).
    p_won_given_sql, expected_amount
        P(won within 180 days of the MQL moment | accepted within 90), and the mean amount of a won deal; both as known
        at the MQL moment, and for leads that are no MQL yet at `moment`.
    likeliest_rejection
        Code of the likeliest reason, were the lead rejected; as known at the MQL moment or at `moment`.
    """
    scenario, leads = world.scenario, world.leads
    if moment > seconds(scenario.calendar.end):
        raise ValueError("the world is simulated up to the end of its calendar only")
    mql = world.qualified <= moment
    there = np.flatnonzero(leads.created <= moment)
    now = np.where(mql | (leads.created > moment), NEVER, moment)
    codes_now = world.codes_at(now)
    hypothetical = prospects_of(
        scenario, leads, codes_now, Seen(world.acts, leads, now), now, np.where(mql, NEVER, world.early)
    )
    imagined = sell(scenario, hypothetical, codes_now, world.early, world.chance, f"as if qualified at {moment}")
    state = states_at(world, moment)
    is_open = np.flatnonzero(mql & (state == "open"))
    p_now = np.full(len(leads), np.nan)
    p_now[is_open] = while_open(
        scenario,
        some(world.prospects, is_open),
        moment,
        world.touched_by(moment)[is_open],
        world.acts_since_mql(moment)[is_open],
    )
    waiting = np.flatnonzero(now < NEVER)
    p_now[waiting] = at_mql(scenario, some(hypothetical, waiting))
    codes_mql = world.codes_at(world.qualified)
    codes = {name: np.where(mql, codes_mql[name], codes_now[name]) for name in codes_now}
    known = either(mql, world.prospects, hypothetical)
    late = probability_touched_late(scenario, known)
    table = {
        "lead_id": lead_ids,
        "p_sql_at_mql": np.where(mql, at_mql(scenario, known), np.nan),
        "p_sql_at_as_of": p_now,
        "sql_within_horizon": _yes_or_no(in_time(world.sold, world.qualified), mql),
        "state": state,
        "sql_if_qualified_at_as_of": _yes_or_no(in_time(imagined, now), ~mql),
        "p_accepted_at_mql": np.where(mql, ever_accepted(scenario, known, late), np.nan),
        "p_won_given_sql": won_given_sql(scenario, known),
        "expected_amount": known.amount * np.exp(scenario.wins.amount_spread**2 / 2),
        "likeliest_rejection": np.array(REASONS, dtype=object)[reason_probabilities(codes).argmax(axis=1)],
    }
    return pd.DataFrame({name: values[there] for name, values in table.items()})


def states_at(world: World, moment: int) -> NDArray[np.object_]:
    """The state of each lead as known at `moment`."""
    sold, mql = world.sold, world.qualified <= moment
    over = world.qualified + round(HORIZON_DAYS * DAY) < moment
    return np.select(
        [~mql, sold.accepted_seen <= moment, sold.rejected_seen <= moment, over],
        ["not_mql", "accepted", "rejected", "expired"],
        "open",
    ).astype(object)


def _yes_or_no(answer: NDArray[np.bool_], asked: NDArray[np.bool_]) -> pd.api.extensions.ExtensionArray:
    return pd.arrays.IntegerArray(answer.astype(np.int8), ~asked)
