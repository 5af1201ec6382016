"""Dates: unreadable, missing, implausible, in the future, in the wrong order, in two formats, readable two ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from mqlgate.contract.evidence import Evidence, gathered, moment_literal, of_raw, record_of, rows_of, set_aside
from mqlgate.contract.finding import Finding, Severity
from mqlgate.contract.keys import EVENTS
from mqlgate.contract.records import too_many
from mqlgate.crm import Crm
from mqlgate.errors import listed, quoted
from mqlgate.tables.names import quote_name
from mqlgate.tables.settings import DatedTable, LeadsSection, OutcomesSection
from mqlgate.tables.times import TimeReading

_EARLIEST = "1990-01-01"
"""No CRM is older: what claims to be stands for 'no date' (1900, 1970)."""
_NEVER = timedelta(days=2 * 365)
"""A date this far ahead of the wall clock stands for 'no date' (2099, 9999)."""
_ZONED = r":\d{2}(\.\d+)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})$"


@dataclass(frozen=True)
class _Mapped:
    """A mapped date column of a section, and where its values stand in canonical form."""

    key: str
    column: str
    table: str
    canonical: str


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    for (key, column), reading in crm.readings.items():
        yield from _unreadable(crm, key, column)
        yield from formats(crm, key, column, reading)
    for mapped in _mapped(crm):
        yield from _missing(crm, mapped)
        yield from _implausible(crm, mapped)
        yield from _future(crm, mapped)
    yield from _order(crm)


def _mapped(crm: Crm) -> list[_Mapped]:
    leads = crm.config[LeadsSection]
    found = [
        _Mapped("leads", column, "lead", canonical)
        for column, canonical in ((leads.created_at, "created_at"), (leads.qualified_at, "qualified_at"))
        if column
    ]
    for key, table, kind in EVENTS:
        section = crm.config.optional(kind)
        if section is not None and key in crm.raw:
            found.append(_Mapped(key, str(getattr(section, "at")), table, "at"))  # noqa: B009  (each kind has its own `at`)
    return found


def _unreadable(crm: Crm, key: str, column: str) -> Iterator[Finding]:
    evidence = set_aside(crm, key, "not a date", column)
    if not evidence.rows:
        return
    raw = crm.raw[key]
    leads = key in ("leads", "asked")
    severity: Severity = "error" if leads or key == "outcomes" else too_many(crm, key, evidence.rows)
    yield Finding(
        "unreadable_date",
        severity,
        key,
        raw.where,
        column,
        evidence.rows,
        f"{evidence.rows:,} of {raw.rows:,} values are not dates ({evidence.shown()}). "
        "Expected a date or timestamp such as 2018-02-28 or 2018-02-28T09:30",
        "Mend the rows, or empty the values that stand for no date; where days come first, set dayfirst = true",
        evidence.records,
    )


def formats(crm: Crm, key: str, column: str, reading: TimeReading) -> Iterator[Finding]:
    """Findings about how the dates of a column are written: several ways, readable two ways, with or without zone."""
    raw = crm.raw[key]
    if reading.mixed:
        yield Finding(
            "mixed_date_formats",
            "warning",
            key,
            raw.where,
            column,
            raw.rows,
            f"dates stand here in {len(reading.formats)} formats: "
            f"{listed([_pattern(f) for f in reading.formats], most=6)}",
            "Write all dates of a column in one way, best as 2018-02-28 or 2018-02-28T09:30",
        )
    if reading.reads_both_ways:
        day_first = any(form.startswith("%d") for form in reading.formats)
        yield Finding(
            "ambiguous_day_month",
            "warning",
            key,
            raw.where,
            column,
            raw.rows,
            f"every date reads both ways, day first and month first, and none decides; they were read "
            f"{'day' if day_first else 'month'} first",
            f"Say dayfirst = true or dayfirst = false in [{key.partition('[')[0]}]",
        )
    zoned = of_raw(
        crm,
        key,
        f"contains(CAST({quote_name(column)} AS VARCHAR), ':') AND "
        f"NOT regexp_matches(trim(CAST({quote_name(column)} AS VARCHAR)), '{_ZONED}')",
        quote_name(column),
    )
    named = of_raw(
        crm, key, f"regexp_matches(trim(CAST({quote_name(column)} AS VARCHAR)), '{_ZONED}')", quote_name(column)
    )
    if zoned.rows and named.rows:
        yield Finding(
            "mixed_zones",
            "warning",
            key,
            raw.where,
            column,
            zoned.rows,
            f"{named.rows:,} times name a zone and {zoned.rows:,} do not ({zoned.shown()}); "
            f"those were taken to be {crm.config.timezone.key}",
            "Write all times with their zone, or all without and set timezone",
            zoned.records,
        )


def _missing(crm: Crm, mapped: _Mapped) -> Iterator[Finding]:
    if mapped.table == "lead":
        return
    evidence = set_aside(crm, mapped.key, "there is no date", mapped.column)
    outcomes = crm.config.optional(OutcomesSection)
    severity: Severity = "warning"
    if mapped.key == "outcomes" and outcomes is not None:
        if not outcomes.stage:  # a column of the leads, empty where nothing came of them
            return
        evidence = _undated_verdicts(crm, outcomes, mapped.column)
        severity = "error" if evidence.rows else severity
    if evidence.rows:
        yield Finding(
            "missing_date",
            severity,
            mapped.key,
            crm.raw[mapped.key].where,
            mapped.column,
            evidence.rows,
            f"{evidence.rows:,} of {rows_of(crm, mapped.key):,} rows have no date and were left out "
            f"({evidence.shown()})",
            "Fill in when it happened, or remove the rows",
            evidence.records,
        )


def _undated_verdicts(crm: Crm, outcomes: OutcomesSection, column: str) -> Evidence:
    """Outcomes that decide something but have no date; a stage that decides nothing needs none."""
    from mqlgate.tables.kinds import same_value_sql

    raw, stage = crm.raw["outcomes"], quote_name(str(outcomes.stage))
    decides = same_value_sql(stage, (*outcomes.accepted, *outcomes.rejected))
    return gathered(
        crm,
        f"""SELECT b.record, CAST(r.{stage} AS VARCHAR) AS value FROM bad_row b
            JOIN {quote_name(raw.name)} r ON r.__row = b.row
            WHERE b.table_name = 'outcomes' AND b.reason = 'there is no date' AND b.column_name = $column
              AND ({decides.replace(stage, "r." + stage)})""",
        {"column": column},
    )


def _implausible(crm: Crm, mapped: _Mapped) -> Iterator[Finding]:
    never = moment_literal(crm.now + _NEVER)
    evidence = _where(crm, mapped, f"< TIMESTAMP '{_EARLIEST}'", f"OR {quote_name(mapped.canonical)} > {never}")
    if evidence.rows:
        yield Finding(
            "implausible_date",
            too_many(crm, mapped.key, evidence.rows),
            mapped.key,
            crm.raw[mapped.key].where,
            mapped.column,
            evidence.rows,
            f"{evidence.rows:,} of {rows_of(crm, mapped.key):,} dates are implausible ({evidence.shown()})",
            "Mend the dates; leave the value empty where there is none, instead of 1900 or 2099",
            evidence.records,
        )


def _future(crm: Crm, mapped: _Mapped) -> Iterator[Finding]:
    now, never = moment_literal(crm.now), moment_literal(crm.now + _NEVER)
    evidence = _where(crm, mapped, f"> {now}", f"AND {quote_name(mapped.canonical)} <= {never}")
    if evidence.rows:
        yield Finding(
            "future_date",
            "warning",
            mapped.key,
            crm.raw[mapped.key].where,
            mapped.column,
            evidence.rows,
            f"{evidence.rows:,} of {rows_of(crm, mapped.key):,} dates lie in the future ({evidence.shown()}) "
            "and are ignored",
            "Mend the dates or the zone (timezone); a planned date does not belong in this column",
            evidence.records,
        )


def _where(crm: Crm, mapped: _Mapped, first: str, then: str) -> Evidence:
    at = quote_name(mapped.canonical)
    return gathered(
        crm,
        f"""SELECT {record_of(crm, mapped.key)} AS record, strftime({at}, '%Y-%m-%d') AS value FROM {mapped.table}
            WHERE {at} {first} {then}""",
    )


def _order(crm: Crm) -> Iterator[Finding]:
    leads = crm.config[LeadsSection]
    if leads.created_at and leads.qualified_at:
        evidence = gathered(
            crm,
            f"""SELECT {record_of(crm, "leads")} AS record, strftime(qualified_at, '%Y-%m-%d %H:%M') AS value FROM lead
                WHERE qualified_seen < created_at""",
        )
        if evidence.rows:
            yield Finding(
                "qualified_before_created",
                "warning",
                "leads",
                crm.raw["leads"].where,
                leads.qualified_at,
                evidence.rows,
                f"{evidence.rows:,} leads were qualified before they were created, as {quoted(leads.created_at)} "
                f"has it ({evidence.shown()})",
                "Mend the dates; check that both columns are in the same zone",
                evidence.records,
            )
    for key, table, kind in EVENTS:
        section = crm.config.optional(kind)
        if section is None or key not in crm.raw:
            continue
        if leads.created_at:
            yield from _before_created(crm, key, table)
        if section.recorded:
            yield from _recorded_before(crm, key, section)


def _before_created(crm: Crm, key: str, table: str) -> Iterator[Finding]:
    end = "at_end" if table == "outcome" else "seen"
    evidence = gathered(
        crm,
        f"""SELECT {record_of(crm, key, "t.row")} AS record, strftime(t."at", '%Y-%m-%d %H:%M') AS value
            FROM {table} t JOIN lead l USING (lead_id) WHERE t."at" < l.created_at AND t.{end} < l.created_at""",
    )
    if evidence.rows:
        yield Finding(
            f"{table}_before_created",
            "warning",
            key,
            crm.raw[key].where,
            None,
            evidence.rows,
            f"{evidence.rows:,} of {rows_of(crm, key):,} rows happened before their lead existed ({evidence.shown()})",
            "Mend the dates, or leave [leads] created_at out if a lead's acts may precede its record",
            evidence.records,
        )


def _recorded_before(crm: Crm, key: str, section: DatedTable) -> Iterator[Finding]:
    at, recorded = str(getattr(section, "at")), str(section.recorded)  # noqa: B009  (each kind has its own `at`)
    happened, known = crm.readings[key, at], crm.readings[key, recorded]
    evidence = of_raw(crm, key, f"({known.end}) < ({happened.at})", quote_name(recorded))
    if evidence.rows:
        yield Finding(
            "recorded_before_happened",
            "warning",
            key,
            crm.raw[key].where,
            recorded,
            evidence.rows,
            f"{evidence.rows:,} of {rows_of(crm, key):,} rows were recorded before they happened, as {quoted(at)} "
            f"has it ({evidence.shown()}); they count from the later time",
            "Mend the dates; check that both columns are in the same zone and not swapped",
            evidence.records,
        )


def _pattern(form: str) -> str:
    """A strptime format as a person writes it: `%d/%m/%Y` is DD/MM/YYYY."""
    for code, words in (
        ("%Y", "YYYY"), ("%y", "YY"), ("%m", "MM"), ("%d", "DD"), ("%b", "Mon"), ("%B", "Month"), ("%H", "hh"),
        ("%I", "hh"), ("%M", "mm"), ("%S", "ss"), ("%f", "fraction"), ("%p", "AM/PM"),
    ):  # fmt: skip
        form = form.replace(code, words)
    return form
