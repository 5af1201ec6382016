"""A simulated CRM as files, and the `mqlgate.toml` that names them but not the truth, which lies beside them."""

from pathlib import Path

import pandas as pd

from mqlgate.simulate import vocabulary as words
from mqlgate.simulate.crm import SimulatedCrm

_TIMES = "%Y-%m-%dT%H:%M:%SZ"


def write(crm: SimulatedCrm, folder: str | Path) -> tuple[Path, ...]:
    """Write leads.csv, accounts.csv, activities.parquet, lead_history.csv, outcomes.csv, truth.csv and mqlgate.toml.

    The same CRM gives the same bytes. Each file is replaced whole. Returns the paths.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "leads.csv": crm.leads,
        "accounts.csv": crm.accounts,
        "activities.parquet": crm.activities,
        "lead_history.csv": crm.history,
        "outcomes.csv": crm.outcomes,
        "truth.csv": crm.truth,
    }
    written = []
    for name, table in tables.items():
        beside = folder / f"{name}.new"
        if name.endswith(".parquet"):
            table.to_parquet(beside, index=False)
        else:
            _for_csv(table).to_csv(beside, index=False, date_format=_TIMES, lineterminator="\n", encoding="utf-8")
        written.append(beside.replace(folder / name))
    beside = folder / "mqlgate.toml.new"
    beside.write_text(configuration(crm), encoding="utf-8")
    return (*written, beside.replace(folder / "mqlgate.toml"))


def _for_csv(table: pd.DataFrame) -> pd.DataFrame:
    """Booleans as true and false, whole amounts without a fraction."""
    flags = {name: table[name].map({True: "true", False: "false"}) for name in table.select_dtypes("bool").columns}
    whole = {name: table[name].astype("Int64") for name in ("amount",) if name in table.columns}
    return table.assign(**flags, **whole)


def configuration(crm: SimulatedCrm) -> str:
    """The commented `mqlgate.toml` of a simulated CRM."""
    supported = ", ".join(f'"{country}"' for country in words.SUPPORTED)
    third = ", ".join(f'"{kind}"' for kind in words.THIRD_PARTY)
    reasons = "\n".join(f'"{said}" = "{code}"' for code, said in words.REASON_WORDS.items())
    return f"""# mqlgate on a simulated CRM: {crm.scenario.name}, {len(crm.leads):,} leads, to {crm.as_of:%Y-%m-%d}.
# What is true of these leads stands in truth.csv, which nothing here reads.

timezone = "UTC"                  # of times that name none

[leads]                           # one row per lead
path = "leads.csv"
id = "lead_id"
created_at = "created_at"         # a lead does not exist before it
qualified_at = "mql_at"           # the moment it became an MQL; empty for leads that are none yet
account = "account_id"
source = "source"
campaign = "campaign"
owner = "owner"                   # the rep, assigned at creation
email = "email"                   # only ever used as its kind
title = "job_title"               # only ever used as seniority and function

[[lookups]]                       # companies, joined to the leads
path = "accounts.csv"
key = "account_id"
id = "account_id"
prefix = "account_"
exclude = ["name"]                # a name is no feature

[activities]                      # one row per thing that a lead did
path = "activities.parquet"
lead = "lead_id"
type = "activity_type"
at = "occurred_at"
recorded = "synced_at"            # some records come late, and nothing is seen before both times

[history]                         # every value that these fields have had: job_title, company_size, budget
path = "lead_history.csv"
lead = "lead_id"
field = "field"
value = "value"
old = "old_value"
at = "changed_at"
recorded = "recorded_at"

[outcomes]                        # what sales did
path = "outcomes.csv"
lead = "lead_id"
at = "occurred_at"
recorded = "recorded_at"
stage = "stage"
reason = "reason"
owner = "owner"
amount = "amount"
accepted = ["accepted", "closed_won"]
rejected = ["rejected", "closed_lost"]
won = ["closed_won"]
touched = ["contacted"]
horizon_days = 90                 # an acceptance later than this does not count
won_horizon_days = 180

[outcomes.reasons]                # this CRM's words = the closed list
{reasons}

[features]
third_party = [{third}]  # what another company reports

[[disqualifiers]]                 # a hard rule beside the model
column = "country"
not_in = [{supported}]
reason = "unsupported_geography"

[gate]
target_sql_rate = 0.30            # of MQLs at or above the gate, 30 % are to become SQLs
confidence = 0.95
value_per_sql = 900.0
cost_per_worked_lead = 35.0
cost_per_mql = 50.0
segments = ["source"]
"""
