"""Accounts and the leads that belong to them: who they are, when they come, and what of it is written down.

Never simulates what they do. Codes are positions in `vocabulary.COLUMNS`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.clocks import DAY, Reals, Seconds, ramp, seconds, swing
from mqlgate.simulate.randomness import Chance
from mqlgate.simulate.scenario import Scenario

Codes = NDArray[np.int16]

_SIZE_SHARES = (0.13, 0.24, 0.25, 0.14, 0.09, 0.10, 0.05)
_INDUSTRY_SHARES = (0.28, 0.12, 0.16, 0.09, 0.11, 0.12, 0.05, 0.07)
_COUNTRY_SHARES = (0.36, 0.14, 0.17, 0.09, 0.06, 0.05, 0.06, 0.04, 0.03)
_SOURCE_SHARES = (0.24, 0.07, 0.15, 0.09, 0.17, 0.13, 0.09, 0.06)
_SOURCE_DRIFT = (-0.6, -0.4, 0.0, 0.0, 0.5, 1.0, 0.6, 0.0)
"""Towards which sources the mix shifts, in log-odds at full drift."""
_SENIORITY_SHARES = (0.10, 0.13, 0.23, 0.28, 0.22, 0.04)
_FUNCTION_SHARES = (0.24, 0.12, 0.17, 0.15, 0.07, 0.11, 0.04, 0.10)
_EMAIL_SHARES = (0.77, 0.15, 0.04, 0.04)
_INVALID_EMAIL = 0.02
_UNREADABLE = words.EMAIL.index(words.MISSING)
_NO_ACCOUNT = (0.02, 0.45, 0.7, 0.05, 0.3)
"""Share of leads by kind of address that nobody assigned to an account."""
_UNFILLED = {"industry": 0.06, "country": 0.04, "tech": 0.18, "employees": 0.10, "revenue": 0.30, "source": 0.02}
_TRUE_TO_ACCOUNT = 0.9
"""Share of leads whose company size says what their account's is; the others say the next lower or higher band."""


@dataclass(frozen=True)
class Accounts:
    """One entry an account. `epoch`: when its first contact comes. `interest` is latent."""

    name: NDArray[np.object_]
    domain: NDArray[np.object_]
    epoch: Seconds
    interest: Reals
    size: Codes
    industry: Codes
    country: Codes
    tech: Codes
    employees: Reals
    tools: NDArray[np.object_]
    revenue: NDArray[np.object_]
    founded: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.epoch)


@dataclass(frozen=True)
class Leads:
    """One entry a lead, in the order of creation. `interest` is latent; `account` is what is recorded, -1 for none.

    `original` is the position of the lead that a duplicate repeats, else -1. `title` and `size` are what the lead would
    say of itself; what is recorded of them, and when, is in `fields`.
    """

    account: NDArray[np.int64]
    company: NDArray[np.int64]
    """The account that the lead in truth belongs to."""
    created: Seconds
    interest: Reals
    original: NDArray[np.int64]
    person: NDArray[np.int64]
    title: Codes
    size: Codes
    codes: dict[str, Codes]
    """Recorded columns that never change: industry, country, email, source, campaign, tech, duplicate, owner."""

    def __len__(self) -> int:
        return len(self.created)


def pick(chance: np.random.Generator, shares: tuple[float, ...], size: int) -> Codes:
    """Codes drawn with these shares."""
    edges = np.cumsum(np.asarray(shares) / sum(shares))[:-1]
    return np.searchsorted(edges, chance.random(size), side="right").astype(np.int16)


def left_out(chance: np.random.Generator, codes: Codes, missing: int, share: float) -> Codes:
    """The same codes, a share of them missing."""
    return np.where(chance.random(len(codes)) < share, np.int16(missing), codes).astype(np.int16)


def settle(scenario: Scenario, leads: int, chance: Chance) -> tuple[Accounts, Leads]:
    """Accounts and exactly `leads` leads, all created by the end of the calendar."""
    accounts, company, created = _arrivals(scenario, leads, chance)
    return accounts, _leads(scenario, accounts, company, created, chance)


def _arrivals(scenario: Scenario, leads: int, chance: Chance) -> tuple[Accounts, NDArray[np.int64], Seconds]:
    """Accounts come, then their contacts; contacts after the end do not exist. Then as many as are wanted are kept."""
    crowd, calendar = scenario.crowd, scenario.calendar
    end = seconds(calendar.end)
    begin = end - calendar.days * DAY
    many = int(leads / (1 + crowd.more_contacts) * 1.35) + 60
    while True:
        epoch, company, created = _contacts(scenario, _epochs(scenario, many, begin, end, chance), chance)
        there = np.flatnonzero(created <= end)[:leads]
        if len(there) == leads:
            break
        many *= 2
    company, created = company[there], created[there]
    return _accounts(scenario, epoch[: company.max() + 1], chance), company, created


def _contacts(scenario: Scenario, epoch: Seconds, chance: Chance) -> tuple[Seconds, NDArray[np.int64], Seconds]:
    """Of each account of `epoch` the contacts: which account, created when, be it after the end."""
    crowd, many = scenario.crowd, len(epoch)
    draw = chance.of("contacts")
    more = draw.poisson(draw.gamma(1.5, max(crowd.more_contacts, 1e-9) / 1.5, many)).clip(0, crowd.most_contacts - 1)
    company = np.repeat(np.arange(many), 1 + more)
    first = np.r_[True, company[1:] != company[:-1]]
    lag = np.where(first, 0.0, draw.exponential(crowd.arrival_days * DAY, len(company)))
    created = in_rhythm(scenario, epoch[company] + lag.astype(np.int64), chance.of("hour of creation"))
    return epoch, company, created


def _epochs(scenario: Scenario, many: int, begin: int, end: int, chance: Chance) -> Seconds:
    """Moments between begin and end, more of them with growth and in the season: drawn by rejection."""
    draw = chance.of("account epochs")
    span = end - begin
    growth, season = scenario.calendar.growth, scenario.season.yearly
    kept: list[Seconds] = []
    while sum(map(len, kept)) < many:
        at = begin + np.floor(draw.random(2 * many) * span).astype(np.int64)
        rate = (1 + growth * (at - begin) / span) * (1 + season * swing(at))
        kept.append(at[draw.random(2 * many) * (1 + growth) * (1 + season) < rate])
    return np.concatenate(kept)[:many]


def in_rhythm(scenario: Scenario, at: Seconds, draw: np.random.Generator) -> Seconds:
    """The same moments; as far as weeks have a rhythm at hours of work, and on a day of the week after a weekend."""
    moved = draw.random(len(at)) < scenario.season.weekly
    hours = np.clip(draw.normal(12.7, 3.3, len(at)), 0.0, 23.99)
    workday = draw.integers(0, 5, len(at))
    day = at // DAY
    weekday = (day + 3) % 7
    day = np.where(weekday >= 5, day + 7 - weekday + workday, day)
    return np.where(moved, day * DAY + (hours * 3_600).astype(np.int64), at)


def _accounts(scenario: Scenario, epoch: Seconds, chance: Chance) -> Accounts:
    many, gaps = len(epoch), scenario.missing.share
    draw = chance.of("accounts")
    size = pick(draw, _SIZE_SHARES, many)
    low = np.array(words.SIZE_FROM)[size]
    high = np.array([*(b - 1 for b in words.SIZE_FROM[1:]), 40_000])[size]
    employees = np.floor(np.exp(np.log(low) + draw.random(many) * (np.log(high + 1) - np.log(low))))
    industry, country = pick(draw, _INDUSTRY_SHARES, many), pick(draw, _COUNTRY_SHARES, many)
    has_crm = draw.random(many) < 0.35 + 0.06 * size
    names = [
        f"{words.FIRM_BEGINNINGS[i % 24]} {words.FIRM_ENDINGS[(i // 24) % 18]}"
        + (f" {i // 432 + 1}" if i >= 432 else "")
        for i in range(many)
    ]
    tech = left_out(draw, np.where(has_crm, 0, 1).astype(np.int16), 2, _UNFILLED["tech"] * gaps)
    return Accounts(
        name=np.array(names, dtype=object),
        domain=np.array([f"{name.lower().replace(' ', '-')}.example" for name in names], dtype=object),
        epoch=epoch,
        interest=chance.of("account interest").standard_normal(many),
        size=size,
        industry=left_out(draw, industry, len(words.INDUSTRY) - 1, _UNFILLED["industry"] * gaps),
        country=country,
        tech=tech,
        employees=np.where(draw.random(many) < _UNFILLED["employees"] * gaps, np.nan, employees),
        tools=_tools(tech, chance.of("tools")),
        revenue=_revenue(employees, draw.random(many) < _UNFILLED["revenue"] * gaps, chance.of("revenue")),
        founded=2024 - np.floor(draw.gamma(2.0, 9.0, many)).astype(np.int64).clip(0, 120),
    )


def _tools(tech: Codes, draw: np.random.Generator) -> NDArray[np.object_]:
    """What enrichment says of an account's tools: `Salesforce; AWS; Slack`, empty where it says nothing."""
    many = len(tech)
    crm = np.array(words.TOOLS_CRM, dtype=object)[draw.integers(0, len(words.TOOLS_CRM), many)]
    has = draw.random((many, len(words.TOOLS))) < 0.25
    lists = []
    for code, name, row in zip(tech.tolist(), crm.tolist(), has, strict=True):
        others = [words.TOOLS[i] for i in np.flatnonzero(row)]
        lists.append("" if code == 2 else "; ".join([name, *others] if code == 0 else others or ["Slack"]))
    return np.array(lists, dtype=object)


def _revenue(employees: Reals, gone: NDArray[np.bool_], draw: np.random.Generator) -> NDArray[np.object_]:
    bands = ("<$1M", "$1M-$10M", "$10M-$50M", "$50M-$250M", "$250M-$1B", ">$1B")
    dollars = employees * 170_000 * np.exp(draw.normal(0, 0.5, len(employees)))
    band = np.searchsorted([1e6, 1e7, 5e7, 2.5e8, 1e9], dollars)
    said: NDArray[np.object_] = np.where(gone, "", np.array(bands, dtype=object)[band])
    return said


def _leads(
    scenario: Scenario, accounts: Accounts, company: NDArray[np.int64], created: Seconds, chance: Chance
) -> Leads:
    many = len(company)
    draw = chance.of("leads")
    seniority, function = pick(draw, _SENIORITY_SHARES, many), pick(draw, _FUNCTION_SHARES, many)
    email = pick(draw, _EMAIL_SHARES, many)
    lost = left_out(draw, email, _UNREADABLE, _INVALID_EMAIL * scenario.missing.share)
    student = words.EMAIL.index("student")
    email = np.where(email == student, student, lost).astype(np.int16)
    seniority = np.where(email == student, words.SENIORITY.index("student"), seniority).astype(np.int16)
    step = np.where(draw.random(many) < 0.5, -1, 1)
    off = draw.random(many) >= _TRUE_TO_ACCOUNT
    size = np.clip(accounts.size[company] + np.where(off, step, 0), 0, len(words.SIZE_FROM) - 1).astype(np.int16)
    own = chance.of("lead interest").standard_normal(many)
    shared = scenario.interest.shared
    person = np.arange(many, dtype=np.int64)
    original, created = _duplicates(scenario, email != _UNREADABLE, created, chance.of("duplicates"))
    copied = np.where(original >= 0, original, person)
    source, campaign = _channel(scenario, created, chance.of("source"))
    assigned = draw.random(many) >= np.array(_NO_ACCOUNT)[email] * scenario.missing.share
    country = left_out(
        draw, accounts.country[company], len(words.COUNTRY) - 1, _UNFILLED["country"] * scenario.missing.share
    )
    owner = chance.of("owner").integers(0, len(words.REPS), many).astype(np.int16)
    company = company[copied]
    account = np.where(assigned, company, -1)
    known = account >= 0
    order = np.argsort(created, kind="stable")
    place = np.empty(many, dtype=np.int64)
    place[order] = np.arange(many)
    codes = {
        "industry": np.where(known, accounts.industry[company], len(words.INDUSTRY) - 1),
        "tech": np.where(known, accounts.tech[company], 2),
        "country": country[copied],
        "email": email[copied],
        "source": source,
        "campaign": campaign,
        "duplicate": (original >= 0).astype(np.int16),
        "owner": owner,
    }
    return Leads(
        account=account[order],
        company=company[order],
        created=created[order],
        interest=(np.sqrt(shared) * accounts.interest[company] + np.sqrt(1 - shared) * own)[order],
        original=np.where(original >= 0, place[original], -1)[order],
        person=place[copied][order],
        title=(seniority * len(words.FUNCTION) + function).astype(np.int16)[copied][order],
        size=size[copied][order],
        codes={name: values[order].astype(np.int16) for name, values in codes.items()},
    )


def _duplicates(
    scenario: Scenario, readable: NDArray[np.bool_], created: Seconds, draw: np.random.Generator
) -> tuple[NDArray[np.int64], Seconds]:
    """Some leads turn into another lead once more, one with a `readable` address, created some days after it."""
    many, end = len(created), seconds(scenario.calendar.end)
    shuffled = draw.permutation(many)
    later = np.floor(draw.exponential(25 * DAY, many)).astype(np.int64) + 3_600
    wanted = int(scenario.duplicates.share * many)
    copies, sources = shuffled[:wanted], shuffled[many - wanted :]
    at = created[sources] + later[:wanted]
    fits = (at <= end) & readable[sources] & (wanted * 2 <= many)
    original, created = np.full(many, -1, dtype=np.int64), created.copy()
    original[copies[fits]], created[copies[fits]] = sources[fits], at[fits]
    return original, created


def _channel(scenario: Scenario, created: Seconds, draw: np.random.Generator) -> tuple[Codes, Codes]:
    """Source by a mix that may drift, and one of its campaigns."""
    many, drift = len(created), scenario.drift
    end = seconds(scenario.calendar.end)
    begin, span = end - scenario.calendar.days * DAY, scenario.calendar.days * DAY
    risen = ramp(created, begin + drift.start * span, begin + drift.end * span)
    weights = np.array(_SOURCE_SHARES) * np.exp(drift.mix * risen[:, None] * np.array(_SOURCE_DRIFT))
    edges = np.cumsum(weights, axis=1)
    chosen = (edges[:, :-1] < draw.random(many)[:, None] * edges[:, -1:]).sum(axis=1)
    source = left_out(
        draw, chosen.astype(np.int16), len(words.SOURCE) - 1, _UNFILLED["source"] * scenario.missing.share
    )
    number = draw.random(many)
    campaign = np.zeros(many, dtype=np.int16)
    for code, name in enumerate(words.SOURCE):
        mine = source == code
        names = words.CAMPAIGNS[name]
        places = np.array([words.CAMPAIGN.index(each) for each in names])
        campaign[mine] = places[(number[mine] * len(names)).astype(np.int64)]
    return source, campaign
