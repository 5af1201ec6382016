"""Lead columns that leak the outcome by a known mechanism, and honest ones, for a simulated CRM whose truth is known.

A column is planted as a CRM would do it: on the table as exported, from what became of each lead by then. An honest
column is drawn from what was true when the lead came in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mqlgate.simulate import SimulatedCrm

HORIZON = pd.Timedelta(days=90)
_ACCEPTED, _REJECTED = ("accepted", "closed_won"), ("rejected", "closed_lost")


@dataclass(frozen=True)
class Leads:
    """What the columns are made of, one entry a lead of `crm.leads`."""

    crm: SimulatedCrm
    mql: np.ndarray  # days since the first lead; NaN where the lead is no MQL
    accepted: np.ndarray
    decided: np.ndarray
    decided_at: np.ndarray  # days; NaN while open
    sql: np.ndarray  # whether it becomes an SQL within the horizon, also where nobody knows yet
    odds: np.ndarray  # true log-odds of that, centred; 0 where the lead is no MQL
    created: np.ndarray  # days
    acts_before: np.ndarray
    acts_after: np.ndarray
    acts_30_days: np.ndarray

    @property
    def size(self) -> int:
        return len(self.crm.leads)

    @property
    def position(self) -> np.ndarray:
        """From 0, the first lead, to 1, the last."""
        return self.created / self.created.max()


def leads_of(crm: SimulatedCrm) -> Leads:
    """The ground for columns of this CRM."""
    leads = crm.leads.set_index("lead_id")
    mql_at = leads["mql_at"]
    verdicts = crm.outcomes[crm.outcomes["stage"].isin([*_ACCEPTED, *_REJECTED])].copy()
    first = verdicts.groupby("lead_id")["occurred_at"].min().reindex(leads.index)
    accepted = leads.index.isin(verdicts.loc[verdicts["stage"].isin(_ACCEPTED), "lead_id"])
    truth = crm.truth.set_index("lead_id").reindex(leads.index)
    p = truth["p_sql_at_mql"].astype(float).clip(1e-4, 1 - 1e-4)
    acts = crm.activities.merge(mql_at.rename("mql_at"), left_on="lead_id", right_index=True)
    wait = acts["occurred_at"] - acts["mql_at"]

    def counted(kept: pd.Series) -> np.ndarray:
        return acts[kept].groupby("lead_id").size().reindex(leads.index, fill_value=0).to_numpy()

    start = leads["created_at"].min()
    odds = np.log(p / (1 - p))
    return Leads(
        crm,
        _days(mql_at - start),
        accepted,
        first.notna().to_numpy(),
        _days(first - start),
        truth["sql_within_horizon"].fillna(0).astype(int).to_numpy() == 1,
        (odds - odds.mean()).fillna(0.0).to_numpy(),
        _days(leads["created_at"] - start),
        counted(wait <= pd.Timedelta(0)),
        counted(wait > pd.Timedelta(0)),
        counted((wait > pd.Timedelta(0)) & (wait <= pd.Timedelta(days=30))),
    )


def _days(spans: pd.Series) -> np.ndarray:
    return (spans / pd.Timedelta(days=1)).to_numpy(dtype=float)


def planted(leads: Leads, rng: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    """Twenty columns that leak: filled, overwritten, incremented, copied, added up later, numbered later."""
    n = leads.size
    start = leads.crm.leads["created_at"].min()

    def hit(share: float) -> np.ndarray:
        return leads.decided & (rng.random(n) < share)

    yield "filled_number", np.where(hit(rng.uniform(0.2, 0.4)), rng.normal(50, 9, n), np.nan)
    yield "filled_category", np.where(hit(rng.uniform(0.2, 0.6)), rng.choice(["red", "amber", "green"], n), None)
    yield "filled_always", np.where(leads.decided, rng.choice(["north", "south"], n), None)
    set_on = start + pd.to_timedelta(np.nan_to_num(leads.decided_at) + rng.exponential(1.0, n), unit="D")
    yield "filled_date", np.where(hit(rng.uniform(0.2, 0.8)), set_on.strftime("%Y-%m-%d %H:%M"), None)
    before = rng.random(n) < 0.15
    yield "filled_the_rest", np.where(before | hit(rng.uniform(0.4, 0.9)), rng.normal(0, 1, n), np.nan)
    kind = rng.choice(["A", "B", "C", "D"], n)
    yield "overwritten_by_new", np.where(hit(rng.uniform(0.2, 0.5)), "handed over", kind)
    yield "overwritten_by_known", np.where(hit(rng.uniform(0.3, 0.8)), "B", rng.choice(["A", "B", "C", "D"], n))
    yield "overwritten_by_zero", np.where(hit(rng.uniform(0.2, 0.6)), 0.0, rng.lognormal(3, 1, n))
    yield "overwritten_higher", np.where(hit(rng.uniform(0.3, 0.9)), rng.normal(2, 1, n), rng.normal(0, 1, n))
    for number, mean in enumerate((2.0, 3.0, 6.0)):
        more = np.where(hit(rng.uniform(0.3, 1.0)), 1 + rng.poisson(mean - 1, n), 0)
        yield f"incremented_{number}", rng.poisson(mean, n) + more
    yield "copy", np.where(rng.random(n) < 0.1, ~leads.accepted, leads.accepted)
    told = np.where(rng.random(n) < 0.1, ~leads.sql, leads.sql)
    yield "copy_of_label", np.where(leads.decided | (leads.mql < leads.mql[leads.decided].max() - 90), told, None)
    yield "all_acts", leads.acts_before + leads.acts_after
    yield "later_acts", leads.acts_after
    yield "acts_score", np.round(10 * np.log1p(leads.acts_before + leads.acts_after) + rng.normal(0, 1.5, n), 1)
    order = np.full(n, np.nan)
    order[leads.decided] = 10_000 + np.argsort(np.argsort(leads.decided_at[leads.decided]))
    yield "number_by_decision", order
    yield "number_regrown", np.where(leads.decided, leads.decided_at, leads.created).round(3)
    yield "number_grown_with_sql", np.arange(n) + np.where(leads.accepted, n, 0)


def clean(leads: Leads, rng: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    """Twenty honest columns: predictors up to an AUC of .9, missing at creation, near-unique, drifting."""
    n, t, sql = leads.size, leads.position, leads.sql.astype(float)
    best = np.sqrt(2) * 1.2816  # an AUC of .9: P(N(0, 1) < d / sqrt 2)
    for number, d in enumerate((rng.uniform(0.2, 0.8), rng.uniform(0.8, 1.4), best)):
        yield f"honest_number_{number}", rng.normal(0, 1, n) + d * sql
    yield "honest_amount", np.round(np.exp(rng.normal(8, 1, n) + rng.uniform(0.3, 1.5) * sql), 2)
    yield "honest_count", rng.poisson(np.exp(1 + 0.8 * sql))
    score = rng.normal(0, 1, n) + rng.uniform(0.5, best) * sql
    cuts = np.quantile(score, [0.15, 0.4, 0.6, 0.8, 0.93])
    yield "honest_category", np.array(["f", "e", "d", "c", "b", "a"])[np.searchsorted(cuts, score)]
    yield "honest_flag", rng.random(n) < np.where(leads.sql, 0.75, 0.2)
    yield "true_odds", leads.odds + rng.normal(0, 0.5, n)
    yield "negative_sign", rng.normal(0, 1, n) - 0.5 * leads.odds
    yield "missing_by_chance", np.where(rng.random(n) < rng.uniform(0.1, 0.7), np.nan, rng.normal(0, 1, n))
    yield "missing_by_quality", np.where(rng.random(n) < 1 / (1 + np.exp(leads.odds)), np.nan, rng.normal(0, 1, n))
    yield "missing_by_sql", np.where(rng.random(n) < np.where(leads.sql, 0.2, 0.6), None, rng.choice(["x", "y"], n))
    yield "near_unique_text", np.array([f"ref {number:08d}" for number in rng.permutation(n)])
    yield "number_by_creation", 5_000 + np.arange(n)
    yield "drifting_number", rng.normal(0, 1, n) + 1.5 * t
    yield "drifting_predictor", rng.normal(0, 1, n) + 0.8 * t + 0.8 * sql
    yield "drifting_category", np.where(rng.random(n) < t, rng.choice(["new form", "chat"], n), "old form")
    since = rng.uniform(0.2, 0.9)
    yield "field_introduced", np.where(t > since, rng.choice(["u", "v", "w"], n), None)
    yield "field_abandoned", np.where(t < since, rng.normal(0, 1, n), np.nan)
    yield "acts_before", leads.acts_before
