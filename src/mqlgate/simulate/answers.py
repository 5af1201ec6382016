"""What leads do once sales is at work on them: acts that tell of the verdict to come, and marketing's stream after it.

Never looks at latent interest for the former, nor at the verdict for the latter.
"""

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, Seconds, seconds
from mqlgate.simulate.odds import HORIZON_DAYS
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.sales import Sold
from mqlgate.simulate.scenario import Scenario
from mqlgate.simulate.stream import Acts, record

_TIER_SHARES = {"high": 0.25, "medium": 0.30, "low": 0.45}
_ANSWERS = [words.KINDS.index(kind) for kind in words.ANSWERS]


def answers(scenario: Scenario, qualified: Seconds, sold: Sold, whose: NDArray[np.intp], chance: Chance) -> Acts:
    """Acts of the leads of `whose` from their MQL moment until a verdict is recorded or the horizon has passed.

    A Poisson stream; leads that will be accepted do `lift` times as many.
    """
    after, end = scenario.after_mql, seconds(scenario.calendar.end)
    rate = (after.acts + after.replies + after.meetings) * np.where(sold.will_be_accepted[whose], after.lift, 1.0)
    lead = np.repeat(whose, chance.of("answers: how many").poisson(rate * HORIZON_DAYS))
    at = qualified[lead] + np.ceil(chance.of("answers: when").random(len(lead)) * HORIZON_DAYS * DAY).astype(np.int64)
    kind = _kinds(scenario, chance.of("answers: what").random(len(lead)))
    there = (at <= end) & (at < sold.decided_seen[lead])
    acts = Acts(lead[there].astype(np.int32), kind[there], at[there], at[there])
    recorded = record(scenario, acts, chance.of("answers: late records"))
    return recorded.where(recorded.seen <= end)


def back_to_marketing(acts: Acts, qualified: Seconds, sold: Sold) -> Acts:
    """Those of marketing's acts that happen after a verdict was recorded or the horizon has passed."""
    over = np.minimum(sold.decided_seen, qualified + round(HORIZON_DAYS * DAY))
    return acts.where(acts.at > over[acts.lead])


def _kinds(scenario: Scenario, level: NDArray[np.float64]) -> NDArray[np.int8]:
    """A type at each level of the distribution over types."""
    after = scenario.after_mql
    shares = np.array([after.acts * _TIER_SHARES[tier] * share for tier, _, share in words.TYPES.values()])
    shares[_ANSWERS] = after.replies, after.meetings
    edges = np.cumsum(shares)
    kinds: NDArray[np.int8] = np.searchsorted(edges, level * edges[-1], side="right").astype(np.int8)
    return kinds.clip(0, len(edges) - 1)
