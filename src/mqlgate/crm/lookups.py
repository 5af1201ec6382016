"""Static tables joined to the leads: companies, products. Their columns stand in `lead_value` beside the leads' own."""

from mqlgate.crm.leads import describe
from mqlgate.crm.loading import Loading
from mqlgate.errors import InputError, listed, quoted
from mqlgate.tables import kinds
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW
from mqlgate.tables.settings import LookupSection


def load_lookups(loading: Loading) -> None:
    """Join every `[[lookups]]` table."""
    for number, lookup in enumerate(loading.config.many(LookupSection), start=1):
        _join_lookup(loading, f"lookups[{number}]", lookup)


def _join_lookup(loading: Loading, key: str, lookup: LookupSection) -> None:
    raw = loading.read(key, lookup)
    raw.need(lookup.id, f"[[{key}]] id")
    loading.raw["leads"].need(lookup.key, f"[[{key}]] key")
    for column in lookup.exclude:
        raw.need(column, f"[[{key}]] exclude")
    usable = [c for c in raw.columns if c != lookup.id and c not in lookup.exclude]
    taken = sorted({lookup.prefix + c for c in usable} & set(loading.facts))
    if taken:
        raise InputError(
            f"{loading.config.where}, [[{key}]]",
            f"{raw.where} brings columns that the leads have already: {listed(map(quoted, taken))}",
            mend='Give it a prefix, such as prefix = "account_"',
        )
    describe(loading, raw, usable, key, lookup.prefix)
    values = ", ".join(
        f"{loading.value_sql(c, loading.facts[lookup.prefix + c].kind, key)} AS {quote_name(lookup.prefix + c)}"
        for c in usable
    )
    spelt = kinds.text_sql(lookup.key)
    cases = " ".join(f"WHEN {quote_text(said)} THEN {quote_text(meant)}" for said, meant in lookup.aliases.items())
    if cases:
        spelt = f"CASE {spelt} {cases} ELSE {spelt} END"
    keys = []
    for source in loading.lead_tables:
        table = loading.raw[source]
        table.need(lookup.key, f"[[{key}]] key")
        keys.append(
            f"SELECT {ROW} + {loading.first_row(source)} AS row, {spelt} AS join_key FROM {quote_name(table.name)}"
        )
    names = ", ".join(f"found.{quote_name(lookup.prefix + c)}" for c in usable)
    loading.con.execute(
        f"""CREATE OR REPLACE TABLE lead_value AS
            WITH keyed AS ({" UNION ALL ".join(keys)}),
            found AS (SELECT {kinds.text_sql(lookup.id)} AS join_key{", " + values if values else ""}
                      FROM {quote_name(raw.name)} WHERE {kinds.text_sql(lookup.id)} IS NOT NULL
                      QUALIFY row_number() OVER (PARTITION BY {kinds.text_sql(lookup.id)} ORDER BY {ROW}) = 1)
            SELECT v.*{", " + names if names else ""} FROM lead_value v LEFT JOIN keyed USING (row)
            LEFT JOIN found ON found.join_key = keyed.join_key ORDER BY v.row"""
    )
