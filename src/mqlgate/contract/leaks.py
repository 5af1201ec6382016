"""Leakage as findings: what `leakage` suspects, told with what to do about it. Never suspects anything itself."""

from collections.abc import Iterator

from mqlgate.contract.columns import raw_name
from mqlgate.contract.finding import Finding
from mqlgate.contract.leakage import coinciding_types, suspects
from mqlgate.crm import Crm
from mqlgate.errors import quoted
from mqlgate.tables.settings import ActivitiesSection


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    columns = {column.name: column for column in crm.columns}
    for suspect in suspects(crm):
        column = columns[suspect.column]
        section = "[leads]" if column.source == "leads" else "[[lookups]]"
        history = ", or map its changes in [history]" if "history" not in crm.raw and column.source == "leads" else ""
        yield Finding(
            "leakage_suspect",
            "warning",
            column.source,
            crm.raw[column.source].where,
            raw_name(crm, column),
            crm.facts[column.name].filled,
            f"it may know the outcome: {suspect.why}",
            f"Add it to exclude in {section} unless it is known when a lead becomes an MQL{history}",
        )
    section_of = crm.config.optional(ActivitiesSection)
    for kind in coinciding_types(crm):
        yield Finding(
            "activity_is_outcome",
            "warning",
            "activities",
            crm.raw["activities"].where,
            section_of.type if section_of else None,
            kind.acts,
            f"{quoted(kind.name)} is the outcome itself: {kind.at_outcome:,} of {kind.acts:,} such acts of decided "
            "leads carry its very time",
            "Add it to exclude in [activities]: no lead that is still open has it, so it can only mislead",
        )
