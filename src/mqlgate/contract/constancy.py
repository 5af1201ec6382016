"""Fields whose history is unproved: what is taken as constant though nobody recorded that it is."""

from collections.abc import Iterator

from mqlgate.contract.columns import raw_name
from mqlgate.contract.finding import Finding
from mqlgate.crm import Crm
from mqlgate.tables.settings import HistorySection


def find(crm: Crm) -> Iterator[Finding]:
    """Findings: with [history], each field that never stands there; without, those that look as if they change."""
    history = crm.config.optional(HistorySection)
    if history is not None and "history" in crm.raw:
        yield from _without_rows(crm)
        return
    for column in crm.columns:
        if column.group == "intent" and column.kind != "text":
            yield Finding(
                "unproved_constant",
                "warning",
                column.source,
                crm.raw[column.source].where,
                raw_name(crm, column),
                crm.facts[column.name].filled,
                "it looks as if it changes while a lead is open, and there is no [history] to say what it was at the "
                "snapshot: today's value is taken, which may have been set after the outcome",
                "Map the field's changes in [history], or add it to exclude unless it is fixed when the lead comes in",
            )


def _without_rows(crm: Crm) -> Iterator[Finding]:
    known = {str(row[0]) for row in crm.con.execute("SELECT DISTINCT field FROM history").fetchall()}
    for column in crm.columns:
        if column.source != "leads" or column.name in known or column.kind == "text":
            continue
        changes = column.group == "intent"
        yield Finding(
            "unproved_constant",
            "warning" if changes else "info",
            "leads",
            crm.raw["leads"].where,
            column.name,
            crm.facts[column.name].filled,
            "it has no row in [history] and is taken as constant"
            + (", though it looks as if it changes while a lead is open" if changes else ""),
            "Record its changes in [history], or add it to exclude unless it is fixed when the lead comes in",
        )
    fields = {column.name for column in crm.columns}
    unknown = sorted(known - fields - set(crm.raw["leads"].columns) - {"None"})
    if unknown:
        from mqlgate.contract.evidence import counted_values

        counts = crm.con.execute(
            """SELECT field, count(*) AS n FROM history WHERE list_contains($names, field)
               GROUP BY field ORDER BY n DESC, field""",
            {"names": unknown},
        ).fetchall()
        yield Finding(
            "unknown_history_field",
            "info",
            "history",
            crm.raw["history"].where,
            crm.config[HistorySection].field,
            sum(int(count) for _, count in counts),
            f"changes of fields that the leads do not have are not used: {counted_values(counts)}",
            "Export the fields with the leads if they matter",
        )
