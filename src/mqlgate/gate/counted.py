"""A cohort, counted once and asked about many gates. Never chooses one."""

from collections.abc import Iterable

import numpy as np

from mqlgate.gate.arrivals import WEEKS_PER_MONTH, Arrivals, arrivals, arrivals_at
from mqlgate.gate.bounds import FloatArray, lower_bounds, upper_bounds
from mqlgate.gate.cohort import Leads
from mqlgate.gate.gate_report import Cohort, CurvePoint, NextMonth
from mqlgate.gate.next_month import LEVEL, next_month_interval
from mqlgate.gate.tally import GATES, Tally, cells, tally_cells

_CURVE_STEPS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01)
_MOST_CURVE_POINTS = 100
_TWO_SIDED_95 = 0.975


class CountedCohort:
    """Counts of a cohort's leads at or above any gate.

    `cell`, `is_sql` and `segment` are of mature leads only, shape (mature leads,); `mature_leads` are those of each
    segment.
    """

    def __init__(self, seen: Leads) -> None:
        self.seen = seen
        self.cell, self.is_sql = seen.cell[seen.mature], seen.is_sql[seen.mature]
        self.segment = seen.segment[seen.mature]
        self.tally: Tally = tally_cells(self.cell, self.is_sql)
        self.arriving: Arrivals | None = arrivals(seen.days_ago, seen.cell, len(GATES))
        self.mature_leads = np.bincount(self.segment + 1, minlength=len(seen.segments) + 1)[1:].astype(np.int64)

    def counts(self, gate: float, segment: int | None = None) -> tuple[int, int]:
        """Mature leads and SQLs at or above a gate, of all or of one segment."""
        reached = self.seen.mature & (self.seen.score >= gate)
        if segment is not None:
            reached &= self.seen.segment == segment
        return int(reached.sum()), int((reached & self.seen.is_sql).sum())

    def weekly(self, gate: float, segment: int | None = None) -> Arrivals | None:
        """New MQLs a week at or above a gate, mature or not; None where weeks are not known."""
        if self.arriving is None:
            return None
        reached = self.seen.score >= gate
        if segment is not None:
            reached &= self.seen.segment == segment
        return arrivals_at(self.seen.days_ago, reached, self.arriving.weeks)

    def leads_per_week(self, gate: float, segment: int | None = None) -> float | None:
        """Mean of `weekly`."""
        week = self.weekly(gate, segment)
        return float(week.mean[0]) if week else None

    def next_month(self, gate: float) -> NextMonth:
        """The interval of next month's realised SQL rate at a gate."""
        week = self.weekly(gate)
        if week is None:
            return NextMonth(None, None, LEVEL, None)
        leads, sqls = self.counts(gate)
        mean = float(week.mean[0]) * WEEKS_PER_MONTH
        interval = next_month_interval(sqls, leads, mean, float(week.variance(WEEKS_PER_MONTH)[0]))
        low, high = interval or (None, None)
        return NextMonth(low, high, LEVEL, mean)

    def curve(self, gate: float) -> Iterable[CurvePoint]:
        """The trade-off over the range of scores, at most about a hundred gates; `gate` is one of them."""
        gates = _curve_gates(self.seen.score, gate)
        cell = cells(self.seen.score, gates)
        counted = tally_cells(cell[self.seen.mature], self.is_sql, gates)
        week = arrivals(self.seen.days_ago, cell, len(gates))
        low, high = (bound(counted.sqls, counted.leads, _TWO_SIDED_95) for bound in (lower_bounds, upper_bounds))
        for at, (g, n, k) in enumerate(zip(gates.tolist(), counted.leads.tolist(), counted.sqls.tolist(), strict=True)):
            yield CurvePoint(
                gate=g,
                leads=n,
                sqls=k,
                rate=k / n if n else None,
                low95=float(low[at]),
                high95=float(high[at]),
                leads_per_week=float(week.mean[at]) if week else None,
                sqls_kept=k / counted.all_sqls if counted.all_sqls else None,
            )

    def described(self) -> Cohort:
        """What a gate is chosen on."""
        return Cohort(
            leads=self.tally.all_leads,
            sqls=self.tally.all_sqls,
            sql_rate=self.tally.all_sqls / self.tally.all_leads if self.tally.all_leads else None,
            not_mature=int((~self.seen.mature).sum()),
            disqualified=self.seen.disqualified,
            first=self.seen.first,
            last=self.seen.last,
            weeks=self.arriving.weeks if self.arriving else None,
            lowest_score=float(self.seen.score.min()),
            highest_score=float(self.seen.score.max()),
        )


def _curve_gates(score: FloatArray, gate: float) -> FloatArray:
    lowest, highest = float(score.min()), float(score.max())
    step = next((s for s in _CURVE_STEPS if (highest - lowest) / s <= _MOST_CURVE_POINTS - 2), _CURVE_STEPS[-1])
    marks = np.arange(np.floor(lowest / step), np.ceil(highest / step) + 1) * step
    marks = np.round(marks[(marks >= GATES[0]) & (marks <= GATES[-1])], 4)
    return np.unique(np.append(marks, gate))
