"""What leads do: a self-exciting stream of tiered acts, driven by latent interest, and when the CRM learned of each.

A Hawkes process in its cluster form (Hawkes and Oakes 1974): acts that nothing triggered come first, then each act
triggers a Poisson number of others, generation after generation. Nothing here knows of verdicts.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, Reals, Seconds, seconds
from mqlgate.simulate.people import Accounts, Leads, in_rhythm
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.scenario import Scenario

_MOODS = 16
"""Interest is cut into so many classes where it tilts the choice of a type."""
_SITUATIONS = 5
_CHUNK = 262_144
_TIER_SHARES = (0.10, 0.32, 0.58)
_SAME_TIER, _TIER_UP = 0.45, 0.17
"""Shares of triggered acts that stay in their trigger's tier, and that go one tier up; the rest are drawn anew."""
_MOST_GENERATIONS = 60
_MOST_OFFSPRING = 400
_TIER_OF = np.array([words.TIERS.index(words.TYPES[kind][0]) for kind in words.KINDS], dtype=np.int8)
_SHARE = np.array([words.TYPES[kind][2] for kind in words.KINDS])


@dataclass(frozen=True)
class Acts:
    """One entry an act, ordered by lead, moment, type. `kind` is a position in `vocabulary.KINDS`; `seen` >= `at`."""

    lead: NDArray[np.int32]
    kind: NDArray[np.int8]
    at: Seconds
    seen: Seconds

    def __len__(self) -> int:
        return len(self.at)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Acts":
        """The chosen ones, in the same order."""
        return Acts(self.lead[chosen], self.kind[chosen], self.at[chosen], self.seen[chosen])

    def ordered(self) -> "Acts":
        """By lead, moment, type and record."""
        return self.where(np.lexsort((self.seen, self.kind, self.at, self.lead)))

    def and_(self, *others: "Acts") -> "Acts":
        """All of them, in order."""
        parts = (self, *others)
        return Acts(
            np.concatenate([part.lead for part in parts]),
            np.concatenate([part.kind for part in parts]),
            np.concatenate([part.at for part in parts]),
            np.concatenate([part.seen for part in parts]),
        ).ordered()


def kinds_of(names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which of `vocabulary.KINDS` the names of types and tiers mean; no name means every one."""
    return np.array([not names or kind in names or words.TYPES[kind][0] in names for kind in words.KINDS])


def act(scenario: Scenario, accounts: Accounts, leads: Leads, chance: Chance) -> Acts:
    """All acts up to the end of the calendar, be they recorded later."""
    end = seconds(scenario.calendar.end)
    spread = scenario.interest.spread + scenario.heavy_tail.spread
    # The mean of exp(spread * u) is taken out, so that a wider spread makes acts uneven and not more.
    eager = np.exp(spread * leads.interest - spread**2 / 2)
    lead, at = _untriggered(scenario, leads, eager, chance)
    mood = np.clip(((leads.interest + 2.4) / 4.8 * _MOODS).astype(np.int64), 0, _MOODS - 1)
    tables = _tables(scenario.interest.tilt)
    kind = _typed(tables, mood[lead] * _SITUATIONS, chance.of("types"))
    surge_lead, surge_at = _surges(scenario, accounts, leads, chance)
    surge_kind = _typed(tables, mood[surge_lead] * _SITUATIONS + 1, chance.of("types of surges"))
    lead, at = np.concatenate([lead, surge_lead]), np.concatenate([at, surge_at])
    kind = np.concatenate([kind, surge_kind])
    lead, at, kind = _triggered(scenario, lead, at, kind, mood, tables, end, chance)
    scan_lead, scan_at, scan_kind = _scans(scenario, leads, chance)
    lead, at = np.concatenate([lead, scan_lead]), np.concatenate([at, scan_at])
    kind = np.concatenate([kind, scan_kind])
    there = at <= end
    acts = Acts(lead[there].astype(np.int32), kind[there], at[there], at[there]).ordered()
    return record(scenario, acts, chance.of("late records"))


def record(scenario: Scenario, acts: Acts, draw: np.random.Generator) -> Acts:
    """The same acts with the moments at which the CRM learned of them: at once, but for a late share."""
    late = scenario.late_records
    delayed = draw.random(len(acts)) < late.share
    lag = np.ceil(draw.exponential(max(late.days, 1e-9) * DAY, len(acts))).astype(np.int64)
    return replace(acts, seen=np.where(delayed, acts.at + lag, acts.at))


def _untriggered(scenario: Scenario, leads: Leads, eager: Reals, chance: Chance) -> tuple[NDArray[np.int64], Seconds]:
    """The act of creation, a wave of others from then on, and for some leads a second one months later."""
    many, revival = len(leads), scenario.revival
    mean = scenario.interest.acts * eager
    draw = chance.of("revival")
    returns = draw.random(many) < revival.share
    again = leads.created + np.floor((45 + 285 * draw.random(many)) * DAY).astype(np.int64)
    waves = (
        (np.arange(many), leads.created),
        _wave(scenario, leads, leads.created, mean, "first wave", chance),
        _wave(scenario, leads, again, np.where(returns, revival.size * mean, 0.0), "second wave", chance),
    )
    return np.concatenate([lead for lead, _ in waves]), np.concatenate([at for _, at in waves])


def _wave(
    scenario: Scenario, leads: Leads, start: Seconds, mean: Reals, name: str, chance: Chance
) -> tuple[NDArray[np.int64], Seconds]:
    """A Poisson number of acts with these means, thinning out from `start` on, in the rhythm of day, week and year."""
    draw = chance.of(name)
    lead = np.repeat(np.arange(len(leads)), draw.poisson(mean))
    drawn = start[lead] + np.floor(draw.exponential(scenario.interest.days * DAY, len(lead))).astype(np.int64)
    at, created = in_rhythm(scenario, drawn, chance.of(f"hours of the {name}")), leads.created[lead]
    # Nothing moves to before the lead came to be: then it happens within an hour of that.
    at = np.where(at < created, created + 1 + (drawn - created) % 3_600, at)
    stays = chance.of(f"holidays of the {name}").random(len(lead)) >= scenario.season.yearly * _holiday(at)
    return lead[stays], at[stays]


def _holiday(at: Seconds) -> Reals:
    """1 in the last days of December and the first of January, half of it in mid-August, else 0."""
    day = (at / DAY) % 365.25
    return np.where((day > 355) | (day < 4), 1.0, np.where((day > 215) & (day < 235), 0.5, 0.0))


def _surges(scenario: Scenario, accounts: Accounts, leads: Leads, chance: Chance) -> tuple[NDArray[np.int64], Seconds]:
    """Acts of all contacts of an account that exist when it surges."""
    surge = scenario.account_surge
    draw = chance.of("account surges")
    surges = draw.random(len(accounts)) < surge.share
    moment = accounts.epoch + np.floor((10 + 170 * draw.random(len(accounts))) * DAY).astype(np.int64)
    takes_part = surges[leads.company] & (leads.created <= moment[leads.company])
    count = draw.poisson(np.where(takes_part, surge.acts, 0.0))
    lead = np.repeat(np.arange(len(leads)), count)
    at = moment[leads.company[lead]] + np.floor(draw.random(len(lead)) * surge.days * DAY).astype(np.int64)
    return lead, at


def _scans(scenario: Scenario, leads: Leads, chance: Chance) -> tuple[NDArray[np.int64], Seconds, NDArray[np.int8]]:
    """What a mail scanner does: opens and clicks within seconds of a few mails, from creation on."""
    inflation = scenario.point_inflation
    draw = chance.of("point inflation")
    scanned = draw.random(len(leads)) < inflation.share
    count = draw.poisson(np.where(scanned, inflation.acts, 0.0))
    lead = np.repeat(np.arange(len(leads)), count)
    mail = draw.integers(0, 6, len(lead))
    at = leads.created[lead] + 3_600 + mail * 4 * DAY + draw.integers(0, 40, len(lead))
    kinds = np.array([words.KINDS.index(kind) for kind in words.SCANNED], dtype=np.int8)
    return lead, at, kinds[draw.integers(0, len(kinds), len(lead))]


def _triggered(
    scenario: Scenario,
    lead: NDArray[np.int64],
    at: Seconds,
    kind: NDArray[np.int8],
    mood: NDArray[np.int64],
    tables: Reals,
    end: int,
    chance: Chance,
) -> tuple[NDArray[np.int64], Seconds, NDArray[np.int8]]:
    """The acts, and all that they trigger until `end`, generation after generation."""
    excitation, tail = scenario.self_excitation, scenario.heavy_tail
    generations = [(lead, at, kind)]
    draw = chance.of("triggered acts")
    for _ in range(_MOST_GENERATIONS):
        lead, at, kind = generations[-1]
        if excitation.branching == 0 or not len(lead):
            break
        mean = np.full(len(lead), excitation.branching)
        if tail.index > 1:  # Pareto with mean 1: (index - 1) / index * (1 - U)^(-1 / index)
            mean *= (tail.index - 1) / tail.index * (1 - draw.random(len(lead))) ** (-1 / tail.index)
        count = draw.poisson(np.minimum(mean, _MOST_OFFSPRING))
        parent = np.repeat(np.arange(len(lead)), count)
        soon = draw.random(len(parent)) < excitation.session
        lag = draw.exponential(1.0, len(parent)) * np.where(soon, excitation.minutes * 60, excitation.days * DAY)
        born = at[parent] + np.ceil(lag).astype(np.int64)
        parent, born = parent[born <= end], born[born <= end]
        rows = mood[lead[parent]] * _SITUATIONS + 2 + _TIER_OF[kind[parent]]
        generations.append((lead[parent], born, _typed(tables, rows, draw)))
    return (
        np.concatenate([each[0] for each in generations]),
        np.concatenate([each[1] for each in generations]),
        np.concatenate([each[2] for each in generations]),
    )


def _tables(tilt: float) -> Reals:
    """Cumulative shares of types, shape (moods * situations, types).

    Situations: an untriggered act; an act of a surge; an act triggered by one of the high, medium and low tier.
    """
    centers = (np.arange(_MOODS) + 0.5) / _MOODS * 4.8 - 2.4
    rank = np.array([1.0, 0.4, -0.4])
    shares = np.array(_TIER_SHARES) * np.exp(tilt * centers[:, None] * rank)
    shares /= shares.sum(axis=1, keepdims=True)
    within = np.array([np.where(tier == _TIER_OF, _SHARE, 0.0) for tier in range(3)])
    within /= within.sum(axis=1, keepdims=True)
    fresh = shares @ within
    surge = np.broadcast_to(np.array([0.7, 0.2, 0.1]) @ within, fresh.shape)
    rest = 1 - _SAME_TIER - _TIER_UP
    after = [rest * fresh + _SAME_TIER * within[tier] + _TIER_UP * within[max(tier - 1, 0)] for tier in range(3)]
    cumulative: Reals = np.cumsum(np.stack([fresh, surge, *after], axis=1), axis=2)
    return cumulative.reshape(_MOODS * _SITUATIONS, -1)


def _typed(cumulative: Reals, rows: NDArray[np.int64], draw: np.random.Generator) -> NDArray[np.int8]:
    """A type for each of `rows`, by the row's cumulative shares."""
    chosen = np.empty(len(rows), dtype=np.int8)
    level = draw.random(len(rows))
    for begin in range(0, len(rows), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        shares = cumulative[rows[part]]
        chosen[part] = (shares < level[part, None] * shares[:, -1:]).sum(axis=1)
    return chosen
