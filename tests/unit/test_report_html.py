"""Markup that is safe by construction."""

import pytest

from mqlgate.report.html import Html, element, joined, table
from mqlgate.report.page import page, section

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_text_is_escaped_and_markup_is_not():
    assert element("p", "a < b & c", element("b", "d")) == "<p>a &lt; b &amp; c<b>d</b></p>"
    assert joined("<", None, ["x", Html("<br>")]) == "&lt;x<br>"


def test_attributes_cannot_be_left():
    assert element("p", title='"><script>', class_="x", hidden=True, lang=None) == (
        '<p title="&quot;&gt;&lt;script&gt;" class="x" hidden></p>'
    )


@pytest.mark.parametrize("text", [HOSTILE, Html("x") + "<i>"])
def test_hostile_text_becomes_text_wherever_it_stands(text):
    shown = element("p", text) + table(text, [text], [[text]]) + page(text, section(text, text), footer=text)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<i>" not in shown


def test_control_characters_and_those_that_turn_text_around_are_replaced():
    assert element("p", "a\x00b\u202ec\nd") == "<p>a\ufffdb\ufffdc\nd</p>"


def test_a_table_names_rows_and_columns_for_screen_readers():
    shown = table("Of what", ["Name", "Figure"], [["x", 1], ["y", 2]], here=1)
    assert '<th scope="col">Name</th><th scope="col" class="figure">Figure</th>' in shown
    assert '<tr class="here"><th scope="row">y</th><td class="figure">2</td></tr>' in shown
    assert 'role="region" aria-label="Of what"' in shown


def test_a_page_forbids_scripts_and_loads():
    shown = page("t", footer="f")
    assert "default-src 'none'" in shown.replace("&#x27;", "'")
    assert shown.startswith('<!doctype html>\n<html lang="en">')
