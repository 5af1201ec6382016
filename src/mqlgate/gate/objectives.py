"""One gate for each thing that a gate may be asked to achieve, and which of them comes first. Never weighs them up.

The target SQL rate has a file of its own, `guarantee`; the others are here.
"""

from dataclasses import dataclass

import numpy as np

from mqlgate.gate.arrivals import Arrivals
from mqlgate.gate.bounds import FloatArray, lower_bounds
from mqlgate.gate.settings import GateSection
from mqlgate.gate.tally import GATES, Tally

TARGET_SQL_RATE = "target_sql_rate"
KEEP_SQLS = "keep_sqls"
CAPACITY_PER_WEEK = "capacity_per_week"
VALUE = "value"
SQL_RATE = "sql_rate"
IN_FORCE = "in_force"
ORDER = (TARGET_SQL_RATE, KEEP_SQLS, CAPACITY_PER_WEEK, VALUE)
"""The first of these that is given is in force, unless people signed a gate; `sql_rate` where none is given."""


@dataclass(frozen=True)
class Chosen:
    """A gate for one objective. `bound` is what could be shown, in the objective's own unit; None where nothing is."""

    gate: float
    met: bool
    bound: float | None


def given(settings: GateSection) -> tuple[str, ...]:
    """The objectives that the section asks for, in order of precedence."""
    asked = {
        TARGET_SQL_RATE: settings.target_sql_rate is not None,
        KEEP_SQLS: settings.keep_sqls is not None,
        CAPACITY_PER_WEEK: settings.capacity_per_week is not None,
        VALUE: settings.value_per_sql is not None and settings.cost_per_worked_lead is not None,
    }
    return tuple(name for name in ORDER if asked[name])


def keep_sqls(counted: Tally, keep: float, confidence: float) -> Chosen:
    """The highest gate that keeps at least `keep` of all SQLs, with probability `confidence`.

    Given the number of SQLs, how many of them stand at or above a gate is binomial with the share that this gate keeps.
    That share and the counts both fall as the gate rises, so gates tested from low to high until the first failure are
    the gates whose own exact lower bound reaches `keep`: nothing is paid for the choice. Where not even the lowest gate
    can be shown to keep enough, since the SQLs are few, the lowest gate is returned as not met.
    """
    everyone = np.full(counted.sqls.shape, counted.all_sqls)
    bounds = lower_bounds(counted.sqls, everyone, confidence)
    passed = np.flatnonzero(bounds >= keep)
    index = int(passed[-1]) if len(passed) else 0
    return Chosen(float(counted.gates[index]), bool(len(passed)), float(bounds[index]))


def capacity_per_week(arriving: Arrivals, capacity: float, confidence: float, gates: FloatArray = GATES) -> Chosen:
    """The lowest gate at which a coming week's new MQLs fit into `capacity` with probability `confidence`.

    `bound` is the count that a week does not exceed with that probability. Where not even the highest gate fits, it is
    returned as not met.
    """
    needed = arriving.quantile(confidence)
    too_many = np.flatnonzero(needed > capacity)
    index = int(too_many[-1]) + 1 if len(too_many) else 0
    met = index < len(gates)
    index = min(index, len(gates) - 1)
    return Chosen(float(gates[index]), met, float(needed[index]))


def worth_working(value_per_sql: float, cost_per_worked_lead: float) -> Chosen:
    """The probability from which a lead is worth its cost: p · value >= cost. Needs no cohort, only calibrated scores.

    What the lead has cost marketing is sunk and does not enter.
    """
    return Chosen(inside(cost_per_worked_lead / value_per_sql), cost_per_worked_lead < value_per_sql, None)


def cohort_rate(counted: Tally) -> Chosen:
    """The cohort's SQL rate as the gate: what serves where nothing was asked for."""
    return Chosen(inside(counted.all_sqls / counted.all_leads), True, None)


def inside(gate: float) -> float:
    """A gate lies inside (0, 1): between the lowest and the highest candidate."""
    return float(min(max(gate, GATES[0]), GATES[-1]))
