"""From a cohort's table to a gate report."""

import json
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from mqlgate.errors import AnswerIsNo, InputError
from mqlgate.gate.gate_report import GateReport
from mqlgate.gate.recommendation import recommend
from mqlgate.gate.settings import GateSection
from mqlgate.gate.tally import GATES

AS_OF = datetime(2026, 1, 1, 12)


def cohort(n=4000, seed=0, **columns):
    rng = np.random.default_rng(seed)
    p_sql = rng.beta(1.2, 5, n)
    days = pd.to_timedelta(rng.uniform(0, 300, n), unit="D").floor("s")
    return pd.DataFrame(
        {
            "lead_id": [f"L{i}" for i in range(n)],
            "qualified_at": pd.Timestamp("2025-01-01") + days,
            "p_sql": p_sql,
            "label": (rng.random(n) < p_sql).astype(float),
            "source": rng.choice(["organic", "webinar", "cold mail"], n, p=[0.6, 0.38, 0.02]),
            **columns,
        }
    )


def recommended(frame=None, as_of=AS_OF, **settings):
    return recommend(cohort() if frame is None else frame, GateSection(**settings), as_of, "7")


ALL = {
    "target_sql_rate": 0.3, "keep_sqls": 0.9, "capacity_per_week": 40, "value_per_sql": 900, "cost_per_worked_lead": 35,
    "cost_per_mql": 50, "segments": ["source"],
}  # fmt: skip


def test_the_report_says_what_holds_at_its_gate():
    frame = cohort()
    report = recommended(frame, **ALL)
    passing = frame[frame.p_sql >= report.gate]
    assert report.met
    assert report.objective == report.recommended == "target_sql_rate"
    assert report.lower_bound >= 0.3
    assert (report.leads, report.sqls) == (len(passing), passing.label.sum())
    assert report.expected_sql_rate == pytest.approx(passing.label.mean())
    assert report.sqls_kept == pytest.approx(passing.label.sum() / frame.label.sum())
    assert report.cost_per_sql == pytest.approx(50 / passing.label.mean())
    recent = passing.qualified_at > frame.qualified_at.max() - pd.Timedelta(weeks=26)
    assert report.leads_per_week == pytest.approx(recent.sum() / 26)
    assert report.next_month.low < report.expected_sql_rate < report.next_month.high
    assert report.next_month.leads == pytest.approx(report.leads_per_week * 365.25 / 12 / 7)
    assert report.grades.b == report.gate
    assert sum(band.leads for band in report.bands) == len(frame)


def test_json_has_the_contracts_keys_and_comes_back_unchanged():
    report = recommended(**ALL)
    told = json.loads(report.to_json())
    assert told.keys() >= {
        "as_of", "model_version", "objective", "gate", "met", "confidence", "lower_bound", "expected_sql_rate",
        "next_month", "leads", "sqls", "leads_per_week", "bands", "objectives", "segments",
    }  # fmt: skip
    assert told["as_of"] == "2026-01-01T12:00:00Z"
    assert told["next_month"].keys() >= {"low", "high"}
    assert told["bands"][0].keys() == {"low", "high", "leads", "sqls", "rate", "low95", "high95"}
    assert told["segments"][0].keys() >= {"segment", "gate", "own", "leads"}
    assert GateReport.from_json(report.to_json()) == report


def test_each_objective_has_its_gate_and_the_first_given_is_in_force():
    names = ["target_sql_rate", "keep_sqls", "capacity_per_week", "value"]
    report = recommended(**ALL)
    assert [objective.objective for objective in report.objectives] == names
    remaining = dict(ALL)
    for name, key in zip(names, ["target_sql_rate", "keep_sqls", "capacity_per_week", "value_per_sql"], strict=True):
        alone = recommended(**remaining)
        assert alone.objective == name
        assert alone.gate == next(o.gate for o in alone.objectives if o.objective == name)
        del remaining[key]
    nothing = recommended()
    assert nothing.objective == "sql_rate"
    assert nothing.gate == pytest.approx(nothing.cohort.sql_rate)


def test_a_signed_gate_wins_and_is_compared_with_the_recommendation():
    signed, unsigned = recommended(**ALL, in_force=0.31), recommended(**ALL)
    assert (signed.objective, signed.gate, signed.met) == ("in_force", 0.31, True)
    assert (signed.recommended, signed.recommended_gate) == ("target_sql_rate", unsigned.gate)
    assert [objective.objective for objective in signed.objectives][:2] == ["in_force", "target_sql_rate"]
    assert signed.grades.b == 0.31
    assert all(segment.gate == 0.31 and not segment.own for segment in signed.segments)


def test_where_nothing_meets_the_target_the_closest_gate_serves():
    report = recommended(target_sql_rate=0.95)
    assert not report.met
    assert 0 < report.gate < 1
    assert report.lower_bound < 0.95
    assert report.grades.b == report.gate


def test_leads_that_are_not_mature_count_for_volumes_only():
    frame = cohort()
    young = frame.qualified_at > pd.Timestamp("2025-09-01")
    censored = frame.assign(label=frame.label.where(~young))
    report = recommended(censored, target_sql_rate=0.3)
    assert report.cohort.leads == (~young).sum()
    assert report.cohort.not_mature == young.sum()
    assert report.leads < (frame.p_sql >= report.gate).sum()
    assert report.leads_per_week == pytest.approx(recommended(frame, in_force=report.gate).leads_per_week)


def test_disqualified_leads_are_left_out_and_counted():
    frame = cohort()
    out = frame.source == "webinar"
    report = recommended(frame.assign(disqualified=np.where(out, "no_fit", None)), target_sql_rate=0.3)
    assert report.cohort.disqualified == out.sum()
    assert report.cohort.leads == (~out).sum()
    without = recommended(frame[~out], target_sql_rate=0.3)
    assert (report.gate, report.leads, report.sqls) == (without.gate, without.leads, without.sqls)


def test_a_cohort_that_was_a_csv_file_says_the_same(tmp_path):
    frame = cohort().assign(disqualified=np.where(np.arange(4000) % 7 == 0, "no_fit", None))
    frame.assign(qualified_at=frame.qualified_at.dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_csv(
        tmp_path / "c.csv", index=False
    )
    for keep_default_na in (True, False):
        again = pd.read_csv(tmp_path / "c.csv", keep_default_na=keep_default_na)
        assert recommended(again, **ALL) == recommended(frame, **ALL)


def test_without_dates_what_needs_weeks_is_unknown():
    report = recommended(cohort().drop(columns="qualified_at"), **ALL)
    assert (report.leads_per_week, report.next_month.low, report.next_month.high) == (None, None, None)
    capacity = next(objective for objective in report.objectives if objective.objective == "capacity_per_week")
    assert (capacity.gate, capacity.met) == (None, False)
    assert any("capacity_per_week" in note for note in report.notes)
    alone = recommended(cohort().drop(columns="qualified_at"), capacity_per_week=10)
    assert alone.objective == "sql_rate"


def test_a_segment_gets_its_own_gate_only_where_the_promise_can_be_kept():
    report = recommended(cohort(20_000), **ALL)
    by_name = {segment.segment: segment for segment in report.segments}
    assert by_name["organic"].own
    assert by_name["organic"].lower_bound >= 0.3
    assert not recommended(cohort(2000), **ALL).segments[0].own  # "cold mail", about 40 leads
    assert "fewer than 100" in recommended(cohort(2000), **ALL).segments[0].why
    for segment in report.segments:
        assert segment.own or segment.gate == report.gate
        assert segment.values == {"source": segment.segment}


def test_promising_segments_as_well_costs_the_global_gate_some_confidence():
    frame = cohort(20_000)
    assert recommended(frame, **ALL).gate >= recommended(frame, target_sql_rate=0.3).gate


def test_two_segment_columns_make_segments_of_both():
    frame = cohort(2000, region=np.where(np.arange(2000) % 2, " EU ", "US"))
    segments = recommended(frame, target_sql_rate=0.3, segments=["source", "region"]).segments
    assert len(segments) == 6
    assert segments[0].values == {"source": "cold mail", "region": "EU"}
    assert sum(segment.mature_leads for segment in segments) == 2000


def test_leads_without_a_segment_take_the_global_gate_and_are_told():
    frame = cohort(2000)
    frame.loc[frame.index < 1500, "source"] = None
    report = recommended(frame, target_sql_rate=0.3, segments=["source"])
    assert any("1,500 leads (75%)" in note for note in report.notes)
    assert sum(segment.mature_leads for segment in report.segments) == 500
    nobody = recommended(frame.assign(source=None), target_sql_rate=0.3, segments=["source"])
    assert nobody.segments == ()


def test_the_curve_stays_small_and_holds_the_gate():
    report = recommended(cohort(20_000), target_sql_rate=0.3)
    assert len(report.curve) <= 102
    assert report.gate in [point.gate for point in report.curve]
    at_gate = next(point for point in report.curve if point.gate == report.gate)
    assert (at_gate.leads, at_gate.sqls) == (report.leads, report.sqls)
    assert at_gate.leads_per_week == pytest.approx(report.leads_per_week)


def test_equal_scores_are_said_to_decide_nothing():
    report = recommended(cohort().assign(p_sql=0.25), target_sql_rate=0.15)
    assert report.met
    assert any("All scores are equal" in note for note in report.notes)


def test_a_gate_above_every_score_passes_no_one():
    report = recommended(target_sql_rate=0.3, in_force=0.999)
    assert (report.leads, report.expected_sql_rate, report.next_month.low) == (0, None, None)
    assert any("above every score" in note for note in report.notes)
    assert GateReport.from_json(report.to_json()) == report


def test_half_of_the_value_objective_is_told():
    report = recommended(target_sql_rate=0.3, value_per_sql=900)
    assert any("cost_per_worked_lead is not given" in note for note in report.notes)


def test_scores_below_the_lowest_candidate_are_counted_but_never_pass():
    report = recommended(cohort().assign(p_sql=1e-6), target_sql_rate=0.1)
    assert report.cohort.leads == 4000
    assert not report.met
    assert report.gate >= GATES[0]


@pytest.mark.parametrize("labels", [0.0, 1.0])
def test_a_cohort_of_one_kind_gets_a_gate_inside_zero_and_one(labels):
    for settings in ({}, {"target_sql_rate": 0.3}, {"keep_sqls": 0.9}):
        report = recommended(cohort(50).assign(label=labels), **settings)
        assert 0 < report.gate < 1


def test_a_cohort_without_outcomes_gets_no_gate_but_a_mend():
    with pytest.raises(AnswerIsNo, match="horizon_days"):
        recommended(cohort().assign(label=np.nan), target_sql_rate=0.3)
    with pytest.raises(AnswerIsNo, match="none of the 0 leads without a disqualifier"):
        recommended(cohort().iloc[:0], target_sql_rate=0.3)


@pytest.mark.parametrize(
    ("frame", "settings", "words"),
    [
        (cohort(10).drop(columns="p_sql"), {}, 'no column "p_sql"'),
        (cohort(10).rename(columns={"label": "labell"}), {}, '"labell"?'),
        (cohort(10).assign(p_sql=[0.5] * 9 + [1.5]), {}, "rows 10"),
        (cohort(10).assign(p_sql=[np.nan] + [0.5] * 9), {}, "rows 1"),
        (cohort(10).assign(label=2.0), {}, "1, 0, or missing"),
        (cohort(10).assign(label="yes"), {}, '"yes" is no number'),
        (cohort(10), {"segments": ["sauce"]}, '"source"?'),
        (cohort(5000, campaign=[f"c{i}" for i in range(5000)]), {"segments": ["campaign"]}, "5,000 values"),
        (
            cohort(4000, a=np.arange(4000) % 50, b=np.arange(4000) % 49),
            {"segments": ["a", "b"]},
            "make 2,450 segments",
        ),
    ],
)
def test_a_table_that_is_not_as_described_is_refused_in_one_paragraph(frame, settings, words):
    with pytest.raises(InputError) as told:
        recommended(frame, **settings)
    assert words in str(told.value)
