"""The gate's page and its charts, as text; `tests/system/test_gate_page.py` looks at it in a browser."""

import dataclasses
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from mqlgate.gate.recommendation import recommend
from mqlgate.gate.settings import GateSection
from mqlgate.gate.words import amount, at_least, gate_figure, percent, percents, wish
from mqlgate.report import charts, sentences
from mqlgate.report.gate_page import render

ALL = {
    "target_sql_rate": 0.3, "keep_sqls": 0.9, "capacity_per_week": 40, "value_per_sql": 900, "cost_per_worked_lead": 35,
    "cost_per_mql": 50, "segments": ["source"],
}  # fmt: skip


def report_of(n=3000, frame=lambda cohort: cohort, **settings):
    rng = np.random.default_rng(11)
    p_sql = rng.beta(1.2, 5, n)
    cohort = pd.DataFrame(
        {
            "p_sql": p_sql,
            "label": (rng.random(n) < p_sql).astype(float),
            "qualified_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
            "source": rng.choice(["organic", "webinar"], n),
        }
    )
    return recommend(frame(cohort), GateSection(**settings), datetime(2026, 1, 1), "7")


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


CASES = {
    "met": lambda: report_of(**ALL),
    "signed": lambda: report_of(**ALL, in_force=0.31),
    "not met": lambda: report_of(300, target_sql_rate=0.8),
    "nothing asked": report_of,
    "no dates": lambda: report_of(frame=lambda cohort: cohort.drop(columns="qualified_at"), **ALL),
    "no one passes": lambda: report_of(in_force=0.99),
    "all equal": lambda: report_of(frame=lambda cohort: cohort.assign(p_sql=0.3), **ALL),
    "one lead": lambda: report_of(1, target_sql_rate=0.3),
    "no SQL": lambda: report_of(frame=lambda cohort: cohort.assign(label=0.0), **ALL),
    "below every candidate": lambda: report_of(frame=lambda cohort: cohort.assign(p_sql=1e-6), target_sql_rate=0.3),
}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def case(request):
    report = CASES[request.param]()
    return report, render(report)


def test_the_page_stands_alone_and_is_small(case):
    _, shown = case
    assert len(shown.encode()) < 300_000
    tags = Tags(shown).found
    assert not {tag for tag, _ in tags} & {"script", "link", "iframe", "img", "object", "form", "base"}
    assert not [attrs for _, attrs in tags if any(name.startswith("on") or name in ("src", "href") for name in attrs)]
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", shown).replace("http-equiv", "")


def test_every_figure_of_the_verdict_is_the_reports(case):
    report, shown = case
    text = Tags(shown).text
    assert sentences.headline(report) in text
    assert sentences.promise(report) in text
    assert sentences.volume(report) in text
    for note in report.notes:
        assert note in text
    for objective in report.objectives:
        assert wish(objective.objective, objective.wanted)[1:] in text
    assert "nan" not in text.lower().split()
    assert "None" not in text


def test_headings_and_ids_are_unique_and_ordered(case):
    _, shown = case
    tags = Tags(shown).found
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    labelled = [attrs["aria-labelledby"] for _, attrs in tags if "aria-labelledby" in attrs]
    assert set(labelled) <= set(ids)
    assert next(tag for tag, _ in tags if tag in ("h1", "h2", "h3")) == "h1"
    assert [tag for tag, _ in tags].count("h1") == 1


def test_the_page_is_no_larger_for_many_leads():
    assert len(render(report_of(60_000, **ALL))) < 1.1 * len(render(report_of(3000, **ALL)))


def test_the_same_report_gives_the_same_page():
    report = report_of(**ALL)
    assert render(report) == render(report)


HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>'\""


def test_hostile_names_become_text():
    report = report_of(frame=lambda cohort: cohort.assign(source=HOSTILE), **ALL)
    shown = render(dataclasses.replace(report, model_version=HOSTILE, notes=(HOSTILE,)))
    assert not {tag for tag, _ in Tags(shown).found} & {"script", "img"}
    assert Tags(shown).text.count(HOSTILE) == 3


def test_a_chart_is_data_and_is_drawn_in_the_pages_colours():
    report = report_of(**ALL)
    spec = charts.trade_off(report, 600)
    drawn = [row["gate"] for row in spec["data"]["values"]]
    assert drawn == [point.gate for point in report.curve if point.leads]
    svg = charts.draw(spec, "x")
    ET.fromstring(svg)  # our own drawing
    assert "#0a0b" not in svg
    assert "var(--accent)" in svg
    assert f"gate {gate_figure(report.gate)}" in svg
    assert "target 30%" in svg
    assert not re.search(r'id="(?!x-)', svg)


def test_what_is_hardly_known_is_marked():
    report = report_of(400, target_sql_rate=0.3)
    few = next(point.gate for point in report.curve if point.leads < charts.FEW_LEADS)
    layers = charts.trade_off(report, 900)["vconcat"][0]["layer"]
    rect = next(layer for layer in layers if layer["mark"]["type"] == "rect")
    assert rect["data"]["values"][0]["gate"] == few


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("met", ["Set the MQL gate at", "at least 30%", "a week reach it"]),
        ("signed", ["The signed MQL gate 0.310 is in force", "The recommendation for", "lower"]),
        ("not met", ["No MQL gate can promise an SQL rate of 80%", "The closest gate is"]),
        ("no one passes", ["No lead of the cohort reaches 0.990", "above every score"]),
        ("no dates", ["of the cohort's 3,000 leads reach it", "Next month's SQL rate is not known"]),
    ],
)
def test_the_sentences_say_what_the_report_says(name, words):
    said = sentences.recommendation(CASES[name]())
    for word in words:
        assert word in said


def test_a_lower_bound_is_never_rounded_up():
    assert at_least(0.29996) == "29.9%"
    assert at_least(0.3) == "30%"
    assert at_least(0.29) == "29%"
    assert percent(0.29996) == "30%"
    assert percents(None, 1) == "–"
    assert amount(None) == gate_figure(None) == "–"
