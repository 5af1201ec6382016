"""A simulated world: all that happened in it, latent things included, as arrays. Runs the mechanisms in their order.

Never writes a table. What an observer gets to see is in `tables`, what is true in `truth`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, NEVER, Seconds, seconds
from mqlgate.simulate.odds import HORIZON_DAYS, Prospects
from mqlgate.simulate.people import Accounts, Codes, Leads, settle
from mqlgate.simulate.qualification import qualify
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.recorded import Field, fill_in
from mqlgate.simulate.sales import Sold, early_touches, prospects_of, sell
from mqlgate.simulate.scenario import Scenario
from mqlgate.simulate.seen import Seen
from mqlgate.simulate.stream import Acts, act, record

_REPLY, _MEETING = words.KINDS.index("email_reply"), words.KINDS.index("meeting_booked")


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
        """Replies and meetings of each lead since its MQL moment, as seen at `moment`."""
        theirs = (self.acts.kind == _REPLY) | (self.acts.kind == _MEETING)
        return np.bincount(self.acts.lead[theirs & (self.acts.seen <= moment)], minlength=len(self.leads))


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
    # Sales takes over: part of what marketing set off does not happen any more.
    goes_on = chance.of("after the MQL").random(len(acts)) < scenario.interest.after_mql
    acts = acts.where(((acts.at <= qualified[acts.lead]) | goes_on) & (acts.seen <= seconds(scenario.calendar.end)))
    early = early_touches(scenario, people, chance)
    codes = codes_at(people, fields, qualified)
    prospects = prospects_of(scenario, people, codes, Seen(acts, people, qualified), qualified, early)
    sold = sell(scenario, prospects, codes, early, chance, "sales")
    acts = acts.and_(_answers(scenario, qualified, sold, chance))
    return World(scenario, chance, accounts, people, fields, acts, qualified, early, prospects, sold)


def _answers(scenario: Scenario, qualified: Seconds, sold: Sold, chance: Chance) -> Acts:
    """Replies to sales and meetings, from the MQL moment until a verdict is recorded or the horizon has passed."""
    after, end = scenario.after_mql, seconds(scenario.calendar.end)
    draw = chance.of("replies and meetings")
    mql = qualified < NEVER
    rate = (after.replies + after.meetings) * np.where(sold.will_be_accepted, after.lift, 1.0)
    count = draw.poisson(np.where(mql, rate * HORIZON_DAYS, 0.0))
    lead = np.repeat(np.arange(len(qualified)), count)
    at = qualified[lead] + np.ceil(draw.random(len(lead)) * HORIZON_DAYS * DAY).astype(np.int64)
    is_reply = draw.random(len(lead)) * (after.replies + after.meetings) < after.replies
    kind = np.where(is_reply, _REPLY, _MEETING).astype(np.int8)
    there = (at <= end) & (at < sold.decided_seen[lead])
    acts = Acts(lead[there].astype(np.int32), kind[there], at[there], at[there])
    recorded = record(scenario, acts, chance.of("late records of replies"))
    return recorded.where(recorded.seen <= end)
