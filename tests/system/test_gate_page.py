"""`gate.html` in a real browser: on a desk and on a telephone, light and dark, with hostile texts, on paper."""

import dataclasses
import re
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from mqlgate.gate.recommendation import recommend
from mqlgate.gate.settings import GateSection
from mqlgate.report.gate_page import render

HOSTILE = (
    "</title></style></svg><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\""
)
LONG = "Partner-referral-" + "x" * 300


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    rng = np.random.default_rng(12)
    p_sql = rng.beta(1.2, 5, 4000)
    cohort = pd.DataFrame(
        {
            "p_sql": p_sql,
            "label": (rng.random(4000) < p_sql).astype(float),
            "qualified_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, 4000), unit="D"),
            "source": rng.choice(["organic", HOSTILE, LONG], 4000),
        }
    )
    settings = GateSection(
        target_sql_rate=0.3,
        keep_sqls=0.9,
        capacity_per_week=40,
        value_per_sql=900,
        cost_per_worked_lead=35,
        cost_per_mql=50,
        segments=["source"],
    )
    report = recommend(cohort, settings, datetime(2026, 1, 1), "7")
    file = tmp_path_factory.mktemp("gate") / "gate.html"
    file.write_text(render(dataclasses.replace(report, model_version=HOSTILE)), encoding="utf-8")
    return file


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def opened(request, chromium, page_file):
    width, scheme = request.param
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said, requested = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))
    page.goto(page_file.as_uri())
    yield page, said, requested
    page.close()


def test_nothing_runs_nothing_is_loaded_and_nothing_is_complained_of(opened, page_file):
    page, said, requested = opened
    assert said == []
    assert requested == [page_file.as_uri()]
    assert page.title().startswith("MQL gate 0.")
    assert page.locator("script, img").count() == 0
    assert HOSTILE in page.locator("main").inner_text()


def test_nothing_has_to_be_scrolled_sideways_but_wide_tables(opened):
    page, _, _ = opened
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    outside = page.evaluate(
        """[...document.querySelectorAll('main *, footer *')].filter(e => !e.closest('.scroll') && !e.closest('svg')
           && e.getBoundingClientRect().right > window.innerWidth + 1).map(e => e.outerHTML.slice(0, 200))"""
    )
    assert outside == []


def test_one_picture_is_shown_and_its_text_can_be_read(opened):
    page, _, _ = opened
    pictures = page.locator("figure svg:visible")
    assert pictures.count() == 1
    size = page.evaluate(
        """(() => { const svg = [...document.querySelectorAll('figure svg')].find(e => e.getBoundingClientRect().width);
           const text = [...svg.querySelectorAll('text')].filter(e => e.textContent);
           return Math.min(...text.map(e => e.getBoundingClientRect().height)); })()"""
    )
    assert size >= 9  # of 11 to 13 pixels in the drawing: scaling must not make it tiny


def test_text_stands_out_from_what_is_behind_it(opened):
    page, _, _ = opened
    weak = page.evaluate(CONTRAST)
    assert weak == []


def test_tables_can_be_reached_and_scrolled_by_keyboard(opened):
    page, _, _ = opened
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    labels = page.evaluate("[...document.querySelectorAll('.scroll')].map(e => e.getAttribute('aria-label'))")
    assert set(labels) <= reached


def test_it_prints_to_two_pages(chromium, page_file):
    page = chromium.new_page()
    page.goto(page_file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 2


def test_the_region_of_a_chart_is_drawn_in_the_themes_own_colours(chromium, page_file):
    inks = []
    for scheme in ("light", "dark"):
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        page.goto(page_file.as_uri())
        inks.append(page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill"))
        page.close()
    assert inks[0] != inks[1]


# Every piece of text against the nearest background that is opaque, by WCAG's formula; half-transparent ones are mixed.
CONTRAST = """
(() => {
  const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const read = text => {
    const n = text.match(/[\\d.]+/g).map(Number);
    return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const behind = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(read(getComputedStyle(e).backgroundColor));
    let color = read(getComputedStyle(document.body).backgroundColor);
    for (const layer of layers.reverse()) color = over(layer, color);
    return color;
  };
  const weak = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = read(element.closest('svg') ? style.fill : style.color), paper = behind(element);
    const [a, b] = [light(over(ink, paper)), light(paper)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) weak.push(`${ratio.toFixed(2)} ${element.tagName} ${element.textContent.slice(0, 40)}`);
  }
  return weak;
})()
"""
