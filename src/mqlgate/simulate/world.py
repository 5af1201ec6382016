"""A simulated world: all that happened in it, latent things included, as arrays. Runs the mechanisms in their order.

Never writes a table. What an observer gets to see is in `tables`, what is true in `truth`.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.answers import answers, back_to_marketing
from mqlgate.simulate.clocks import NEVER, Seconds, seconds
from mqlgate.simulate.odds import Prospects
from mqlgate.simulate.people import Accounts, Codes, Leads, settle
from mqlgate.simulate.per_lead import either
from mqlgate.simulate.qualification import qualify
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.recorded import Field, fill_in
from mqlgate.simulate.sales import Sold, early_touches, prospects_of, sell
from mqlgate.simulate.scenario import Scenario
from mqlgate.simulate.seen import Seen
from mqlgate.simulate.stream import Acts, act


@dataclass(frozen=True)
class World:
    """All that happened. `qualified` is NEVER for leads that are no MQL at the end; `sold` means nothing there."""

    scenario: Scenario
    chance: Chance
    accounts: Accounts
    leads: Leads
    fields: tuple[Field, ...]
    acts: Acts
    qualified: Seconds
    early: Seconds
    prospects: Prospects
    sold: Sold

    def codes_at(self, moments: Seconds) -> dict[str, Codes]:
        """The recorded level of every column at each lead's moment."""
        return codes_at(self.leads, self.fields, moments)

    def touched_by(self, moment: int) -> Seconds:
        """When sales first touched each lead, as known at `moment`; NEVER where it has not."""
        first = np.where(self.qualified <= moment, self.sold.touched, self.early)
        return np.where(first <= moment, first, NEVER)

    def acts_since_mql(self, moment: int) -> NDArray[np.int64]:
        """Acts of each lead after its MQL moment that were seen by `moment`."""
        since = (self.acts.at > self.qualified[self.acts.lead]) & (self.acts.seen <= moment)
        return np.bincount(self.acts.lead[since], minlength=len(self.leads))


def codes_at(leads: Leads, fields: tuple[Field, ...], moments: Seconds) -> dict[str, Codes]:
    """The recorded level of every column at each lead's moment."""
    title, size, budget = (field.code_at(moments) for field in fields)
    functions = len(words.FUNCTION)
    dated = {"seniority": title // functions, "function": title % functions, "company_size": size, "budget": budget}
    return {**leads.codes, **{name: codes.astype(np.int16) for name, codes in dated.items()}}


def simulate(scenario: Scenario, leads: int, seed: int) -> World:
    """A world of `leads` leads; the same arguments give the same world."""
    chance = Chance(seed)
    accounts, people = settle(scenario, leads, chance)
    fields = fill_in(scenario, people, chance)
    acts = act(scenario, accounts, people, chance)
    qualified = qualify(scenario, people, acts, chance)
    early = early_touches(scenario, people, chance)
    # Sales takes over: part of what marketing set off does not happen any more.
    goes_on = chance.of("after the MQL").random(len(acts)) < scenario.interest.after_mql
    in_time, before = acts.seen <= seconds(scenario.calendar.end), acts.at <= qualified[acts.lead]
    later = acts.where(~before & goes_on & in_time)
    world = World(
        scenario,
        chance,
        accounts,
        people,
        fields,
        acts.where(before & in_time),
        qualified,
        early,
        *_nothing(len(people)),
    )
    if not scenario.sales_listens:
        world = replace(world, acts=world.acts.and_(later))
        return _sold(world, np.flatnonzero(qualified < NEVER), world.acts, chance)
    turn = _turns(people.account, qualified) if scenario.heeds_colleagues else np.where(qualified < NEVER, 0, -1)
    after: list[Acts] = []
    for number in range(int(turn.max(initial=-1)) + 1):
        whose = np.flatnonzero(turn == number)
        involved = _and_colleagues(whose, people.account)
        known = world.acts.where(involved[world.acts.lead]).and_(*(a.where(involved[a.lead]) for a in after))
        world = _sold(world, whose, known, chance)
        after += [
            answers(scenario, qualified, world.sold, whose, Chance(seed, f"turn {number}")),
            back_to_marketing(later.where(turn[later.lead] == number), qualified, world.sold),
        ]
    return replace(world, acts=world.acts.and_(*after))


def _sold(world: World, whose: NDArray[np.intp], known: Acts, chance: Chance) -> World:
    """The world with what sales does with the leads of `whose`, by the acts `known` of them and their colleagues."""
    scenario, leads = world.scenario, world.leads
    chosen = np.zeros(len(leads), dtype=bool)
    chosen[whose] = True
    moments = np.where(chosen, world.qualified, NEVER)
    codes = world.codes_at(moments)
    prospects = prospects_of(scenario, leads, codes, Seen(known, leads, moments), moments, world.early)
    sold = sell(scenario, prospects, codes, world.early, chance, "sales")
    return replace(world, prospects=either(chosen, prospects, world.prospects), sold=either(chosen, sold, world.sold))


def _and_colleagues(whose: NDArray[np.intp], account: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which leads are among `whose` or belong to an account with one of them."""
    its = np.zeros(account.max(initial=0) + 2, dtype=bool)
    its[account[whose]] = True
    its[-1] = False  # where -1, no account, points to
    involved = its[account]
    involved[whose] = True
    return involved


def _turns(account: NDArray[np.int64], qualified: Seconds) -> NDArray[np.int64]:
    """The how-manieth MQL of its account each lead is, from 0; -1 for leads that are none.

    Sales decides in this order, since a colleague's acts after its MQL moment tell of its verdict.
    """
    mql = np.flatnonzero(qualified < NEVER)
    alone = -1 - np.arange(len(account))
    group = np.where(account >= 0, account, alone)[mql]
    order = np.lexsort((qualified[mql], group))
    first = np.r_[True, group[order][1:] != group[order][:-1]] if len(mql) else np.zeros(0, dtype=bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(mql)), 0))
    turn = np.full(len(account), -1)
    turn[mql[order]] = np.arange(len(mql)) - start
    return turn


def _nothing(many: int) -> tuple[Prospects, Sold]:
    """Of leads that sales has not come to yet."""
    never, none, no = np.full(many, NEVER), np.zeros(many), np.zeros(many, dtype=bool)
    return (
        Prospects(never, none, none + 1, none + 1, no, none, none),
        Sold(never, never, never, never, never, np.zeros(many, dtype=np.int64), never, never, no, none, no),
    )
