"""Charts as data (Vega-Lite), and the one function that draws them. Never computes a figure.

Colours are named by what they mean and become variables of the page's style, so that one drawing is right in light, in
dark and on paper.
"""

import json
import math
import re
from typing import Any

from mqlgate.gate.gate_report import CurvePoint, GateReport
from mqlgate.gate.words import gate_figure, percent, wish
from mqlgate.report.html import Html

Spec = dict[str, Any]

FEW_LEADS = 30
"""Above the gate that fewer mature leads than this reach, a picture calls the region unknown."""

# Vega needs real colours: these stand for the page's variables and are replaced when a chart is drawn.
_INK, _SOFT, _LINE, _ACCENT, _BAND, _GATE, _VOLUME, _AREA, _UNKNOWN = (f"#0a0b{number:02x}" for number in range(9))
_VARIABLES = {
    _INK: "ink",
    _SOFT: "soft",
    _LINE: "line",
    _ACCENT: "accent",
    _BAND: "accent-soft",
    _GATE: "gate",
    _VOLUME: "volume",
    _AREA: "volume-soft",
    _UNKNOWN: "unknown",
}
_SENTINEL = re.compile("|".join(_VARIABLES))
_ID = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
_CONFIG: Spec = {
    "aria": False,
    "background": "transparent",
    "font": "system-ui, 'DejaVu Sans', sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _SOFT,
        "titleColor": _SOFT,
        "gridColor": _LINE,
        "domainColor": _LINE,
        "tickColor": _LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "text": {"color": _INK, "fontSize": 12},
}


def trade_off(report: GateReport, width: int) -> Spec:
    """Expected SQL rate with its 95 % band, and below it the volume, against the gate; the gate in force is marked.

    Parameters
    ----------
    report
        Its `curve` is drawn.
    width
        Of the plotting area, in pixels.
    """
    points = [point for point in report.curve if point.leads > 0]
    weekly = all(point.leads_per_week is not None for point in points)
    rows = [
        {
            "gate": point.gate,
            "rate": point.rate,
            "low": point.low95,
            "high": point.high95,
            "volume": point.leads_per_week if weekly else point.leads,
        }
        for point in points
    ]
    gates = [point.gate for point in report.curve] + [report.gate]
    x = {
        "field": "gate",
        "type": "quantitative",
        "scale": {"domain": [min(gates), max(gates)], "nice": False, "zero": False},
    }
    fine = max(gates) - min(gates) < 0.1
    axis = {"format": ".1%" if fine else ".0%", "tickCount": max(4, width // 110), "grid": False}
    ticks = {"title": "MQL gate: probability of becoming an SQL", **axis}
    unknown = _unknown_from(report.curve)
    upper: list[Spec] = [
        *_unknown_layer(unknown, max(gates), x, gate=report.gate, labelled=True, width=width),
        {
            "mark": {"type": "area", "color": _BAND, "clip": True, "interpolate": "linear"},
            "encoding": {
                "x": {**x, "axis": {**axis, "labels": False, "title": None}},
                "y": _rate("low", points),
                "y2": {"field": "high"},
            },
        },
        *_rate_lines(rows, unknown, x, _rate("rate", points)),
        *_target_layer(report),
        *_gate_layer(report, x, labelled=True),
    ]
    lower: list[Spec] = [
        *_unknown_layer(unknown, max(gates), x, gate=report.gate, labelled=False, width=width),
        {
            "mark": {"type": "area", "color": _AREA, "line": {"color": _VOLUME, "strokeWidth": 2}},
            "encoding": {
                "x": {**x, "axis": ticks},
                "y": {
                    "field": "volume",
                    "type": "quantitative",
                    "axis": {"title": "leads a week" if weekly else "leads of the cohort", "tickCount": 4},
                },
            },
        },
        *_gate_layer(report, x, labelled=False),
    ]
    return {
        "data": {"values": rows},
        "vconcat": [
            {"width": width, "height": 240, "layer": upper},
            {"width": width, "height": 120, "layer": lower},
        ],
        "spacing": 14,
        "resolve": {"scale": {"x": "shared"}},
    }


def draw(spec: Spec, name: str) -> Html:
    """A chart as inline SVG in the page's colours.

    Parameters
    ----------
    spec
        Vega-Lite, with its data inside.
    name
        Unique in the page: SVG's ids are made of it.
    """
    import vl_convert

    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", **spec, "config": _CONFIG}
    svg = vl_convert.vegalite_to_svg(json.dumps(whole), allowed_base_urls=[])
    svg = _SENTINEL.sub(lambda found: f"var(--{_VARIABLES[found.group()]})", svg)
    # Vega counts ids through the whole process; counted anew, the same chart is the same text.
    counted: dict[str, str] = {}
    svg = _ID.sub(lambda found: found[1] + counted.setdefault(found[2], f"{name}-{len(counted)}"), svg)
    return Html(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


def _rate_lines(rows: list[Spec], unknown: float | None, x: Spec, y: Spec) -> list[Spec]:
    """A firm line where leads are enough, a dashed one where the rate is hardly known."""
    edge = unknown if unknown is not None else math.inf
    firm = [row for row in rows if row["gate"] < edge]
    faint = [*firm[-1:], *(row for row in rows if row["gate"] >= edge)]
    return [
        {
            "data": {"values": part},
            "mark": {"type": "line", "color": _ACCENT, "clip": True, **style},
            "encoding": {"x": x, "y": y},
        }
        for part, style in ((firm, {"strokeWidth": 2.5}), (faint, {"strokeWidth": 1.5, "strokeDash": [3, 3]}))
        if len(part) > 1
    ]


def _rate(field: str, points: list[CurvePoint]) -> Spec:
    known = [point.high95 for point in points if point.leads >= FEW_LEADS] or [point.high95 for point in points]
    top = min(1.0, 1.1 * max(known, default=1.0))
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": True},
        "axis": {"format": ".0%", "title": "expected SQL rate", "tickCount": 6},
    }


def _unknown_from(curve: tuple[CurvePoint, ...]) -> float | None:
    return next((point.gate for point in curve if point.leads < FEW_LEADS), None)


def _unknown_layer(start: float | None, end: float, x: Spec, *, gate: float, labelled: bool, width: int) -> list[Spec]:
    if start is None or start >= end:
        return []
    row = {"values": [{"gate": start, "end": end, "middle": (start + end) / 2}]}
    layers: list[Spec] = [
        {
            "data": row,
            "mark": {"type": "rect", "color": _UNKNOWN, "stroke": None},
            "encoding": {"x": x, "x2": {"field": "end"}},
        }
    ]
    share = (end - start) / max(end - x["scale"]["domain"][0], 1e-9)
    from_gate = abs(gate - (start + end) / 2) / max(end - x["scale"]["domain"][0], 1e-9)
    if labelled and share * width > 70 and from_gate * width > 110:
        layers.append(
            {
                "data": row,
                "mark": {"type": "text", "text": ["hardly", "known"], "color": _SOFT, "y": 14, "fontSize": 11},
                "encoding": {"x": {**x, "field": "middle"}},
            }
        )
    return layers


def _target_layer(report: GateReport) -> list[Spec]:
    target = next((o for o in report.objectives if o.objective == "target_sql_rate"), None)
    if target is None:
        return []
    row = {"values": [{"target": target.wanted}]}
    y = {"field": "target", "type": "quantitative"}
    return [
        {"data": row, "mark": {"type": "rule", "color": _SOFT, "strokeDash": [5, 4]}, "encoding": {"y": y}},
        {
            "data": row,
            "mark": {
                "type": "text",
                "text": f"target {percent(target.wanted)}",
                "align": "right",
                "baseline": "bottom",
                "dy": -3,
                "x": "width",
                "dx": -4,
                "color": _SOFT,
            },
            "encoding": {"y": y},
        },
    ]


def _gate_layer(report: GateReport, x: Spec, *, labelled: bool) -> list[Spec]:
    row = {"values": [{"gate": report.gate}]}
    layers: list[Spec] = [
        {"data": row, "mark": {"type": "rule", "color": _GATE, "strokeWidth": 2}, "encoding": {"x": x}}
    ]
    if labelled:
        low, high = x["scale"]["domain"]
        right = report.gate < (low + high) / 2
        layers.append(
            {
                "data": row,
                "mark": {
                    "type": "text",
                    "text": f"gate {gate_figure(report.gate)}",
                    "align": "left" if right else "right",
                    "dx": 6 if right else -6,
                    "y": 10,
                    "color": _GATE,
                    "fontWeight": "bold",
                    "fontSize": 13,
                },
                "encoding": {"x": x},
            }
        )
    return layers


def told(report: GateReport) -> str:
    """The trade-off in one sentence, for those who cannot see the picture."""
    known = [point for point in report.curve if point.leads >= FEW_LEADS]
    if not known:
        return "Too few leads reach any gate for a picture of the trade-off."
    first, last = known[0], known[-1]
    return (
        f"As the gate rises from {gate_figure(first.gate)} to {gate_figure(last.gate)}, the expected SQL rate goes "
        f"from {percent(first.rate)} to {percent(last.rate)} and the leads at or above it from {first.leads:,} to "
        f"{last.leads:,}. The gate {gate_figure(report.gate)} is marked ({wish(report.objective, report.wanted)})."
    )
