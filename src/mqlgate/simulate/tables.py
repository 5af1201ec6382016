"""The tables that a CRM would export at the end of a world: what was recorded by then, and nothing that is latent.

Times are naive UTC with whole seconds. Rows stand in order of time, ties in order of leads.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.addresses import addresses
from mqlgate.simulate.clocks import NEVER, Seconds, seconds
from mqlgate.simulate.sales import REASONS
from mqlgate.simulate.world import World


def lead_ids(world: World) -> NDArray[np.object_]:
    """Ids in the order of creation."""
    return np.array([f"L{number:07d}" for number in range(1, len(world.leads) + 1)], dtype=object)


def account_ids(world: World) -> NDArray[np.object_]:
    """Ids of the accounts."""
    return np.array([f"A{number:06d}" for number in range(1, len(world.accounts) + 1)], dtype=object)


def moments(at: Seconds) -> pd.Series:
    """Seconds as naive UTC timestamps, NEVER as missing."""
    values = at.astype("datetime64[s]").astype("datetime64[us]")
    values[at >= NEVER] = np.datetime64("NaT")
    return pd.Series(values)


def _level(levels: tuple[str, ...], codes: NDArray[np.int16]) -> NDArray[np.object_]:
    """Levels as text, missing as None."""
    texts = np.array([None if level == words.MISSING else level for level in levels], dtype=object)
    return texts[codes]


def _text(texts: NDArray[np.object_], gone: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The texts, None where they are gone."""
    kept = texts.copy()
    kept[gone] = None
    return kept


def leads_table(world: World) -> pd.DataFrame:
    """`leads`: one row a lead, with the values that its fields had at the end."""
    people, end = world.leads, seconds(world.scenario.calendar.end)
    noise = world.chance.of("columns that mean nothing")
    many = len(people)
    table = {
        "lead_id": lead_ids(world),
        "created_at": moments(people.created),
        "mql_at": moments(world.qualified),
        "account_id": _text(account_ids(world)[people.account], people.account < 0),
        "owner": _level(words.REPS, people.codes["owner"]),
        "source": _level(words.SOURCE, people.codes["source"]),
        "campaign": _level(words.CAMPAIGN, people.codes["campaign"]),
        "email": addresses(world),
    }
    for field in world.fields:
        text = field.at(np.full(many, end))
        table[field.name] = _text(np.array(field.spellings.texts, dtype=object)[text], text < 0)
    table["country"] = _level(words.COUNTRY, people.codes["country"])
    table["landing_page"] = np.array(words.LANDING_PAGES, dtype=object)[
        noise.integers(0, len(words.LANDING_PAGES), many)
    ]
    table["language"] = np.array(words.LANGUAGES, dtype=object)[noise.integers(0, len(words.LANGUAGES), many)]
    table["phone_given"] = noise.random(many) < 0.4
    return pd.DataFrame(table)


def accounts_table(world: World) -> pd.DataFrame:
    """`accounts`: one row an account, static."""
    accounts, draw = world.accounts, world.chance.of("spelling of industries")
    other = np.where(
        draw.random(len(accounts)) < world.scenario.dirt.spelling / 4, draw.integers(1, 3, len(accounts)), 0
    )
    industry = [
        None if level == words.MISSING else words.INDUSTRY_WORDS[level][which]
        for level, which in zip(np.array(words.INDUSTRY)[accounts.industry], other, strict=True)
    ]
    return pd.DataFrame(
        {
            "account_id": account_ids(world),
            "name": accounts.name,
            "industry": np.array(industry, dtype=object),
            "employees": pd.array(np.nan_to_num(accounts.employees, nan=-1).astype(np.int64), dtype="Int64"),
            "country": _level(words.COUNTRY, accounts.country),
            "revenue": _text(accounts.revenue, accounts.revenue == ""),
            "tech_stack": _text(accounts.tools, accounts.tools == ""),
            "founded": accounts.founded,
        }
    ).assign(employees=lambda table: table["employees"].mask(table["employees"] < 0))


def activities_table(world: World) -> pd.DataFrame:
    """`activities`: one row an act that was recorded by the end."""
    acts = world.acts
    order = np.lexsort((acts.kind, acts.lead, acts.at))
    return pd.DataFrame(
        {
            "lead_id": pd.Categorical.from_codes(acts.lead[order], categories=pd.Index(lead_ids(world))).astype(str),
            "activity_type": pd.Categorical.from_codes(acts.kind[order], categories=pd.Index(words.KINDS)).astype(str),
            "occurred_at": moments(acts.at[order]),
            "synced_at": moments(acts.seen[order]),
        }
    )


def history_table(world: World) -> pd.DataFrame:
    """`history`: one row a change of a field that was recorded by the end, its first value included."""
    end, ids = seconds(world.scenario.calendar.end), lead_ids(world)
    parts = []
    for field in world.fields:
        texts = np.array(field.spellings.texts, dtype=object)
        before = np.full(len(ids), None, dtype=object)
        for column in range(field.text.shape[1]):
            there = field.changed[:, column] < NEVER
            value = texts[field.text[:, column]]
            row = there & (field.recorded[:, column] <= end)
            parts.append(
                pd.DataFrame(
                    {
                        "lead_id": ids[row],
                        "field": field.name,
                        "old_value": before[row],
                        "value": value[row],
                        "changed_at": moments(field.changed[row, column]),
                        "recorded_at": moments(field.recorded[row, column]),
                    }
                )
            )
            before = np.where(there, value, before)
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["changed_at", "lead_id", "field"], kind="stable", ignore_index=True)


def outcomes_table(world: World) -> pd.DataFrame:
    """`outcomes`: one row a thing that sales did, as recorded by the end."""
    end, sold, ids = seconds(world.scenario.calendar.end), world.sold, lead_ids(world)
    mql = world.qualified < NEVER
    owner = _level(words.REPS, world.leads.codes["owner"])
    touched = np.where(mql, sold.touched, world.early)
    reason = np.array([words.REASON_WORDS[code] for code in REASONS], dtype=object)[sold.reason]
    stages = (
        ("contacted", touched, touched, np.ones(len(ids), dtype=bool)),
        ("accepted", sold.accepted, sold.accepted_seen, mql),
        ("rejected", sold.rejected, sold.rejected_seen, mql),
        ("closed_won", sold.closed, sold.closed_seen, mql & sold.won),
        ("closed_lost", sold.closed, sold.closed_seen, mql & ~sold.won),
    )
    parts = []
    for stage, at, seen, possible in stages:
        row = possible & (at < NEVER) & (seen <= end)
        parts.append(
            pd.DataFrame(
                {
                    "lead_id": ids[row],
                    "occurred_at": moments(at[row]),
                    "recorded_at": moments(seen[row]),
                    "stage": stage,
                    "reason": reason[row] if stage == "rejected" else None,
                    "owner": owner[row],
                    "amount": sold.amount[row] if stage == "closed_won" else np.nan,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["occurred_at", "lead_id", "stage"], kind="stable", ignore_index=True)


def latest(*tables: pd.DataFrame) -> pd.Timestamp:
    """The latest moment in any column of times: what an observer takes for as-of."""
    times = [table[name].max() for table in tables for name in table.select_dtypes("datetime").columns]
    return max(pd.Timestamp(time) for time in times if not pd.isna(time))
