"""Activity types that nobody gave a tier: they count as low, which is said once with counts."""

from collections.abc import Iterator, Mapping

from mqlgate import domain
from mqlgate.contract.evidence import counted_values
from mqlgate.contract.finding import Finding
from mqlgate.contract.keys import nearest
from mqlgate.crm import Crm
from mqlgate.crm.events import plain_type_sql
from mqlgate.errors import quoted
from mqlgate.features.settings import FeaturesSection
from mqlgate.tables import kinds
from mqlgate.tables.names import quote_name
from mqlgate.tables.settings import ActivitiesSection


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    section = crm.config.optional(ActivitiesSection)
    if section is None or "activities" not in crm.raw:
        return
    features = crm.config[FeaturesSection]
    said = features.activity_tiers
    named = {kinds.folded(name) for names in (*said.values(), features.third_party) for name in names}
    usual = {name for names in domain.ACTIVITY_TIERS.values() for name in names}
    types = [
        (str(kind), str(plain), int(count))
        for kind, plain, count in crm.con.execute(
            f"""SELECT type, {plain_type_sql("type")} AS plain, count(*) AS n FROM activity
                GROUP BY type ORDER BY n DESC, type"""
        ).fetchall()
    ]
    unknown = [(kind, count) for kind, plain, count in types if kinds.folded(kind) not in named and plain not in usual]
    if unknown:
        rows = sum(count for _, count in unknown)
        yield Finding(
            "unknown_activity_type",
            "warning",
            "activities",
            crm.raw["activities"].where,
            section.type,
            rows,
            f"{rows:,} activities are of types without a tier and count as low: {counted_values(unknown)}",
            "Name what shows interest under high or medium in [features.activity_tiers]",
        )
    yield from _in_two_tiers(crm, {str(tier): names for tier, names in said.items()})
    yield from _never(crm, section, {str(tier): names for tier, names in said.items()})


def _in_two_tiers(crm: Crm, tiers: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Types that stand under more than one tier: which of them counts would be chance."""
    of: dict[str, list[str]] = {}
    for tier, names in tiers.items():
        for name in dict.fromkeys(kinds.folded(name) for name in names):
            of.setdefault(name, []).append(tier)
    for name, places in of.items():
        if len(places) > 1:
            yield Finding(
                "type_in_two_tiers",
                "error",
                "activities",
                crm.config.where,
                None,
                0,
                f"[features.activity_tiers] has {quoted(name)} under {' and '.join(places)}",
                "Keep each type under one tier",
            )


def _never(crm: Crm, section: ActivitiesSection, tiers: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Types that the configuration names and the data do not have."""
    raw = crm.raw["activities"]
    types = [
        str(kind)
        for (kind,) in crm.con.execute(
            f"SELECT DISTINCT {kinds.text_sql(section.type)} AS type FROM {quote_name(raw.name)} ORDER BY type"
        ).fetchall()
        if kind
    ]
    there = {kinds.folded(kind) for kind in types}
    named = [(f"[features.activity_tiers] {tier}", name) for tier, names in tiers.items() for name in names]
    named += [("[activities] exclude", name) for name in section.exclude]
    for place, name in named:
        if types and kinds.folded(name) not in there:
            near = nearest(name, types)
            yield Finding(
                "value_never_occurs",
                "warning",
                "activities",
                raw.where,
                section.type,
                0,
                f"{quoted(name)} of {place} never occurs here"
                + (f"; the nearest type is {quoted(near)}" if near else ""),
                "Write the types as they stand in the data",
            )
