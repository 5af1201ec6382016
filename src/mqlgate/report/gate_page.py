"""`gate.html`: where the MQL gate should stand, what can be promised of it, what it costs. Never computes a figure."""

from mqlgate.clock import iso
from mqlgate.gate.gate_report import GateReport
from mqlgate.gate.words import amount, gate_figure, percent, percents
from mqlgate.report import charts, gate_tables, sentences
from mqlgate.report.html import Html, element
from mqlgate.report.page import page, section

_WIDE, _NARROW = 930, 262  # of the plotting area: with axes they fill 1080 and 390 pixels


def render(report: GateReport) -> str:
    """The page as one HTML document: no script, no network, every text from data escaped."""
    return page(
        f"MQL gate {gate_figure(report.gate)}",
        _verdict(report),
        _trade_off(report),
        gate_tables.moved(report),
        gate_tables.bands(report),
        element("div", gate_tables.grades(report), gate_tables.others(report), class_="two"),
        gate_tables.objectives(report),
        gate_tables.segments(report),
        _promise(report),
        footer=f"mqlgate · model version {report.model_version} · as of {iso(report.as_of)}. All times are UTC.",
    )


def _verdict(report: GateReport) -> Html:
    comparison = sentences.comparison(report)
    cohort = report.cohort
    span = f" · MQLs of {cohort.first:%Y-%m-%d} to {cohort.last:%Y-%m-%d}" if cohort.first and cohort.last else ""
    known = f"{cohort.leads:,} mature leads, {cohort.sqls:,} SQLs"
    return element(
        "header",
        element(
            "p",
            f"MQL gate report · as of {report.as_of:%Y-%m-%d} · {known}{span}",
            class_="eyebrow",
        ),
        element("h1", sentences.headline(report)),
        element(
            "div",
            element("p", sentences.promise(report), class_="lead"),
            element("p", sentences.volume(report)),
            element("p", sentences.meaning(report)),
            element("p", comparison) if comparison else None,
            class_="verdict" if report.met and report.leads else "verdict no",
        ),
        _facts(report),
        element("ul", [element("li", note) for note in report.notes], class_="plain note") if report.notes else None,
    )


def _facts(report: GateReport) -> Html:
    coming = report.next_month
    facts = [
        (
            "Expected SQL rate",
            percent(report.expected_sql_rate),
            f"all MQLs: {percent(report.cohort.sql_rate)}",
        ),
        (
            "MQLs a week",
            amount(report.leads_per_week),
            f"{report.leads:,} of {report.cohort.leads:,} mature leads",
        ),
        ("SQLs kept", percent(report.sqls_kept), f"{report.sqls:,} of {report.cohort.sqls:,}"),
        (
            "Next month's rate",
            percents(coming.low, coming.high, 0),
            f"{percent(coming.level, 0)} interval" if coming.low is not None else "needs MQL dates",
        ),
    ]
    if report.cost_per_sql is not None:
        facts.append(("Cost per SQL", amount(report.cost_per_sql), "what marketing pays for MQLs, per SQL"))
    return element(
        "dl",
        [
            element("div", element("dt", name), element("dd", figure), element("dd", more, class_="small"))
            for name, figure, more in facts
        ],
        class_="facts",
    )


def _trade_off(report: GateReport) -> Html:
    told = charts.told(report)
    if not any(point.leads for point in report.curve):
        return section("The trade-off", element("p", told))
    key = [
        ("var(--accent)", "expected SQL rate"),
        ("var(--accent-soft)", "its 95% interval, gate by gate"),
        ("var(--volume-soft)", "volume at or above the gate"),
        ("var(--gate)", "the gate"),
        ("var(--unknown)", f"fewer than {charts.FEW_LEADS} leads: hardly known"),
    ]
    return section(
        "The trade-off",
        element("p", "What a higher or lower gate would bring: the SQL rate above, the number of leads below."),
        element(
            "ul", [element("li", element("i", style=f"background:{color}"), text) for color, text in key], class_="key"
        ),
        element(
            "figure",
            element("div", charts.draw(charts.trade_off(report, _WIDE), "wide"), class_="wide"),
            element("div", charts.draw(charts.trade_off(report, _NARROW), "narrow"), class_="narrow"),
            element("figcaption", told),
        ),
    )


def _promise(report: GateReport) -> Html:
    confidence = percent(report.confidence)
    cohort = report.cohort
    rests = [
        f"{cohort.leads:,} mature leads, each judged at its MQL moment by a model that knew neither its outcome nor "
        "anything later.",
        f"{cohort.not_mature:,} leads whose horizon has not passed count for volumes only."
        if cohort.not_mature
        else None,
        f"{cohort.disqualified:,} disqualified leads are left out." if cohort.disqualified else None,
        f"Weekly volumes are those of the latest {cohort.weeks} whole weeks." if cohort.weeks else None,
        "The target's gate is found by testing a fixed list of gates in an order that no outcome can influence "
        "(fixed-sequence testing, Learn then Test 2021; exact binomial tests), so picking the best one is paid for. "
        "Other lower bounds are Clopper and Pearson's, of one gate alone.",
    ]
    voids = [
        "Drift: leads, offers, campaigns or the market change, so that the next leads are not like the cohort's.",
        "Sales changes what it accepts, how fast, or how many leads it works.",
        "The scores change: another model version needs its own gate.",
        "The definition of an MQL or of a disqualifier changes: leads that were never MQLs are not in this cohort.",
    ]
    return section(
        "What is promised, and what would void it",
        element(
            "p",
            f"The promise is about the expected SQL rate, not about each month: {confidence} is the probability, over "
            "cohorts such as this one, that the gate chosen keeps its word.",
        ),
        element("p", sentences.next_month(report)),
        element(
            "div",
            element(
                "div",
                element("p", element("b", "It rests on")),
                element("ul", [element("li", text) for text in rests if text], class_="plain"),
            ),
            element(
                "div",
                element("p", element("b", "It is void when")),
                element("ul", [element("li", text) for text in voids], class_="plain"),
            ),
            class_="two",
        ),
        element(
            "p",
            "Recalibrate monthly or quarterly on the latest mature cohort, and compare what came with what it says.",
            class_="note",
        ),
    )
