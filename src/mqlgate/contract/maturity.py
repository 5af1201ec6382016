"""Whether there is enough to learn from, and since when: maturity, volume, gaps, when outcomes were recorded."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mqlgate import domain
from mqlgate.contract.evidence import scalar
from mqlgate.contract.finding import Finding
from mqlgate.contract.recording import outcomes_begin, outcomes_end
from mqlgate.crm import Crm
from mqlgate.errors import listed
from mqlgate.tables.settings import LeadsSection, OutcomesSection

_GAP_DAYS = 10
_GAP_ACTIVE_DAYS = 12.0
"""A gap is told where so many days with leads would have been usual in it: a fair coin would not fall so 12 times."""


def find(crm: Crm, labels: bool) -> Iterator[Finding]:
    """Findings of this kind; without `labels`, only those that need no outcomes."""
    yield from _volume(crm)
    outcomes = crm.config.optional(OutcomesSection)
    if outcomes is None:
        yield _no_outcomes(crm, labels)
        return
    if not labels or (outcomes.column and outcomes.column not in crm.raw["leads"].columns):
        return
    yield from _times(crm)
    since: datetime | None = None
    if crm.is_dated and not crm.has_target_column:
        since = outcomes_begin(crm, crm.as_of)
        if since is not None:
            yield _begin_late(crm, outcomes, since)
        yield from _stop_early(crm, outcomes)
        yield from _immature(crm)
    yield from _too_few(crm, since)


def _no_outcomes(crm: Crm, labels: bool) -> Finding:
    return Finding(
        "no_outcomes",
        "error" if labels else "info",
        "outcomes",
        crm.config.where,
        None,
        0,
        "there is no section [outcomes]: leads can be scored, but there is nothing to learn from",
        "Name the table of what sales did, or the leads' own target column, in [outcomes]",
    )


def _times(crm: Crm) -> Iterator[Finding]:
    leads = crm.config[LeadsSection]
    raw = crm.raw["leads"]
    if not crm.is_dated and crm.has_target_column:
        yield Finding(
            "no_times",
            "info",
            "leads",
            raw.where,
            None,
            raw.rows,
            "the leads have a target column and no time, so a lead with a value counts as mature, and what needs weeks "
            "or months (leads per week, next month, trend) is left empty"
            + ("" if leads.order else "; the order of the rows is taken for their order in time"),
            "Map qualified_at in [leads]"
            + ("" if leads.order else ", or order, a column that grows with time,")
            + " if there is one",
        )
    elif not crm.is_dated:
        yield Finding(
            "no_qualification_time",
            "error",
            "leads",
            raw.where,
            None,
            raw.rows,
            "outcomes have times but leads have none, so no horizon can be counted",
            "Map qualified_at (or created_at) in [leads]",
        )


def _begin_late(crm: Crm, outcomes: OutcomesSection, since: datetime) -> Finding:
    first, before = crm.con.execute(
        "SELECT min(qualified_at), count(*) FILTER (qualified_at < $since) FROM lead WHERE qualified_at <= $as_of",
        {"since": since, "as_of": crm.as_of},
    ).fetchone() or (since, 0)
    return Finding(
        "outcomes_begin_late",
        "warning",
        "outcomes",
        crm.raw["outcomes"].where,
        outcomes.at,
        int(before),
        f"the first acceptance is of {since:%Y-%m-%d}, the first lead of {first:%Y-%m-%d}: {before:,} leads qualified "
        f"before outcomes were recorded, and that none of them was accepted by then is no chance. Outcomes count from "
        f"{since:%Y-%m-%d}; earlier leads are not trained on",
        "Export the earlier outcomes if there are any; nothing needs to be done otherwise",
    )


def _stop_early(crm: Crm, outcomes: OutcomesSection) -> Iterator[Finding]:
    last = outcomes_end(crm, crm.as_of)
    if last is None:
        return
    yield Finding(
        "outcomes_stop_early",
        "warning",
        "outcomes",
        crm.raw["outcomes"].where,
        outcomes.at,
        0,
        f"the last acceptance is of {last:%Y-%m-%d}, but the data reach to {crm.as_of:%Y-%m-%d}: by the usual pace "
        "more must have come since, so leads that matured in between look rejected though they may not be",
        f"Export the outcomes again, or see the data as of then with --as-of {last:%Y-%m-%d}",
    )


def _immature(crm: Crm) -> Iterator[Finding]:
    row = crm.con.execute(
        """SELECT count(*), min(qualified_at) FROM lead
           WHERE qualified_seen <= $as_of AND qualified_at + to_microseconds($horizon) > $as_of""",
        {"as_of": crm.as_of, "horizon": _horizon(crm)},
    ).fetchone()
    count, first = row or (0, None)
    if count:
        yield Finding(
            "immature_cohort",
            "info",
            "leads",
            crm.raw["leads"].where,
            crm.config[LeadsSection].snapshot_at,
            int(count),
            f"{count:,} leads, qualified since {first:%Y-%m-%d}, are younger than the horizon of {crm.horizon_days:g} "
            "days: what becomes of them is not known yet, and they count neither as accepted nor as not",
            "Nothing: they are scored, and trained on once they are mature",
        )


def _too_few(crm: Crm, since: datetime | None) -> Iterator[Finding]:
    if not crm.is_dated and not crm.has_target_column:
        return
    positives, negatives = _mature(crm, since)
    outcomes = crm.config.optional(OutcomesSection)
    for code, found, least, words in (
        ("few_positives", positives, domain.MIN_POSITIVES, "accepted"),
        ("few_negatives", negatives, domain.MIN_NEGATIVES, "not accepted"),
    ):
        if found < least:
            yield Finding(
                code,
                "error",
                "leads" if crm.has_target_column else "outcomes",
                crm.raw["leads" if crm.has_target_column else "outcomes"].where,
                outcomes.column or outcomes.stage if outcomes else None,
                found,
                f"{found:,} mature leads were {words}{_horizon_words(crm)}, and {least:,} are needed to learn: "
                f"{least - found:,} more",
                "Wait until more leads mature, export a longer past, or check accepted and horizon_days in [outcomes]",
            )


def _horizon_words(crm: Crm) -> str:
    return "" if crm.has_target_column else f" within {crm.horizon_days:g} days"


def _mature(crm: Crm, since: datetime | None) -> tuple[int, int]:
    """Positives and negatives among the mature leads that can be trained on."""
    if crm.has_target_column:
        query = "SELECT count(*) FILTER (target = 1), count(*) FILTER (target = 0) FROM lead"
        parameters: dict[str, Any] = {}
    else:
        query = """
            WITH mature AS (
                SELECT l.row, coalesce(bool_or(o.accepted AND o.at_end >= l.qualified_at
                       AND o."at" <= l.qualified_at + to_microseconds($horizon)), FALSE) AS label
                FROM lead l LEFT JOIN (SELECT * FROM outcome WHERE seen <= $as_of) o USING (lead_id)
                WHERE l.qualified_at + to_microseconds($horizon) <= $as_of
                  AND l.qualified_at >= coalesce($since, l.qualified_at)
                GROUP BY l.row)
            SELECT count(*) FILTER (label), count(*) FILTER (NOT label) FROM mature"""
        parameters = {"horizon": _horizon(crm), "as_of": crm.as_of, "since": since}
    row = crm.con.execute(query, parameters).fetchone()
    positives, negatives = row or (0, 0)
    return int(positives), int(negatives)


def _horizon(crm: Crm) -> int:
    return round(crm.horizon_days * 86_400_000_000)


def _volume(crm: Crm) -> Iterator[Finding]:
    """Spans without a lead in which, by the weeks around them, there should have been many."""
    if not crm.is_dated:
        return
    days = [
        row[0]
        for row in crm.con.execute(
            "SELECT DISTINCT CAST(qualified_at AS DATE) AS day FROM lead WHERE qualified_at <= $as_of ORDER BY day",
            {"as_of": crm.as_of},
        ).fetchall()
        if row[0] is not None
    ]
    if not days and scalar(crm, "SELECT count(*) FROM lead"):
        yield Finding(
            "no_mql",
            "warning",
            "leads",
            crm.raw["leads"].where,
            crm.config[LeadsSection].snapshot_at,
            crm.raw["leads"].rows,
            "no lead has become an MQL by the as-of moment",
            "Check the column that qualified_at names in [leads]",
        )
    gaps = []
    for i in range(1, len(days)):
        length = (days[i] - days[i - 1]).days - 1
        if length < _GAP_DAYS:
            continue
        around = days[max(0, i - 60) : i + 60]
        span = (around[-1] - around[0]).days + 1 - length
        if len(around) / max(span, 1) * length >= _GAP_ACTIVE_DAYS:
            gaps.append((days[i - 1], days[i], length))
    if gaps:
        shown = listed([f"{first} to {then} ({length:,} days)" for first, then, length in gaps])
        yield Finding(
            "volume_gap",
            "warning",
            "leads",
            crm.raw["leads"].where,
            crm.config[LeadsSection].snapshot_at,
            0,
            f"no lead was qualified from {shown}, where there was one on most days before and after",
            "Export the leads again if some are missing; a gap in intake needs nothing",
        )
