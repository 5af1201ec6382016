"""Columns that rules and segments name: whether the leads have them, and numbers where a number is asked for.

What is said here before training would otherwise stop the night. Never applies a rule.
"""

from collections.abc import Iterator

from mqlgate.contract.finding import Finding
from mqlgate.contract.keys import nearest
from mqlgate.crm import Crm
from mqlgate.errors import quoted
from mqlgate.gate.settings import DisqualifierSection, GateSection


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    rules = crm.config.many(DisqualifierSection)
    for number, rule in enumerate(rules, start=1):
        place = f"[[disqualifiers]] {number} column"
        yield from _unknown(crm, place, rule.column)
        yield from _no_numbers(crm, place, rule)
    for name in crm.config[GateSection].segments:
        yield from _unknown(crm, "[gate] segments", name)


def _unknown(crm: Crm, place: str, name: str) -> Iterator[Finding]:
    known = [column.name for column in crm.columns]
    if name in known:
        return
    near = nearest(name, known)
    is_there = any(name in raw.columns for key, raw in crm.raw.items() if key in ("leads", "asked"))
    yield Finding(
        "unknown_rule_column",
        "error",
        "leads",
        crm.config.where,
        name,
        0,
        f"{place} names {quoted(name)}, "
        + ("which is excluded or mapped and so not among the leads' columns" if is_there else "which no table has")
        + (f"; the nearest column is {quoted(near)}" if near else ""),
        "Mend the name, or take it out",
    )


def _no_numbers(crm: Crm, place: str, rule: DisqualifierSection) -> Iterator[Finding]:
    column = next((column for column in crm.columns if column.name == rule.column), None)
    asks = [word for word, limit in (("below", rule.below), ("above", rule.above)) if limit is not None]
    if column is None or not asks or column.kind in ("number", "boolean"):
        return
    yield Finding(
        "rule_without_numbers",
        "error",
        column.source,
        crm.config.where,
        rule.column,
        0,
        f"{place} names {quoted(rule.column)}, which is no column of numbers: {' and '.join(asks)} would meet nobody",
        "Name a column of numbers, or say with in or not_in which values disqualify",
    )
