"""Keys: ids that are missing or there twice, events of leads that nobody knows, lookups that do not match."""

import difflib
from collections.abc import Iterator

from mqlgate.contract.evidence import counted_values, gathered, of_raw, record_of, rows_of, scalar, set_aside
from mqlgate.contract.finding import Finding
from mqlgate.crm import Crm
from mqlgate.crm.loading import id_sql, key_sql
from mqlgate.errors import listed, quoted
from mqlgate.tables import kinds
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.settings import (
    ActivitiesSection,
    DatedTable,
    HistorySection,
    LeadsSection,
    LookupSection,
    OutcomesSection,
)

EVENTS: tuple[tuple[str, str, type[DatedTable]], ...] = (
    ("activities", "activity", ActivitiesSection),
    ("history", "history", HistorySection),
    ("outcomes", "outcome", OutcomesSection),
)
"""Section, canonical table and model of the tables of events."""

_NO_MATCH = 0.01
"""Where at most this share of a table's events finds its lead, the two tables write ids in different ways."""


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    yield from _lead_ids(crm)
    for key, table, kind in EVENTS:
        section = crm.config.optional(kind)
        if section is not None and key in crm.raw:
            yield from _missing_lead(crm, key, section.lead)
            yield from _orphans(crm, key, table, section.lead)
    for number, lookup in enumerate(crm.config.many(LookupSection), start=1):
        yield from _lookup(crm, f"lookups[{number}]", lookup)


def _lead_ids(crm: Crm) -> Iterator[Finding]:
    for key in ("leads", "asked"):
        if key not in crm.raw:
            continue
        raw, column = crm.raw[key], crm.config[LeadsSection].id
        missing = set_aside(crm, key, "there is no id")
        if missing.rows:
            yield Finding(
                "missing_id",
                "error",
                key,
                raw.where,
                column,
                missing.rows,
                f"{missing.rows:,} of {raw.rows:,} leads have no id ({missing.shown()})",
                "Give each lead an id, or remove the rows",
                missing.records,
            )
        twice = set_aside(crm, key, "another row has this id already")
        if twice.rows:
            yield Finding(
                "duplicate_id",
                "error",
                key,
                raw.where,
                column,
                twice.rows,
                f"{twice.rows:,} of {raw.rows:,} rows repeat the id of a row above them ({twice.shown()})",
                "Keep one row for each lead; events of a lead belong in [activities] or [outcomes]",
                twice.records,
            )


def _missing_lead(crm: Crm, key: str, column: str) -> Iterator[Finding]:
    missing = set_aside(crm, key, "there is no lead")
    if missing.rows:
        yield Finding(
            "missing_lead",
            "warning",
            key,
            crm.raw[key].where,
            column,
            missing.rows,
            f"{missing.rows:,} of {rows_of(crm, key):,} rows name no lead and were left out ({missing.shown()})",
            "Fill in the lead, or ignore this if they belong to nobody yet",
            missing.records,
        )


def _orphans(crm: Crm, key: str, table: str, column: str) -> Iterator[Finding]:
    total = int(scalar(crm, f"SELECT count(*) FROM {table}") or 0)
    raw = crm.raw["leads"]
    # A lead whose row was set aside, for a date that cannot be read, is told as that: its events are no orphans.
    there = f"SELECT {id_sql(crm.con, raw.name, crm.config[LeadsSection].id)} AS lead_id FROM {quote_name(raw.name)}"
    orphans = gathered(
        crm,
        f"""SELECT {record_of(crm, key, "t.row")} AS record, t.lead_id AS value FROM {table} t
            ANTI JOIN (SELECT lead_id FROM lead UNION {there}) l ON l.lead_id = t.lead_id""",
    )
    if not orphans.rows:
        return
    apart = total - orphans.rows <= _NO_MATCH * total
    leads = crm.raw["leads"].where
    hint = _spelt_otherwise(crm, table) if apart else ""
    yield Finding(
        f"orphan_{table}",
        "error" if apart and rows_of(crm, "leads") else "warning",
        key,
        crm.raw[key].where,
        column,
        orphans.rows,
        f"{orphans.rows:,} of {total:,} rows belong to leads that {leads} does not have ({orphans.shown()}){hint}",
        f"Write the ids of both tables in the same way: as {crm.config[LeadsSection].id} in {leads}"
        if apart
        else "Export both tables for the same leads, or ignore this if the others were left out on purpose",
        orphans.records,
    )


def _spelt_otherwise(crm: Crm, table: str) -> str:
    """A hint where the ids would match if case, blanks and leading zeros did not count."""
    plain = "ltrim(lower(trim(lead_id)), '0')"
    row = crm.con.execute(
        f"""SELECT any_value(a.lead_id), any_value(l.lead_id), count(*) FROM (
                SELECT DISTINCT lead_id, {plain} AS plain FROM {table}) a
            JOIN (SELECT lead_id, {plain} AS plain FROM lead) l USING (plain)"""
    ).fetchone()
    if row is None or not row[2]:
        return ""
    return f"; {quoted(row[0])} here looks like {quoted(row[1])} there"


def _lookup(crm: Crm, key: str, lookup: LookupSection) -> Iterator[Finding]:
    raw = crm.raw[key]
    id_of = key_sql(crm.con, raw.name, lookup.id)
    twice = of_raw(
        crm,
        key,
        f"{id_of} IS NOT NULL AND __row NOT IN (SELECT min(__row) FROM {quote_name(raw.name)} GROUP BY {id_of})",
        id_of,
    )
    if twice.rows:
        yield Finding(
            "duplicate_lookup_id",
            "warning",
            key,
            raw.where,
            lookup.id,
            twice.rows,
            f"{twice.rows:,} of {raw.rows:,} rows repeat an id ({twice.shown()}); the first row of each is used",
            "Keep one row for each id",
            twice.records,
        )
    yield from _unmatched(crm, key, lookup)


def _unmatched(crm: Crm, key: str, lookup: LookupSection) -> Iterator[Finding]:
    raw, leads = crm.raw[key], crm.raw["leads"]
    spelt, id_of = key_sql(crm.con, leads.name, lookup.key), key_sql(crm.con, raw.name, lookup.id)
    aliases = " ".join(f"WHEN {quote_text(said)} THEN {quote_text(meant)}" for said, meant in lookup.aliases.items())
    meant = f"CASE {spelt} {aliases} ELSE {spelt} END" if aliases else spelt
    known = [
        str(row[0])
        for row in crm.con.execute(
            f"""SELECT DISTINCT {id_of} AS id FROM {quote_name(raw.name)}
                WHERE id IS NOT NULL ORDER BY id"""
        ).fetchall()
    ]
    missed = crm.con.execute(
        f"""SELECT meant, count(*) AS n FROM (SELECT {meant} AS meant FROM {quote_name(leads.name)}) l
            ANTI JOIN (SELECT {id_of} AS id FROM {quote_name(raw.name)}) k ON k.id = l.meant
            WHERE meant IS NOT NULL GROUP BY meant ORDER BY n DESC, meant"""
    ).fetchall()
    if not missed:
        return
    rows = sum(int(count) for _, count in missed)
    near = {str(value): nearest(str(value), known) for value, _ in missed[:20]}
    alike = [f"{quoted(value)} is nearest to {quoted(other)}" for value, other in near.items() if other]
    aliased = ", ".join(f'"{value}" = "{other}"' for value, other in near.items() if other)
    yield Finding(
        "unmatched_lookup_key",
        "warning",
        "leads",
        leads.where,
        lookup.key,
        rows,
        f"{rows:,} of {leads.rows:,} rows have no match in {raw.where}: {counted_values(missed)}"
        + (f"; {listed(alike)}" if alike else ""),
        f"Mend the spelling, or say under [[lookups]] aliases = {{ {aliased} }}"
        if aliased
        else f"Add the missing rows to {raw.where}",
    )


def nearest(value: str, known: list[str]) -> str | None:
    """The known spelling that `value` most likely means; None where none is near."""
    folded = {kinds.folded(other).replace(" ", ""): other for other in reversed(known)}
    plain = kinds.folded(value).replace(" ", "")
    if plain in folded:
        return folded[plain]
    found = difflib.get_close_matches(plain, list(folded), n=1, cutoff=0.75)
    return folded[found[0]] if found else None
