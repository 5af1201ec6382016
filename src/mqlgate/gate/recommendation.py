"""From a cohort to a gate: every objective's recommendation, the one in force, and what can be promised of it.

Never reads or writes a file, and never fits anything: the predictions must already be out of time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from mqlgate.gate import objectives as ask
from mqlgate.gate.bands import score_bands
from mqlgate.gate.bounds import sql_rate_lower_bound
from mqlgate.gate.cohort import read
from mqlgate.gate.counted import CountedCohort
from mqlgate.gate.gate_report import GateReport, Objective, Segment
from mqlgate.gate.grades import grade_bands
from mqlgate.gate.guarantee import Guaranteed, lowest_gate
from mqlgate.gate.segments import Split, own_gates, split
from mqlgate.gate.settings import GateSection
from mqlgate.gate.tally import GATES
from mqlgate.gate.words import at_least, percent

if TYPE_CHECKING:
    import pandas as pd


def recommend(cohort: "pd.DataFrame", settings: GateSection, as_of: datetime, model_version: str) -> GateReport:
    """Recommend a gate for the next leads like this cohort's.

    Parameters
    ----------
    cohort
        One row a lead, judged at its MQL snapshot by a model that knew none of these outcomes: `p_sql`, `label` (1, 0,
        or missing where the lead is not mature; such leads count for weekly volumes only), `qualified_at` (naive UTC;
        optional: without it what needs weeks is None), `disqualified` (optional: a reason takes the lead out), and
        the columns that `settings.segments` names. Anything else is ignored.
    settings
        What the gate is to achieve.
    as_of, model_version
        Told in the report.

    Raises
    ------
    InputError
        The table is not as described.
    AnswerIsNo
        No lead is mature.
    """
    seen = read(cohort, settings.segments)
    asked = _Asked(CountedCohort(seen), settings)
    found = [asked.objective(name) for name in ask.given(settings)]
    recommended = next((objective for objective in found if objective.gate is not None), None)
    if recommended is None:
        recommended = asked.objective(ask.SQL_RATE)
        found.append(recommended)
    in_force = recommended
    if settings.in_force is not None:
        in_force = asked.signed(settings.in_force)
        found.insert(0, in_force)
    gate, recommended_gate = _known(in_force), _known(recommended)
    return GateReport(
        as_of=as_of,
        model_version=model_version,
        objective=in_force.objective,
        wanted=in_force.wanted,
        gate=gate,
        met=in_force.met,
        confidence=settings.confidence,
        lower_bound=in_force.lower_bound,
        expected_sql_rate=in_force.expected_sql_rate,
        next_month=asked.counted.next_month(gate),
        leads=in_force.leads,
        sqls=in_force.sqls,
        leads_per_week=in_force.leads_per_week,
        sqls_kept=in_force.sqls_kept,
        cost_per_sql=in_force.cost_per_sql,
        recommended=recommended.objective,
        recommended_gate=recommended_gate,
        recommended_met=recommended.met,
        grades=grade_bands(gate, seen.score),
        cohort=asked.counted.described(),
        bands=score_bands(seen.score[seen.mature], seen.is_sql[seen.mature]),
        objectives=tuple(found),
        segments=tuple(asked.segments(gate, in_force.objective)),
        curve=tuple(asked.counted.curve(gate)),
        notes=tuple(asked.notes(gate, found)),
    )


class _Asked:
    """A counted cohort and what its gate is to achieve."""

    def __init__(self, counted: CountedCohort, settings: GateSection) -> None:
        self.counted, self.settings = counted, settings
        self.confidence = settings.confidence
        self.shared: Split = split(settings.confidence, counted.mature_leads, settings.min_segment_leads)

    def objective(self, name: str) -> Objective:
        """The recommendation for one objective."""
        return _OBJECTIVES[name](self)

    def target_sql_rate(self) -> Objective:
        target = _given(self.settings.target_sql_rate)
        found = lowest_gate(self.counted.tally, target, self.shared.overall)
        if found.met:
            why = f"the lowest gate above which an SQL rate of at least {percent(target)} can be promised"
        else:
            shown = at_least(found.lower_bound)
            why = f"no gate can be promised an SQL rate of {percent(target)}; the closest shows at least {shown}"
        chosen = ask.Chosen(float(GATES[found.index]), found.met, found.lower_bound)
        return self._stated(ask.TARGET_SQL_RATE, target, chosen, why, found)

    def keep_sqls(self) -> Objective:
        keep = _given(self.settings.keep_sqls)
        chosen = ask.keep_sqls(self.counted.tally, keep, self.confidence)
        why = f"the highest gate that keeps at least {percent(keep)} of SQLs"
        if not chosen.met:
            few = self.counted.tally.all_sqls
            why = f"the cohort's {few:,} SQLs are too few to show that any gate keeps {percent(keep)} of them"
        return self._stated(ask.KEEP_SQLS, keep, chosen, why)

    def capacity_per_week(self) -> Objective:
        capacity = _given(self.settings.capacity_per_week)
        if self.counted.arriving is None:
            why = "the leads' MQL dates do not cover two whole weeks"
            return Objective(
                objective=ask.CAPACITY_PER_WEEK,
                wanted=capacity,
                gate=None,
                met=False,
                bound=None,
                confidence=self.confidence,
                lower_bound=None,
                expected_sql_rate=None,
                leads=0,
                sqls=0,
                leads_per_week=None,
                sqls_kept=None,
                cost_per_sql=None,
                why=why,
            )
        chosen = ask.capacity_per_week(self.counted.arriving, capacity, self.confidence)
        why = f"the lowest gate at which a week's new MQLs fit into {capacity:g} in {percent(self.confidence)} of weeks"
        if not chosen.met:
            why = f"even at the highest gate more than {capacity:g} new MQLs are to be expected in some weeks"
        return self._stated(ask.CAPACITY_PER_WEEK, capacity, chosen, why)

    def value(self) -> Objective:
        worth, cost = _given(self.settings.value_per_sql), _given(self.settings.cost_per_worked_lead)
        why = f"from here on p · {worth:g}, what a lead can be expected to bring, covers the {cost:g} of working it"
        return self._stated(ask.VALUE, cost / worth, ask.worth_working(worth, cost), why)

    def sql_rate(self) -> Objective:
        why = "no other objective could be used, so the cohort's own SQL rate serves as the gate"
        return self._stated(ask.SQL_RATE, None, ask.cohort_rate(self.counted.tally), why)

    def signed(self, gate: float) -> Objective:
        """The gate that people signed, with what the data say of it."""
        return self._stated(ask.IN_FORCE, gate, ask.Chosen(gate, True, None), "the gate that people signed: it wins")

    def _stated(
        self, name: str, wanted: float | None, chosen: ask.Chosen, why: str, found: Guaranteed | None = None
    ) -> Objective:
        leads, sqls = self.counted.counts(chosen.gate)
        rate = sqls / leads if leads else None
        cost = self.settings.cost_per_mql
        return Objective(
            objective=name,
            wanted=wanted,
            gate=chosen.gate,
            met=chosen.met,
            bound=chosen.bound,
            confidence=self.confidence,
            lower_bound=found.lower_bound if found else sql_rate_lower_bound(sqls, leads, self.confidence),
            expected_sql_rate=rate,
            leads=leads,
            sqls=sqls,
            leads_per_week=self.counted.leads_per_week(chosen.gate),
            sqls_kept=sqls / self.counted.tally.all_sqls if self.counted.tally.all_sqls else None,
            cost_per_sql=cost / rate if cost is not None and rate else None,
            why=why,
        )

    def segments(self, gate: float, objective: str) -> Iterable[Segment]:
        """Every segment with its gate: its own where target_sql_rate is in force and can be promised there."""
        counted = self.counted
        own: dict[int, Guaranteed] = {}
        if objective == ask.TARGET_SQL_RATE:
            target = _given(self.settings.target_sql_rate)
            own = own_gates(counted.cell, counted.is_sql, counted.segment, target, self.shared)
        for index, values in enumerate(counted.seen.segments):
            found = own.get(index)
            has_own = found is not None and found.met
            chosen = float(GATES[found.index]) if found is not None and found.met else gate
            mature, sqls_of_all = counted.counts(0.0, index)
            leads, sqls = counted.counts(chosen, index)
            yield Segment(
                segment=" · ".join(values.values()),
                values=values,
                gate=chosen,
                own=has_own,
                mature_leads=mature,
                sql_rate=sqls_of_all / mature if mature else None,
                leads=leads,
                sqls=sqls,
                expected_sql_rate=sqls / leads if leads else None,
                lower_bound=found.lower_bound
                if found is not None and found.met
                else sql_rate_lower_bound(sqls, leads, self.confidence),
                leads_per_week=counted.leads_per_week(chosen, index),
                why=self._why_segment(objective, mature, has_own),
            )

    def _why_segment(self, objective: str, mature: int, own: bool) -> str:
        if objective == ask.IN_FORCE:
            return "the signed gate, which holds for everyone"
        if objective != ask.TARGET_SQL_RATE:
            return "the global gate: only target_sql_rate gives segments gates of their own"
        if own:
            return "a gate of its own, promised jointly with all others"
        if mature < self.settings.min_segment_leads:
            return f"the global gate: {mature:,} mature leads, fewer than {self.settings.min_segment_leads:,}"
        return f"the global gate: no gate of its own can be promised {percent(_given(self.settings.target_sql_rate))}"

    def notes(self, gate: float, found: list[Objective]) -> Iterable[str]:
        """What a reader must know beside the figures."""
        seen = self.counted.seen
        lowest, highest = float(seen.score.min()), float(seen.score.max())
        if lowest == highest:
            yield f"All scores are equal ({lowest:.4f}): a gate can only let everyone or no one pass."
        if gate > highest:
            yield f"The gate is above every score of the cohort (the highest is {highest:.4f}): no lead passes."
        if self.counted.arriving is None:
            yield "MQL dates do not cover two whole weeks: leads per week and next month's interval are not known."
        if (self.settings.value_per_sql is None) != (self.settings.cost_per_worked_lead is None):
            missing = "cost_per_worked_lead" if self.settings.cost_per_worked_lead is None else "value_per_sql"
            yield f"No gate by value: [gate] {missing} is not given."
        unplaced = int((seen.segment < 0).sum()) if self.settings.segments else 0
        if unplaced:
            share = unplaced / len(seen.segment)
            yield f"{unplaced:,} leads ({share:.0%}) have no value in a segment column and take the global gate."
        for objective in found:
            if objective.gate is None:
                yield f"No gate by {objective.objective}: {objective.why}."


_OBJECTIVES = {
    ask.TARGET_SQL_RATE: _Asked.target_sql_rate,
    ask.KEEP_SQLS: _Asked.keep_sqls,
    ask.CAPACITY_PER_WEEK: _Asked.capacity_per_week,
    ask.VALUE: _Asked.value,
    ask.SQL_RATE: _Asked.sql_rate,
}


def _given(value: float | None) -> float:
    if value is None:
        raise ValueError("an objective was asked for that the section does not give")
    return value


def _known(objective: Objective) -> float:
    if objective.gate is None:
        raise ValueError("an objective without a gate cannot be in force")
    return objective.gate
