"""The truth is what an observer can compute from the exported tables, row by row and by hand, and nothing besides.

The observer knows the laws of the world and reads the tables; it shares no line of code with the simulator.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mqlgate import domain
from mqlgate.simulate import SCENARIOS, SimulatedCrm, generate, vocabulary
from mqlgate.simulate.scenario import END, Measure

DAY = timedelta(days=1)
HORIZON = 90 * DAY
TIER = {kind: tier for tier, kinds in domain.ACTIVITY_TIERS.items() for kind in kinds}


def meanings(spellings: vocabulary.Spellings, levels: Sequence[Any]) -> dict[str, Any]:
    """Text to level."""
    return {text: levels[code] for text, code in zip(spellings.texts, spellings.codes, strict=True)}


MEANING = {
    "company_size": meanings(vocabulary.SIZE_SPELLINGS, vocabulary.SIZE),
    "budget": meanings(vocabulary.BUDGET_SPELLINGS, vocabulary.BUDGET),
    "job_title": meanings(
        vocabulary.TITLE_SPELLINGS, [(rank, work) for rank in vocabulary.SENIORITY for work in vocabulary.FUNCTION]
    ),
}
INDUSTRY = {name.lower(): name for name in vocabulary.INDUSTRY}


def rows_of(table: pd.DataFrame, *columns: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each lead, as plain Python."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    values = [table[c].dt.to_pydatetime() if table[c].dtype.kind == "M" else table[c] for c in columns]
    for lead, *row in zip(table["lead_id"], *values, strict=True):
        found.setdefault(lead, []).append(tuple(row))
    return found


def arrived(days: float, median: float, shape: float) -> float:
    """P(a log-logistic delay is over)."""
    return 1 / (1 + (median / days) ** shape) if days > 0 else 0.0


class Observer:
    """Reads the tables of a CRM, one lead and moment at a time."""

    def __init__(self, crm: SimulatedCrm) -> None:
        self.crm, self.laws = crm, crm.scenario
        self.leads = crm.leads.set_index("lead_id").to_dict("index")
        self.accounts = crm.accounts.set_index("account_id").to_dict("index")
        self.acts = rows_of(crm.activities, "activity_type", "occurred_at", "synced_at")
        self.history = rows_of(crm.history, "field", "changed_at", "recorded_at", "value")
        self.touches = rows_of(crm.outcomes[crm.outcomes["stage"] == "contacted"], "occurred_at")
        self.colleagues = {account: set(ids) for account, ids in crm.leads.groupby("account_id")["lead_id"]}
        addresses = crm.leads.set_index("lead_id")["email"].str.lower()
        self.repeated = (addresses.duplicated() & addresses.str.contains("@", na=False)).to_dict()

    def field(self, lead: str, name: str, moment: datetime) -> str | None:
        rows = self.history.get(lead, [])
        known = [
            (changed, value)
            for field, changed, recorded, value in rows
            if field == name and changed <= moment >= recorded
        ]
        return str(max(known)[1]) if known else None

    def levels(self, lead: str, moment: datetime) -> dict[str, str]:
        row = self.leads[lead]
        account = self.accounts[row["account_id"]] if isinstance(row["account_id"], str) else None
        seniority, function = MEANING["job_title"].get(self.field(lead, "job_title", moment), ("missing", "missing"))
        known = {
            name: row[name] if isinstance(row[name], str) else "missing" for name in ("source", "campaign", "country")
        }
        industry = account["industry"] if account is not None else None
        return known | {
            "seniority": seniority,
            "function": function,
            "company_size": MEANING["company_size"].get(self.field(lead, "company_size", moment), "missing"),
            "budget": MEANING["budget"].get(self.field(lead, "budget", moment), "missing"),
            "industry": INDUSTRY[industry.lower()] if isinstance(industry, str) else "missing",
            "tech": self.tech(account["tech_stack"] if account is not None else None),
            "email": self.kind_of_address(row["email"]),
            "owner": row["owner"],
            "duplicate": "yes" if self.repeated[lead] else "no",
        }

    @staticmethod
    def tech(tools: object) -> str:
        if not isinstance(tools, str):
            return "missing"
        return "CRM" if set(tools.split("; ")) & {"Salesforce", "HubSpot", "Pipedrive", "Dynamics 365"} else "no CRM"

    @staticmethod
    def kind_of_address(address: object) -> str:
        if not isinstance(address, str) or "@" not in address:
            return "missing"
        name, host = address.lower().split("@")
        if host in vocabulary.FREE_MAIL:
            return "free"
        if host.startswith(("student", "uni-")):
            return "student"
        return "role" if name in vocabulary.ROLE_ADDRESSES else "business"

    def seen(self, lead: str, moment: datetime, kinds: tuple[str, ...] = ()) -> list[tuple[str, float]]:
        """Type and age in days of the acts that the CRM knew of."""
        return [
            (kind, (moment - at) / DAY)
            for kind, at, recorded in self.acts.get(lead, [])
            if at <= moment and recorded <= moment
            if not kinds or kind in kinds or TIER.get(kind, "low") in kinds
        ]

    def measure(self, of: Measure, lead: str, moment: datetime) -> float:
        own = self.seen(lead, moment, of.acts)
        account = self.leads[lead]["account_id"]
        others = self.colleagues.get(account, set()) - {lead} if isinstance(account, str) else set()
        theirs = [self.seen(other, moment, of.acts) for other in others]
        if of.what == "decayed":
            return sum(0.5 ** (age / of.days) for _, age in own)
        if of.what == "count":
            return sum(age <= of.days for _, age in own)
        if of.what == "silence":
            since_creation = (moment - self.leads[lead]["created_at"]) / DAY
            return min([since_creation, 365.0, *(age for _, age in own)])
        if of.what == "breadth":
            return len({kind for kind, age in own if age <= of.days})
        if of.what == "together":
            return float(any(k != m and abs(a - b) <= of.days for k, a in own for m, b in own))
        if of.what == "others_active":
            return sum(any(age <= of.days for _, age in acts) for acts in theirs)
        assert of.what == "others_decayed"
        return sum(0.5 ** (age / of.days) for acts in theirs for _, age in acts)

    def ramp(self, moment: datetime) -> float:
        drift, span = self.laws.drift, self.laws.calendar.days * DAY
        gone = (moment - (END - span)) / span
        return min(max((gone - drift.start) / (drift.end - drift.start), 0.0), 1.0)

    def log_odds(self, lead: str, moment: datetime) -> float:
        laws, levels, risen = self.laws, self.levels(lead, moment), self.ramp(moment)
        fit = sum(effects.get(levels[column], 0.0) for column, effects in laws.verdict.levels.items())
        intent = 0.0
        for term in laws.verdict.terms:
            x = self.measure(term.measure, lead, moment)
            shape = {"log1p": math.log1p(x), "linear": x, "step": float(x >= term.at), "saturating": x / (x + term.at)}
            intent += term.weight * shape[term.shape]
        for rule in laws.verdict.rules:
            holds = all(levels[column] in wanted for column, wanted in rule.levels.items())
            holds = holds and all(self.measure(what, lead, moment) >= least for what, least in rule.at_least)
            if rule.at_least:
                intent += rule.effect * holds
            else:
                fit += rule.effect * holds
        day = (moment - datetime(1970, 1, 1)) / DAY
        total = laws.verdict.intercept + laws.drift.base * risen
        total += laws.season.verdict * math.cos(2 * math.pi * (day - 287) / 365.25)
        total += (1 + laws.drift.fit * risen) * fit + (1 + laws.drift.intent * risen) * intent
        total += laws.leniency.reps.get(levels["owner"], 0.0)
        return total + laws.duplicates.effect * (levels["duplicate"] == "yes")

    def working_days(self, start: datetime, end: datetime) -> float:
        """Days on sales' clock: ten hours on five days make a week."""
        total, day = 0.0, datetime(start.year, start.month, start.day)
        while day < end:
            opens, closes = day + timedelta(hours=8), day + timedelta(hours=18)
            if day.weekday() < 5:
                total += max(0.0, (min(closes, end) - max(opens, start)).total_seconds())
            day += DAY
        return total / (50 * 3600) * 7

    def accept_median(self, lead: str, moment: datetime) -> float:
        laws, levels = self.laws, self.levels(lead, moment)
        median = laws.sales.accept_median * math.exp(laws.drift.delay * self.ramp(moment))
        for column, factors in laws.sales.slower.items():
            median *= factors.get(levels[column], 1.0)
        if self.measure(Measure("count", ("demo_request",), 14.0), lead, moment) >= 1:
            median *= laws.sales.after_demo
        return median

    def untouched(self, lead: str, days: float) -> float:
        """P(no first touch within so many days of sales' clock)."""
        sales = self.laws.sales
        median = sales.touch_median.get(self.leads[lead]["owner"], sales.touch_median_else)
        return sales.never_touched + (1 - sales.never_touched) / (1 + (days / median) ** sales.touch_shape)

    def ever(self, lead: str, mql: datetime, late: float) -> float:
        eta = self.log_odds(lead, mql)
        prompt, slow = (1 / (1 + math.exp(-x)) for x in (eta, eta + self.laws.follow_up.effect))
        return (1 - late) * prompt + late * slow

    def p_sql_at_mql(self, lead: str, moment: datetime) -> float:
        touched = any(at <= moment for (at,) in self.touches.get(lead, []))
        late = 0.0 if touched else self.untouched(lead, self.laws.follow_up.late_days)
        horizon = self.working_days(moment, moment + HORIZON)
        return self.ever(lead, moment, late) * arrived(
            horizon, self.accept_median(lead, moment), self.laws.sales.accept_shape
        )

    def p_sql_while_open(self, lead: str, mql: datetime, now: datetime) -> float:
        """By Bayes' rule over what a lead would have to be for nothing to be on record yet."""
        laws, sales, records = self.laws, self.laws.sales, self.laws.late_records
        lags = {0.0: 1 - sum(records.outcome_shares), **dict(zip(records.outcome_days, records.outcome_shares))}
        ages = [(self.working_days(mql, now - lag * DAY), share) for lag, share in lags.items()]
        median, horizon = self.accept_median(lead, mql), self.working_days(mql, mql + HORIZON)
        by_horizon = arrived(horizon, median, sales.accept_shape)
        by_now = {age: arrived(age, median, sales.accept_shape) for age, _ in ages}
        unrefused = sum(share * (1 - arrived(age, sales.reject_median, sales.reject_shape)) for age, share in ages)
        first = min((at for (at,) in self.touches.get(lead, []) if at <= now), default=None)
        limit, age = laws.follow_up.late_days, self.working_days(mql, now)
        if first is None:
            late = self.untouched(lead, max(limit, age)) / self.untouched(lead, age)
        else:
            late = float(first > mql and self.working_days(mql, first) > limit)
        answers = sum(mql < at and seen <= now for _, at, seen in self.acts.get(lead, []))
        days = (now - mql) / DAY
        exposure = days - records.share * records.days * (1 - math.exp(-days / records.days))
        after = laws.after_mql
        expected = (after.acts + after.replies + after.meetings) * exposure
        answers = answers if expected else 0  # where sales does not listen, acts go on and tell nothing
        lift = laws.after_mql.lift
        yes = self.ever(lead, mql, late) * lift**answers * math.exp(-lift * expected)
        no = (1 - self.ever(lead, mql, late)) * math.exp(-expected)
        spared = 1 - laws.second_thoughts.share + laws.second_thoughts.share * unrefused
        yes_in_time = yes * spared * sum(share * max(by_horizon - by_now[age], 0.0) for age, share in ages)
        yes_silent = yes * spared * sum(share * (1 - by_now[age]) for age, share in ages)
        return yes_in_time / (yes_silent + no * (sales.undecided + (1 - sales.undecided) * unrefused))


@pytest.mark.parametrize("name", SCENARIOS)
def test_whoever_reads_the_tables_and_knows_the_laws_computes_the_truth(name: str):
    crm = generate(name, leads=900, seed=3)
    observer = Observer(crm)
    truth = crm.truth.set_index("lead_id")
    mqls = crm.leads[crm.leads["mql_at"].notna()]
    told = mqls[mqls["lead_id"].map(observer.repeated)].head(3)  # duplicates are rare, so some are asked for
    for lead, moment in pd.concat([mqls.iloc[::12], told])[["lead_id", "mql_at"]].itertuples(index=False):
        assert observer.p_sql_at_mql(lead, moment) == pytest.approx(truth.loc[lead, "p_sql_at_mql"], abs=1e-9)
    still_open = mqls[mqls["lead_id"].map(truth["state"]) == "open"]
    assert len(still_open) >= 10
    for lead, moment in still_open[["lead_id", "mql_at"]].itertuples(index=False):
        expected = truth.loc[lead, "p_sql_at_as_of"]
        assert observer.p_sql_while_open(lead, moment, crm.as_of) == pytest.approx(expected, abs=1e-9)
    for lead in truth.index[truth["state"] == "not_mql"][::10]:
        expected = truth.loc[lead, "p_sql_at_as_of"]
        assert observer.p_sql_at_mql(lead, crm.as_of) == pytest.approx(expected, abs=1e-9)


def test_the_observer_would_notice_a_single_act_or_field_that_it_should_not_see():
    crm = generate("linear", leads=700, seed=3)
    truth = crm.truth.set_index("lead_id")
    mqls = crm.leads[crm.leads["mql_at"].notna()]
    at_once = crm.activities.assign(synced_at=crm.activities["occurred_at"])
    unlate = Observer(replace(crm, activities=at_once))
    wrong = [
        lead
        for lead, moment in mqls[["lead_id", "mql_at"]].iloc[:150].itertuples(index=False)
        if abs(unlate.p_sql_at_mql(lead, moment) - truth.loc[lead, "p_sql_at_mql"]) > 1e-6
    ]
    assert wrong


def test_each_text_of_a_field_means_one_level():
    for spellings in (vocabulary.TITLE_SPELLINGS, vocabulary.SIZE_SPELLINGS, vocabulary.BUDGET_SPELLINGS):
        meant: dict[str, set[int]] = {}
        for text, code in zip(spellings.texts, spellings.codes, strict=True):
            meant.setdefault(text.strip().lower(), set()).add(code)
        assert {text: codes for text, codes in meant.items() if len(codes) > 1} == {}


def test_each_activity_type_has_the_tier_that_the_field_gives_it():
    assert {kind: tier for kind, (tier, _, _) in vocabulary.TYPES.items()} == {
        kind: TIER.get(kind, "low") for kind in vocabulary.TYPES
    }
