"""The lowest gate above which the expected SQL rate reaches a target, with a stated probability. Never sees a score.

What is promised, and why it holds
----------------------------------
For a gate g let R(g) be the probability that a fresh lead with a score of g or more becomes an SQL. With probability at
least `confidence` over the cohort, R at the returned gate is at least the target, if the leads of the cohort are
independent draws from the population that the next leads come from.

- One gate. Given how many leads of the cohort reach a gate that was fixed beforehand, the number of SQLs among them is
  exactly Binomial(leads, R(g)). So P(Binomial(leads, target) >= sqls) is a valid p-value for 'R(g) < target', whatever
  the scores look like: smooth, ragged, flat or miscalibrated. (Given the scores themselves the labels are independent
  but not identically distributed; that sum is less spread out than the binomial with the same mean: Hoeffding 1956. So
  the statement holds for the rate that is expected of exactly these leads as well.)
- All gates. Looking at many gates and taking the lowest that passes would break the promise. The gates are tested one
  after the other, from high to low, in an order and from starting points that are fixed by the target alone, never by
  labels: fixed-sequence testing as in Learn then Test (Angelopoulos, Bates, Candes, Jordan and Lei 2021). A test that
  passes hands its whole error budget to the next lower gate; one that fails ends its run.
- Several runs. A run from the very top has no power, since few leads are there. A calibrated score of `target` or more
  promises enough by itself, so most of the budget starts there; the rest starts above (scores that say too much), and
  below down to the lowest gate (scores that say too little or nothing). A run that reaches the next start adds that
  start's budget to its own: the fallback procedure of Wiens (2003), which keeps the probability of passing any bad
  gate at or below the sum of the budgets, 1 - `confidence`.
"""

import math
from dataclasses import dataclass

import numpy as np

from mqlgate.gate.bounds import FloatArray, IntArray, lower_bounds, p_values
from mqlgate.gate.tally import Tally

# Where runs start, in log-odds from the target, and the share of the error budget that starts there. Chosen on
# simulated cohorts of 200 to 20,000 leads for a high volume; any fixed choice that sums to one keeps the promise.
_STARTS = (
    (2.0, 0.02),
    (1.0, 0.07),
    (0.5, 0.05),
    (0.0, 0.70),
    (-0.5, 0.03),
    (-1.0, 0.03),
    (-2.0, 0.02),
    (-math.inf, 0.08),
)


@dataclass(frozen=True)
class Guaranteed:
    """The outcome of the test.

    `met`: whether any gate passed. `index`: of the gate in the tally's gates: the lowest that passed, else the closest.
    `error`: the probability of error at which that gate was tested. `lower_bound`: exact bound of the SQL rate at that
    gate, at confidence 1 - `error`; at least the target where `met`.
    """

    met: bool
    index: int
    error: float
    lower_bound: float


def lowest_gate(counted: Tally, target: float, error: float) -> Guaranteed:
    """The lowest gate at or above which the expected SQL rate is at least `target`, but for a probability of `error`.

    Parameters
    ----------
    counted
        Leads and SQLs at or above each candidate gate, of out-of-time predictions for mature leads.
    target
        The SQL rate to be reached, in (0, 1).
    error
        The probability, over the cohort, of returning a gate that is not good enough: 1 - confidence, or a part of it
        where several families of gates are tested together.
    """
    lowest, budget = _run(_p_of_distinct(counted, target), _starts(counted.gates, target), error)
    if lowest is None:
        return closest(counted, error)
    bound = lower_bounds(counted.sqls[lowest : lowest + 1], counted.leads[lowest : lowest + 1], 1 - budget)
    return Guaranteed(True, lowest, budget, float(bound[0]))


def closest(counted: Tally, error: float) -> Guaranteed:
    """The gate whose lower bound is highest, the lowest such gate where several tie; never `met`.

    The bounds hold for all gates at once, each with its share of `error` (Bonferroni over gates that differ in their
    leads), so the highest of them may be quoted although it was picked.
    """
    first = _first_of_run(counted)
    share = error / len(first)
    bounds = lower_bounds(counted.sqls[first], counted.leads[first], 1 - share)
    best = int(np.argmax(bounds))
    return Guaranteed(False, int(first[best]), share, float(bounds[best]))


def _first_of_run(counted: Tally) -> IntArray:
    # Gates with no lead between them have the same counts; their bound is computed once, for the lowest of them.
    new = np.empty(len(counted.gates), dtype=bool)
    new[0] = True
    new[1:] = counted.leads[1:] != counted.leads[:-1]
    return np.flatnonzero(new)


def _p_of_distinct(counted: Tally, target: float) -> FloatArray:
    first = _first_of_run(counted)
    p = p_values(counted.sqls[first], counted.leads[first], target)
    return np.repeat(p, np.diff(np.append(first, len(counted.gates))))


def _starts(gates: FloatArray, target: float) -> list[tuple[int, float]]:
    """(index of the gate, share of the budget), from high to low."""
    odds = math.log(target / (1 - target))
    shares: dict[int, float] = {}
    for offset, share in _STARTS:
        level = 1 / (1 + math.exp(-(odds + offset))) if offset > -math.inf else 0.0
        # A hair below, so that a target of 0.3 starts at the gate 0.300 and not at the next one.
        index = min(int(np.searchsorted(gates, level - 1e-12)), len(gates) - 1)
        shares[index] = shares.get(index, 0.0) + share
    return sorted(shares.items(), reverse=True)


def _run(p: FloatArray, starts: list[tuple[int, float]], error: float) -> tuple[int | None, float]:
    lowest: int | None = None
    lowest_budget = carried = 0.0
    total = sum(share for _, share in starts)
    ends = [index + 1 for index, _ in starts[1:]] + [0]
    for (start, share), end in zip(starts, ends, strict=True):
        budget = carried + error * share / total
        failed = np.flatnonzero(p[end : start + 1][::-1] > budget)
        passed = start + 1 - end if len(failed) == 0 else int(failed[0])
        if passed:
            lowest, lowest_budget = start + 1 - passed, budget
        carried = budget if len(failed) == 0 else 0.0
    return lowest, lowest_budget
