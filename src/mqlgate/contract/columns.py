"""Lead columns as they are: empty, constant, near-unique, of mixed types, or named by `[features]` in vain."""

from collections.abc import Iterator

from mqlgate.contract.dates import formats
from mqlgate.contract.evidence import of_raw, rows_of, scalar
from mqlgate.contract.finding import Finding
from mqlgate.contract.keys import nearest
from mqlgate.crm import Column, Crm
from mqlgate.errors import quoted
from mqlgate.features.settings import FeaturesSection
from mqlgate.tables import kinds
from mqlgate.tables.kinds import ColumnFacts
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.raw import native_types
from mqlgate.tables.settings import LeadsSection, LookupSection
from mqlgate.tables.times import read_times

_MIXED = 0.5
"""A column with at least this share of numbers was meant to be one of numbers."""
_MIN_ROWS = 10
_LOOKED_AT = 1_000
_INFINITIES = ("inf", "+inf", "-inf", "infinity", "+infinity", "-infinity")


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    yield from _named_in_vain(crm)
    for column in crm.columns:
        facts = crm.facts[column.name]
        if rows_of(crm, column.source) < _MIN_ROWS:
            continue
        yield from _empty(crm, column, facts)
        yield from _constant(crm, column, facts)
        yield from _near_unique(crm, column, facts)
        yield from _mixed(crm, column, facts)


def raw_name(crm: Crm, column: Column) -> str:
    """The column's name in the table that it came from, without the lookup's prefix."""
    plain = column.name
    if column.source != "leads":
        number = int(column.source.removeprefix("lookups[").rstrip("]"))
        plain = plain.removeprefix(crm.config.many(LookupSection)[number - 1].prefix)
    while plain not in crm.raw[column.source].columns and plain.endswith("_"):
        plain = plain.removesuffix("_")  # `row` is stored as `row_`
    return plain


def _named_in_vain(crm: Crm) -> Iterator[Finding]:
    features = crm.config[FeaturesSection]
    known = [column.name for column in crm.columns]
    types = [
        str(row[0]) for row in crm.con.execute("SELECT DISTINCT type FROM activity ORDER BY type").fetchall() if row[0]
    ]
    every = {name for raw in crm.raw.values() for name in raw.columns}
    for key, names, there in (
        ("fit", features.fit, known),
        ("intent", features.intent, known),
        ("third_party", features.third_party, [*known, *types]),
    ):
        folded = {kinds.folded(name) for name in there} if key == "third_party" else set(there)
        for name in names:
            if name in folded or (key == "third_party" and kinds.folded(name) in folded):
                continue
            near = nearest(name, there)
            yield Finding(
                "unknown_feature_column",
                "warning" if name in every or key == "third_party" else "error",
                "leads",
                crm.config.where,
                name,
                0,
                f"[features] {key} names {quoted(name)}, "
                + ("which is excluded or mapped and so never a feature" if name in every else "which no table has")
                + (f"; the nearest column is {quoted(near)}" if near else ""),
                "Mend the name or take it out of [features]",
            )


def _empty(crm: Crm, column: Column, facts: ColumnFacts) -> Iterator[Finding]:
    if facts.filled == 0:
        yield _about(crm, column, "empty_column", 0, "there is not a single value", "Nothing: it is never used")


def _constant(crm: Crm, column: Column, facts: ColumnFacts) -> Iterator[Finding]:
    if facts.distinct == 1 and facts.filled == crm.raw[column.source].rows:
        yield _about(
            crm,
            column,
            "constant_column",
            facts.filled,
            "every row has the same value, so it tells nothing",
            "Nothing: it cannot matter; add it to exclude to be rid of this",
        )


def _near_unique(crm: Crm, column: Column, facts: ColumnFacts) -> Iterator[Finding]:
    if column.kind == "text" and column.name not in crm.roles.values():
        yield _about(
            crm,
            column,
            "near_unique_column",
            facts.filled,
            f"it is free text or nearly unique ({facts.distinct:,} different values in {facts.filled:,}), so its "
            "values are not used",
            "Add it to exclude; if it is an account, a title or an e-mail, map it in [leads]",
        )


def _mixed(crm: Crm, column: Column, facts: ColumnFacts) -> Iterator[Finding]:
    name = raw_name(crm, column)
    said = f"trim(CAST({quote_name(name)} AS VARCHAR))"
    if column.kind == "number":
        yield from _infinite(crm, column, facts, name)
        if not facts.strays:
            return
        condition, words = kinds.is_stray_number_sql(name), "are not numbers and count as missing"
    elif column.kind == "time":
        dayfirst = crm.config[LeadsSection].dayfirst
        reading = read_times(crm.con, crm.raw[column.source].name, name, crm.config.timezone, dayfirst)
        yield from formats(crm, column.source, name, reading)
        none = ", ".join(quote_text(word) for word in kinds.NO_VALUE)
        condition = f"({said} <> '' AND lower({said}) NOT IN ({none}) AND ({reading.at}) IS NULL)"
        words = "are not dates and count as missing"
    elif column.kind in ("category", "text"):
        if not _may_be_numbers(crm, column.source, said):
            return
        numbers = of_raw(crm, column.source, f"regexp_matches({said}, '{kinds.NUMBER}')", said).rows
        if numbers < _MIXED * max(facts.filled, 1) or numbers == facts.filled:
            return
        condition = f"({said} <> '' AND NOT regexp_matches({said}, '{kinds.NUMBER}'))"
        words = "are no numbers where most are, so the whole column is read as categories"
    else:
        return
    evidence = of_raw(crm, column.source, condition, said)
    if evidence.rows:
        yield Finding(
            "mixed_types",
            "warning",
            column.source,
            crm.raw[column.source].where,
            name,
            evidence.rows,
            f"{evidence.rows:,} of {facts.filled:,} values {words} ({evidence.shown()})",
            "Mend the values, or empty those that stand for none",
            evidence.records,
        )


def _may_be_numbers(crm: Crm, key: str, said: str) -> bool:
    """Whether the first filled values look like numbers at all: most columns of words need no look at every row."""
    first = f"SELECT {said} AS v FROM {quote_name(crm.raw[key].name)} WHERE {said} <> '' LIMIT {_LOOKED_AT}"
    share = scalar(crm, f"SELECT avg(CAST(regexp_matches(v, '{kinds.NUMBER}') AS INTEGER)) FROM ({first})")
    return bool(share is not None and share >= _MIXED / 2)


def _infinite(crm: Crm, column: Column, facts: ColumnFacts, name: str) -> Iterator[Finding]:
    native = native_types(crm.con, crm.raw[column.source].name).get(name, "VARCHAR")
    if native in ("DOUBLE", "FLOAT"):
        condition = f"isinf({quote_name(name)})"
    elif native == "VARCHAR":
        condition = f"lower({quote_name(name)}) IN ({', '.join(map(quote_text, _INFINITIES))})"
    else:
        return
    evidence = of_raw(crm, column.source, condition, quote_name(name))
    if evidence.rows:
        yield Finding(
            "infinite_value",
            "warning",
            column.source,
            crm.raw[column.source].where,
            name,
            evidence.rows,
            f"{evidence.rows:,} of {facts.filled:,} numbers are infinite and count as missing ({evidence.shown()})",
            "Mend what divides by zero, or empty the values",
            evidence.records,
        )


def _about(crm: Crm, column: Column, code: str, rows: int, message: str, mend: str) -> Finding:
    where = crm.raw[column.source].where
    return Finding(code, "info", column.source, where, raw_name(crm, column), rows, message, mend)
