"""What becomes of simulated leads agrees with their true probabilities: overall, in 20 bins, and per segment.

Chi-square of counts against known probabilities, sum (O - E)^2 / V over cells with E = sum p and V = sum p (1 - p): no
parameter is fitted, so it has as many degrees of freedom as cells. Cells of fewer than 5 expected SQLs or others are
joined.
"""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2

from mqlgate.simulate import SCENARIOS, Scenario
from mqlgate.simulate.clocks import DAY, NEVER, seconds
from mqlgate.simulate.odds import WON_HORIZON_DAYS
from mqlgate.simulate.sales import REASONS, reason_probabilities
from mqlgate.simulate.tables import lead_ids
from mqlgate.simulate.truth import truth_of
from mqlgate.simulate.vocabulary import COLUMNS
from mqlgate.simulate.world import World, simulate

LEADS = 200_000
BINS = 20
LEVEL = 0.01
"""That a promise breaks though the truth is true, divided by the tests of all promises here."""
_TESTS_A_SCENARIO = 37
PER_TEST = LEVEL / (_TESTS_A_SCENARIO * len(SCENARIOS))
_MOMENTS = tuple(95 * step for step in range(7))
"""Days before the end at which open leads are looked at: further apart than the horizon, so none is looked at twice."""


def p_value(p: NDArray[np.float64], outcome: NDArray[np.bool_], cell: NDArray[np.generic]) -> float:
    """How likely counts at least as far from their expectations are, were the probabilities true."""
    table = pd.DataFrame({"p": p, "outcome": outcome, "v": p * (1 - p), "cell": pd.factorize(cell)[0]})
    cells = table.groupby("cell").agg(expected=("p", "sum"), seen=("outcome", "sum"), v=("v", "sum"), n=("p", "size"))
    small = np.minimum(cells["expected"], cells["n"] - cells["expected"]) < 5
    cells = pd.concat([cells[~small], cells[small].sum().to_frame().T]) if small.any() else cells
    cells = cells[cells["v"] > 0]
    return float(chi2.sf(((cells["seen"] - cells["expected"]) ** 2 / cells["v"]).sum(), len(cells)))


def in_bins(p: NDArray[np.float64]) -> NDArray[np.generic]:
    """Twenty bins of equally many leads, by rank so that ties do not matter."""
    return (np.argsort(np.argsort(p, kind="stable"), kind="stable") * BINS // max(len(p), 1)).astype(np.int64)


def judge(p_values: dict[str, float], record) -> None:
    assert len(p_values) <= _TESTS_A_SCENARIO
    worst = min(p_values, key=p_values.get)
    record(tests=len(p_values), least_p_value=p_values[worst], where=worst)
    assert p_values[worst] > PER_TEST, {name: value for name, value in p_values.items() if value <= PER_TEST}


def of_mqls(world: World, truth: pd.DataFrame) -> dict[str, float]:
    """Of `p_sql_at_mql`: by bins, the columns of the verdict, the calendar, and what is latent or not yet seen."""
    mql = np.flatnonzero(truth["p_sql_at_mql"].notna())
    p, sql = truth["p_sql_at_mql"].to_numpy()[mql], truth["sql_within_horizon"].to_numpy(dtype=float, na_value=0)[mql]
    codes = world.codes_at(world.qualified)
    when = pd.to_datetime(world.qualified[mql], unit="s")
    late = (world.acts.at <= world.qualified[world.acts.lead]) & (world.acts.seen > world.qualified[world.acts.lead])
    unseen = np.bincount(world.acts.lead[late], minlength=len(world.leads)).clip(0, 4)
    cells = {column: codes[column][mql] for column in COLUMNS} | {
        "nothing": np.zeros(len(p)),
        "bin": in_bins(p),
        "month": when.year * 12 + when.month,
        "weekday and hour": when.day_of_week * 24 + when.hour,
        "decile of latent interest": in_bins(world.leads.interest[mql]),
        "latent interest within bins": in_bins(p) * BINS + in_bins(world.leads.interest[mql]),
        "acts not seen yet": unseen[mql],
    }
    return {f"at MQL, by {name}": p_value(p, sql, cell) for name, cell in cells.items()}


def of_open_leads(world: World, ids: NDArray[np.object_]) -> dict[str, float]:
    """Of `p_sql_at_as_of` of open leads, at moments so far apart that none is looked at twice."""
    end = seconds(world.scenario.calendar.end)
    parts = []
    for days in _MOMENTS:
        at = end - days * DAY
        truth = truth_of(world, at, ids)
        is_open = np.flatnonzero(truth["state"] == "open")
        touched = world.touched_by(at)[is_open]
        since = (at - touched) / DAY
        parts.append(
            pd.DataFrame(
                {
                    "p": truth["p_sql_at_as_of"].to_numpy()[is_open],
                    "sql": truth["sql_within_horizon"].to_numpy(dtype=float, na_value=0)[is_open],
                    "moment": days,
                    "age": (at - world.qualified[is_open]) // (3 * DAY),
                    "touched": np.where(touched < NEVER, 1 + np.floor(since.clip(0, 20) / 5), 0),
                    "answers": world.acts_since_mql(at)[is_open].clip(0, 6),
                    "owner": world.leads.codes["owner"][is_open],
                    "source": world.leads.codes["source"][is_open],
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    table["nothing"] = 0
    table["bin"] = in_bins(table["p"].to_numpy())
    table["age and answers"] = table["age"] * 10 + table["answers"]
    cells = ("nothing", "bin", "moment", "age", "touched", "answers", "age and answers", "owner", "source")
    return {f"open, by {name}": p_value(table["p"], table["sql"], table[name].to_numpy()) for name in cells}


def of_leads_before(truth: pd.DataFrame, world: World) -> dict[str, float]:
    """Of `p_sql_at_as_of` of leads that are no MQL yet."""
    waiting = np.flatnonzero(truth["state"] == "not_mql")
    p = truth["p_sql_at_as_of"].to_numpy()[waiting]
    sql = truth["sql_if_qualified_at_as_of"].to_numpy(dtype=float, na_value=0)[waiting]
    cells = {"nothing": np.zeros(len(p)), "bin": in_bins(p), "source": world.leads.codes["source"][waiting]}
    return {f"no MQL yet, by {name}": p_value(p, sql, cell) for name, cell in cells.items()}


def of_sales(world: World, truth: pd.DataFrame) -> dict[str, float]:
    """Of what else is told: whether leads are ever accepted, whether SQLs are won, why leads are rejected."""
    mql = np.flatnonzero(truth["p_sql_at_mql"].notna())
    ever = truth["p_accepted_at_mql"].to_numpy()[mql]
    sql = np.flatnonzero(truth["sql_within_horizon"].to_numpy(dtype=float, na_value=0) == 1)
    won = world.sold.won & (world.sold.closed - world.qualified <= WON_HORIZON_DAYS * DAY)
    p_won = truth["p_won_given_sql"].to_numpy()[sql]
    codes = world.codes_at(world.qualified)
    rejected = np.flatnonzero((world.qualified < NEVER) & (world.sold.rejected < NEVER))
    reasons = reason_probabilities({name: values[rejected] for name, values in codes.items()})
    p_values = {
        "ever accepted": p_value(ever, world.sold.will_be_accepted[mql], in_bins(ever)),
        "won": p_value(p_won, won[sql], in_bins(p_won)),
        "won, by company size": p_value(p_won, won[sql], codes["company_size"][sql]),
    }
    for reason in ("wrong_company_size", "student_vendor_or_competitor", "duplicate"):
        p = reasons[:, REASONS.index(reason)]
        given = world.sold.reason[rejected] == REASONS.index(reason)
        p_values[f"rejected: {reason}"] = p_value(p, given, in_bins(p))
    return p_values


def p_values_of(scenario: Scenario, leads: int, seed: int) -> tuple[dict[str, float], dict[str, float]]:
    """All p-values of a world, and some figures of it."""
    world = simulate(scenario, leads, seed)
    ids = lead_ids(world)
    truth = truth_of(world, seconds(scenario.calendar.end), ids)
    p_values = of_mqls(world, truth) | of_open_leads(world, ids)
    p_values |= of_leads_before(truth, world) | of_sales(world, truth)
    mql = truth["p_sql_at_mql"].notna()
    return p_values, {
        "mqls": int(mql.sum()),
        "sql_rate": round(float(truth.loc[mql, "sql_within_horizon"].mean()), 4),
        "mean_p_sql": round(float(truth["p_sql_at_mql"].mean()), 4),
    }


@pytest.mark.promise(seed=20_260_630)
@pytest.mark.parametrize("name", SCENARIOS)
def test_outcomes_agree_with_the_true_probabilities(name, trials, seed, record):
    p_values, figures = p_values_of(SCENARIOS[name], trials(LEADS, least=5_000), seed)
    record(**figures)
    judge(p_values, record)
