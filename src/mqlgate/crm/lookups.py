"""Static tables joined to the leads: companies, products. Their columns stand in `lead_value` beside the leads' own."""

from mqlgate.crm.columns import describe, stored_names
from mqlgate.crm.loading import Loading, key_sql
from mqlgate.errors import InputError, listed, quoted
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW
from mqlgate.tables.settings import LookupSection


def load_lookups(loading: Loading) -> None:
    """Join every `[[lookups]]` table."""
    for number, lookup in enumerate(loading.config.many(LookupSection), start=1):
        _join(loading, f"lookups[{number}]", lookup)


def _join(loading: Loading, key: str, lookup: LookupSection) -> None:
    """Each lead gets the columns of the first row with its key; keys are compared as texts, 17 and 17.0 being one."""
    raw = loading.read(key, lookup)
    raw.need(lookup.id, f"[[lookups]] {_number(key)} id")
    for column in lookup.exclude:
        raw.need(column, f"[[lookups]] {_number(key)} exclude")
    usable = [column for column in raw.columns if column != lookup.id and column not in lookup.exclude]
    stored = stored_names(usable, lookup.prefix, taken={"row"})
    _refuse_taken(loading, key, raw.where, list(stored.values()))
    describe(loading, raw, usable, key, stored)
    values = [
        f"{loading.value_sql(column, loading.facts[name].kind, key, lookup)} AS {quote_name(name)}"
        for column, name in stored.items()
    ]
    id_of = key_sql(loading.con, raw.name, lookup.id)
    loading.con.execute(
        f"""CREATE OR REPLACE TABLE lead_value AS
            WITH keyed AS ({" UNION ALL ".join(_keys(loading, key, lookup))}),
            found AS (SELECT {", ".join([f"{id_of} AS {ROW}", *values])} FROM {quote_name(raw.name)} t
                      WHERE {id_of} IS NOT NULL
                      QUALIFY row_number() OVER (PARTITION BY {id_of} ORDER BY t.{ROW}) = 1)
            SELECT {", ".join(["v.*", *(f"found.{quote_name(name)}" for name in stored.values())])}
            FROM lead_value v LEFT JOIN keyed ON keyed.row = v.row LEFT JOIN found ON found.{ROW} = keyed.{ROW}
            ORDER BY v.row"""
    )


def _keys(loading: Loading, key: str, lookup: LookupSection) -> list[str]:
    """Queries of `row` and key (named ROW: no column of the user's can be) of each table of leads."""
    cases = " ".join(f"WHEN {quote_text(said)} THEN {quote_text(meant)}" for said, meant in lookup.aliases.items())
    queries = []
    for source in loading.lead_tables:
        table = loading.raw[source]
        table.need(lookup.key, f"[[lookups]] {_number(key)} key")
        spelt = key_sql(loading.con, table.name, lookup.key)
        meant = f"CASE {spelt} {cases} ELSE {spelt} END" if cases else spelt
        first = loading.first_row(source)
        queries.append(f"SELECT {ROW} + {first} AS row, {meant} AS {ROW} FROM {quote_name(table.name)}")
    return queries


def _refuse_taken(loading: Loading, key: str, where: str, names: list[str]) -> None:
    known = {name.lower() for name in loading.facts}
    taken = sorted(name for name in names if name.lower() in known)
    if taken:
        raise InputError(
            f"{loading.config.where}, [[lookups]] {_number(key)}",
            f"{where} brings columns that the leads have already: {listed(map(quoted, taken))}",
            mend='Give it a prefix, such as prefix = "account_"',
        )


def _number(key: str) -> str:
    """`2` of `lookups[2]`, as other messages name a section that there are several of."""
    return key.partition("[")[2].rstrip("]")
