"""The tables of `gate.html`, each a section of the page. Never computes a figure."""

from mqlgate.gate import objectives as ask
from mqlgate.gate.bands import Band
from mqlgate.gate.gate_report import CurvePoint, GateReport, Objective
from mqlgate.gate.words import amount, at_least, gate_figure, percent, percents, wish
from mqlgate.report import benchmarks
from mqlgate.report.html import Html, element, joined, table
from mqlgate.report.page import section

_WHAT_IF = 0.20


def moved(report: GateReport) -> Html:
    """The gate beside gates 20 % lower and higher."""
    rows = []
    for name, factor in (("20% lower", 1 - _WHAT_IF), ("as it is", 1.0), ("20% higher", 1 + _WHAT_IF)):
        point = _nearest(report, report.gate * factor)
        rows.append(
            (
                name,
                gate_figure(point.gate),
                percent(point.rate),
                percents(point.low95, point.high95) if point.leads else "unknown",
                amount(point.leads_per_week),
                f"{point.leads:,}",
                percent(point.sqls_kept),
            )
        )
    return section(
        "If you moved it",
        table(
            "The gate, and the nearest ones 20% below and above it",
            ("Move", "Gate", "SQL rate", "95% interval", "MQLs a week", "Mature leads", "SQLs kept"),
            rows,
            here=1,
        ),
        element(
            "p",
            "Each interval is of one gate alone. Change one thing at a time: move the gate by 20% for a quarter and "
            "see whether the SQL rate holds.",
            class_="note",
        ),
    )


def _nearest(report: GateReport, gate: float) -> CurvePoint:
    return min(report.curve, key=lambda point: abs(point.gate - gate))


def bands(report: GateReport) -> Html:
    """What became of leads, by predicted probability."""
    rows = [
        (
            percents(band.low, band.high),
            f"{band.leads:,}",
            f"{band.sqls:,}",
            percent(band.rate),
            percents(band.low95, band.high95) if band.leads else "unknown",
            _bar(band),
        )
        for band in report.bands
    ]
    return section(
        "Score bands",
        element("p", "What became of the leads, by the probability that they were given before anyone knew."),
        table(
            "Mature leads by predicted probability; the bar is the SQL rate, the line its 95% interval",
            ("Predicted", "Leads", "SQLs", "SQL rate", "95% interval", "From 0 to 100%"),
            rows,
            words=(0, 5),
        ),
    )


def _bar(band: Band) -> Html:
    if band.rate is None:
        return element("span", class_="bar", aria_hidden="true")
    whisker = f"left:{100 * band.low95:.1f}%;width:{max(100 * (band.high95 - band.low95), 0.5):.1f}%"
    return element(
        "span",
        element("b", style=f"width:{100 * band.rate:.1f}%"),
        element("i", style=whisker),
        class_="bar",
        aria_hidden="true",
    )


def grades(report: GateReport) -> Html:
    """Where grades begin and end."""
    begin = report.grades
    rows = [
        ("A", f"{percent(begin.a)} or more", "first call"),
        ("B", percents(begin.b, begin.a) if begin.a > begin.b else "nobody", "passes the gate"),
        ("C", percents(begin.d, begin.b), "below the gate, not far"),
        ("D", f"less than {percent(begin.d)}", "far below the gate"),
    ]
    return section(
        "Grades",
        table("Grade by probability of becoming an SQL", ("Grade", "Probability", "Meaning"), rows, words=(0, 1, 2)),
        element("p", f"B begins at the gate ({gate_figure(report.gate)}), D ends at half of it.", class_="note"),
    )


def others(report: GateReport) -> Html:
    """SQL rates that others report."""
    rows = [
        ("Your MQLs at or above the gate", percent(report.expected_sql_rate)),
        ("All your MQLs", percent(report.cohort.sql_rate)),
        *benchmarks.SQL_RATES,
    ]
    return section(
        "Beside what others report",
        table("SQL rates", ("Leads", "SQL rate"), rows, words=(0, 1)),
        element("p", f"{benchmarks.reading(report.expected_sql_rate)} {benchmarks.SOURCE}", class_="note"),
    )


def objectives(report: GateReport) -> Html:
    """Every objective with the gate that it asks for."""
    rows = [
        (
            joined(
                _capital(wish(o.objective, o.wanted)),
                element("span", _state(o), class_="tag yes" if o.met else "tag no"),
                element("small", f"{_capital(o.why)}."),
            ),
            gate_figure(o.gate),
            percent(o.expected_sql_rate),
            at_least(o.lower_bound),
            amount(o.leads_per_week),
            percent(o.sqls_kept),
            amount(o.cost_per_sql),
        )
        for o in report.objectives
    ]
    return section(
        "Each objective on its own",
        element("p", "The first that can be judged is in force (marked), unless people signed a gate: then that."),
        table(
            f"The gate that each objective asks for; lower bounds at {percent(report.confidence)} confidence",
            ("Objective", "Gate", "SQL rate", "At least", "MQLs a week", "SQLs kept", "Cost per SQL"),
            rows,
            here=[o.objective for o in report.objectives].index(report.objective),
        ),
    )


def _state(objective: Objective) -> str:
    if objective.objective == ask.IN_FORCE:
        return "signed"
    return "met" if objective.met else "not met"


def segments(report: GateReport) -> Html | None:
    """Segments with their gates; None where none were asked for."""
    if not report.segments:
        return None
    rows = [
        (
            joined(s.segment, element("small", f"{_capital(s.why)}.")),
            gate_figure(s.gate),
            f"{s.mature_leads:,}",
            percent(s.sql_rate),
            f"{s.leads:,}",
            percent(s.expected_sql_rate),
            at_least(s.lower_bound),
            amount(s.leads_per_week),
        )
        for s in report.segments
    ]
    return section(
        "Segments",
        element(
            "p",
            "A segment has a gate of its own only where the promise can be kept, for all segments and the global gate "
            "jointly.",
        ),
        table(
            "Segments and their gates",
            (
                "Segment",
                "Gate",
                "Mature leads",
                "All: SQL rate",
                "Passing",
                "SQL rate",
                "At least",
                "MQLs a week",
            ),
            rows,
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
