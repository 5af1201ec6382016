"""The gate report in sentences, the same on the page and in the terminal. Never computes a figure."""

from mqlgate.gate import objectives as ask
from mqlgate.gate.gate_report import GateReport
from mqlgate.gate.words import amount, at_least, gate_figure, percent, wish

_REFUSALS = {
    ask.TARGET_SQL_RATE: "No MQL gate can promise an SQL rate of {wanted}",
    ask.KEEP_SQLS: "No MQL gate can promise to keep {wanted} of SQLs",
    ask.CAPACITY_PER_WEEK: "No MQL gate keeps weeks within {many} new MQLs",
}


def headline(report: GateReport) -> str:
    """What to do, in one short sentence."""
    gate = gate_figure(report.gate)
    if report.objective == ask.IN_FORCE:
        return f"The signed MQL gate {gate} is in force"
    if not report.met:
        return _REFUSALS[report.objective].format(wanted=percent(report.wanted), many=amount(report.wanted))
    return f"Set the MQL gate at {gate}"


def promise(report: GateReport) -> str:
    """What can be promised at the gate, and with which confidence."""
    confidence, gate = percent(report.confidence), gate_figure(report.gate)
    if report.leads == 0:
        return f"No lead of the cohort reaches {gate}, so nothing can be said of those who would."
    bound = f"at least {at_least(report.lower_bound)}"
    if not report.met:
        return (
            f"The closest gate is {gate}: the data show an SQL rate of {bound} there with {confidence} confidence"
            f" ({percent(report.expected_sql_rate)} observed)."
            if report.objective == ask.TARGET_SQL_RATE
            else f"The closest gate is {gate}."
        )
    if report.objective == ask.TARGET_SQL_RATE:
        return (
            f"With {confidence} confidence at least {percent(report.wanted)} of MQLs at or above it become SQLs on "
            f"average, if the next leads are like the cohort's, where {percent(report.expected_sql_rate)} did."
        )
    kept = f" Asked for: {wish(report.objective, report.wanted)}." if report.objective != ask.IN_FORCE else ""
    return f"With {confidence} confidence {bound} of MQLs at or above it become SQLs on average.{kept}"


def meaning(report: GateReport) -> str:
    """What the gate means for one lead."""
    return (
        "A lead is handed to sales when its probability of becoming an SQL, judged at the moment it becomes an MQL, "
        f"is {percent(report.gate)} or more."
    )


def volume(report: GateReport) -> str:
    """How many leads pass, and how many SQLs are kept."""
    if report.leads_per_week is not None:
        many = f"About {amount(report.leads_per_week)} new MQLs a week reach it"
    else:
        many = f"{report.leads:,} of the cohort's {report.cohort.leads:,} leads reach it"
    kept = f"; {percent(report.sqls_kept)} of SQLs stay above it" if report.sqls_kept is not None else ""
    return f"{many}{kept}."


def comparison(report: GateReport) -> str | None:
    """The signed gate beside the recommended one; None where none is signed."""
    if report.objective != ask.IN_FORCE:
        return None
    asked = next(o for o in report.objectives if o.objective == report.recommended)
    gate = gate_figure(report.recommended_gate)
    if not asked.met:
        return f"No gate could be promised for '{wish(asked.objective, asked.wanted)}'; the closest is {gate}."
    if report.recommended_gate == report.gate:
        return f"It is also what is recommended for '{wish(asked.objective, asked.wanted)}'."
    way = "lower" if report.recommended_gate < report.gate else "higher"
    more = asked.leads - report.leads
    passing = f"{abs(more):,} {'more' if more >= 0 else 'fewer'} leads of the cohort would pass"
    return (
        f"The recommendation for '{wish(asked.objective, asked.wanted)}' is {way}: {gate}. There {passing}, with an "
        f"SQL rate of {percent(asked.expected_sql_rate)} in place of {percent(report.expected_sql_rate)}."
    )


def next_month(report: GateReport) -> str:
    """The interval of next month's realised rate."""
    coming = report.next_month
    if coming.low is None or coming.high is None or coming.leads is None:
        return "Next month's SQL rate is not known: it needs MQL dates and leads at or above the gate."
    return (
        f"Next month's own SQL rate will lie between {percent(coming.low)} and {percent(coming.high)} with "
        f"{percent(coming.level)} probability: about {_leads(coming.leads)} will pass, so it varies more "
        "than the expected rate does."
    )


def recommendation(report: GateReport) -> str:
    """The report as a few lines of text, as a terminal shows it."""
    lines = [f"{headline(report)}.", promise(report), volume(report), next_month(report), comparison(report)]
    return "\n".join([line for line in lines if line] + [f"Note: {note}" for note in report.notes])


def _leads(count: float) -> str:
    return f"{amount(count)} {'lead' if amount(count) == '1' else 'leads'}"
