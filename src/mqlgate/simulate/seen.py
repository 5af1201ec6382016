"""Measures of what an observer has seen of leads and their accounts at given moments. Known functions, known decays.

Reads records alone: an act counts from when the CRM learned of it, and its age runs from when it happened.
"""

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, NEVER, Reals, Seconds
from mqlgate.simulate.people import Leads
from mqlgate.simulate.scenario import Measure
from mqlgate.simulate.stream import Acts, kinds_of

LONGEST_SILENCE = 365.0


class Seen:
    """The acts that were seen of each lead at its own moment; leads whose moment is NEVER are left out.

    `acts` are in order of leads. `of(measure)` gives one number a lead, 0 for those left out.
    """

    def __init__(self, acts: Acts, leads: Leads, moments: Seconds) -> None:
        self._acts, self._leads, self._moments = acts, leads, moments
        asked = moments < NEVER
        mine = moments[acts.lead]
        visible = np.flatnonzero((acts.seen <= mine) & (mine < NEVER))
        self._lead = acts.lead[visible]
        self._kind = acts.kind[visible]
        self._at = acts.at[visible]
        self._age = (mine[visible] - self._at) / DAY
        self._asked = asked
        self._known: dict[Measure, Reals] = {}

    def of(self, measure: Measure) -> Reals:
        """A measure of every lead."""
        if measure not in self._known:
            self._known[measure] = getattr(self, f"_{measure.what}")(measure)
        return self._known[measure]

    def _chosen(self, measure: Measure) -> NDArray[np.bool_]:
        return kinds_of(measure.acts)[self._kind]

    def _summed(self, lead: NDArray[np.int32], weight: Reals | None = None) -> Reals:
        return np.bincount(lead, weights=weight, minlength=len(self._moments)).astype(np.float64)

    def _decayed(self, measure: Measure) -> Reals:
        chosen = self._chosen(measure)
        return self._summed(self._lead[chosen], np.exp2(-self._age[chosen] / measure.days))

    def _count(self, measure: Measure) -> Reals:
        return self._summed(self._lead[self._chosen(measure) & (self._age <= measure.days)])

    def _silence(self, measure: Measure) -> Reals:
        chosen = self._chosen(measure)
        days = np.where(self._asked, (self._moments - self._leads.created) / DAY, 0.0)
        np.minimum.at(days, self._lead[chosen], self._age[chosen])
        return np.clip(days, 0.0, LONGEST_SILENCE)

    def _breadth(self, measure: Measure) -> Reals:
        chosen = self._chosen(measure) & (self._age <= measure.days)
        kinds = len(words.KINDS)
        different = np.unique(self._lead[chosen].astype(np.int64) * kinds + self._kind[chosen])
        return self._summed((different // kinds).astype(np.int32))

    def _together(self, measure: Measure) -> Reals:
        chosen = np.flatnonzero(self._chosen(measure))
        lead, kind, at = self._lead[chosen], self._kind[chosen], self._at[chosen]
        # In order of time, the nearest pair of different types stands side by side.
        near = (lead[1:] == lead[:-1]) & (kind[1:] != kind[:-1]) & (at[1:] - at[:-1] <= measure.days * DAY)
        return np.minimum(self._summed(lead[1:][near]), 1.0)

    def _others_active(self, measure: Measure) -> Reals:
        pair, age = self._others(measure)
        active = np.zeros(len(self._pairs[0]), dtype=bool)
        active[pair[age <= measure.days]] = True
        return self._summed(self._pairs[0][active])

    def _others_decayed(self, measure: Measure) -> Reals:
        pair, age = self._others(measure)
        return self._summed(self._pairs[0][pair], np.exp2(-age / measure.days))

    def _others(self, measure: Measure) -> tuple[NDArray[np.int64], Reals]:
        """Each act of another contact of the account that was seen at a lead's moment: which pair of leads, how old."""
        self._pairs = _pairs(self._leads.account, self._asked)
        chosen = np.flatnonzero(kinds_of(measure.acts)[self._acts.kind])
        owner = self._acts.lead[chosen]
        first = np.searchsorted(owner, np.arange(len(self._moments) + 1))
        lead, other = self._pairs
        count = first[other + 1] - first[other]
        pair = np.repeat(np.arange(len(lead)), count)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
        act = chosen[np.repeat(first[other], count) + within]
        moment = self._moments[lead[pair]]
        seen = self._acts.seen[act] <= moment
        return pair[seen], (moment[seen] - self._acts.at[act[seen]]) / DAY


def _pairs(account: NDArray[np.int64], asked: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Every (lead, other lead) of the same recorded account, for the leads that are asked for."""
    members = np.flatnonzero(account >= 0)
    members = members[np.argsort(account[members], kind="stable")]
    _, first, size = np.unique(account[members], return_index=True, return_counts=True)
    size_of, first_of = np.repeat(size, size), np.repeat(first, size)
    lead = np.repeat(members, size_of)
    within = np.arange(len(lead)) - np.repeat(np.cumsum(size_of) - size_of, size_of)
    other = members[np.repeat(first_of, size_of) + within]
    kept = (lead != other) & asked[lead]
    return lead[kept].astype(np.int32), other[kept].astype(np.int32)
