"""The data card of a simulated CRM, as Markdown. Every figure in it is computed from the CRM."""

from dataclasses import fields
from typing import Any

import pandas as pd

from mqlgate.simulate.clocks import NEVER
from mqlgate.simulate.crm import SimulatedCrm
from mqlgate.simulate.scenario import MECHANISMS
from mqlgate.simulate.scenarios import SCENARIOS_VERSION

_COLUMNS = (
    ("leads.csv", "leads", "one row a lead; job_title, company_size and budget as they stood at the end"),
    ("accounts.csv", "accounts", "one row a company, static"),
    ("activities.parquet", "activities", "one row an act; `synced_at` is when the CRM learned of it"),
    ("lead_history.csv", "history", "one row a value of a field that changes, its first included"),
    (
        "outcomes.csv",
        "outcomes",
        "one row a thing that sales did: contacted, accepted, rejected, closed_won, closed_lost",
    ),
    ("truth.csv", "truth", "what is true of each lead; no configuration names it"),
)


def data_card(crm: SimulatedCrm) -> str:
    """What the CRM is, its tables and columns, its rates, the mechanisms that are on, and how to have it again."""
    scenario = crm.scenario
    first = crm.leads["created_at"].min()
    tables = "\n".join(
        f"| `{file}` | {len(getattr(crm, name)):,} | {said} | {_names(getattr(crm, name))} |"
        for file, name, said in _COLUMNS
    )
    on = (
        "\n".join(f"| {name} | {_summary(getattr(scenario, name))} |" for name in scenario.mechanisms_on)
        or "| none | |"
    )
    off = ", ".join(name for name in MECHANISMS if name not in scenario.mechanisms_on) or "none"
    rates = "\n".join(f"| {what} | {figure} |" for what, figure in figures(crm).items())
    return f"""# Data card: a simulated CRM

Everything in it is invented: no row stems from a person or a firm. It is made by `mqlgate demo`, so that what is
recommended can be compared with what is true.

- scenario `{scenario.name}`, version {SCENARIOS_VERSION}: {scenario.words}
- {len(crm.leads):,} leads, seed {crm.seed}; from {first:%Y-%m-%d} to {crm.as_of:%Y-%m-%d %H:%M} UTC (as-of)
- the same scenario, version, number of leads and seed give the same files, byte by byte

## Tables

| file | rows | what | columns |
|---|---|---|---|
{tables}

## Rates

| what | figure |
|---|---|
{rates}

## Mechanisms that are on

| mechanism | parameters |
|---|---|
{on}

Off: {off}.

## What is true

`p_sql_at_mql` is the probability that sales accepts the lead within 90 days of its MQL moment, given everything that an
observer can know at that moment. `p_sql_at_as_of` is the same at as-of, given also that the lead is still open; for a
lead that is no MQL yet, as if it became one then. Both are closed-form, not estimates: acceptance depends on recorded
values (missing and dirty as they stand) and on recorded acts through known functions, beside the rep and the calendar.
The interest that drives acts is latent and enters nothing else. `sql_within_horizon` is what became of the lead in the
end, be it after as-of; it is empty for leads that are no MQL yet, for which `sql_if_qualified_at_as_of` stands.

## What it is not

A company: its effects are made up, fewer and cleaner than in life. A method that does well here may fail on real leads.
"""


def figures(crm: SimulatedCrm) -> dict[str, str]:
    """Sizes and rates, named and formatted."""
    truth, world = crm.truth, crm.world
    qualified = world.qualified < NEVER
    states = truth["state"].value_counts()
    late = crm.activities["synced_at"] > crm.activities["occurred_at"]
    days = (world.sold.accepted - world.qualified)[qualified & (world.sold.accepted < NEVER)] / 86_400
    mature = truth["p_sql_at_mql"].notna()
    return {
        "leads that are MQLs": f"{qualified.mean():.1%}",
        "states at as-of": ", ".join(
            f"{state} {states.get(state, 0):,}" for state in ("not_mql", "open", "accepted", "rejected", "expired")
        ),
        "SQL rate of all MQLs, within the horizon, in the end": f"{truth.loc[mature, 'sql_within_horizon'].mean():.1%}",
        "the same as expected by the truth": f"{truth.loc[mature, 'p_sql_at_mql'].mean():.1%}",
        "10 %, 50 %, 90 % of `p_sql_at_mql`": ", ".join(
            f"{q:.3f}" for q in truth["p_sql_at_mql"].quantile([0.1, 0.5, 0.9])
        ),
        "median days from MQL to acceptance": f"{_median(days)}",
        "acts a lead": f"{len(crm.activities) / len(crm.leads):.1f}",
        "acts recorded later than they happened": f"{late.mean():.1%}",
        "leads without an account": f"{crm.leads['account_id'].isna().mean():.1%}",
        "leads without a company size": f"{crm.leads['company_size'].isna().mean():.1%}",
    }


def _names(table: pd.DataFrame) -> str:
    return ", ".join(f"`{column}`" for column in table.columns)


def _median(days: Any) -> str:
    return f"{float(sorted(days)[len(days) // 2]):.0f}" if len(days) else "none"


def _summary(mechanism: Any) -> str:
    return ", ".join(f"{each.name} {_short(getattr(mechanism, each.name))}" for each in fields(mechanism))


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if hasattr(value, "items"):
        return "; ".join(f"{name} {each:+g}" for name, each in value.items())
    return str(value)
