"""`lead` and `lead_value`: the leads in canonical form, those that were asked for by `--leads` before all others."""

from pathlib import Path

from mqlgate.crm.columns import describe, stored_names
from mqlgate.crm.loading import Loading, id_sql, key_sql, unreadable
from mqlgate.tables import kinds
from mqlgate.tables.kinds import Kind
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.raw import RawTable
from mqlgate.tables.read import ROW
from mqlgate.tables.settings import OutcomesSection

ROLES = ("source", "campaign", "owner", "email", "title", "account")
_NO_MOMENT = "CAST(NULL AS TIMESTAMP)"
_SQL_TYPE: dict[Kind, str] = {
    "number": "DOUBLE",
    "boolean": "DOUBLE",
    "time": "TIMESTAMP",
    "category": "VARCHAR",
    "text": "VARCHAR",
}


def load_leads(loading: Loading, asked: Path | None) -> None:
    """`lead` and `lead_value` of the leads table and, before them, of the asked ones.

    A lead of both tables is as the file of asked leads has it; what the configuration maps (times, account, order) and
    that file lacks is as the leads table has it.
    """
    leads = loading.leads
    main = loading.read("leads", leads)
    if asked is not None or "asked" in loading.frames:
        # A path that was typed starts in the working directory; those of the configuration start beside it.
        typed = str(asked.absolute()) if asked else None
        loading.read("asked", leads.model_copy(update={"path": typed, "url": None, "query": None}))
    usable = _usable(loading, main)
    describe(loading, main, usable, "leads", stored_names(usable, taken={"row"}))
    loading.con.execute(
        """CREATE TABLE lead (row BIGINT, lead_id VARCHAR, created_at TIMESTAMP, qualified_at TIMESTAMP,
           qualified_seen TIMESTAMP, account VARCHAR, order_key DOUBLE, target TINYINT, asked BOOLEAN)"""
    )
    for key in loading.lead_tables:
        _add_leads(loading, key)
    if "asked" in loading.raw:
        _prefer_asked(loading)
    _add_values(loading, usable)


def _usable(loading: Loading, main: RawTable) -> list[str]:
    """The columns that may become features; on the way, that each mapped and excluded one is there."""
    leads = loading.leads
    for role in ROLES:
        column = getattr(leads, role)
        if column:
            loading.roles[role] = main.need(column, f"[leads] {role}")
    for column in leads.exclude:
        main.need(column, "[leads] exclude")
    never = {leads.id, leads.created_at, leads.qualified_at, leads.order, _target_column(loading)}
    never |= {*leads.exclude, *_outcome_columns(loading)}
    return [column for column in main.columns if column not in never]


def _add_leads(loading: Loading, key: str) -> None:
    leads, raw, first = loading.leads, loading.raw[key], loading.first_row(key)
    table = quote_name(raw.name)
    lead_id = id_sql(loading.con, raw.name, raw.need(leads.id, "[leads] id"))
    loading.set_aside(key, f"{lead_id} IS NULL", leads.id, "there is no id")
    loading.set_aside(key, _repeated(table, lead_id), leads.id, "another row has this id already")
    created, _ = _moment(loading, key, leads.created_at, "created_at")
    qualified, seen = _moment(loading, key, leads.snapshot_at, "qualified_at" if leads.qualified_at else "created_at")
    order = _order(loading, key)
    account = key_sql(loading.con, raw.name, str(leads.account)) if leads.account in raw.columns else "NULL"
    bad = f"SELECT row FROM bad_row WHERE table_name = {quote_text(key)}"
    loading.con.execute(
        f"""INSERT INTO lead
            SELECT {ROW} + {first}, {lead_id}, {created}, {qualified}, {seen}, {account}, {order},
                   {_target_sql(loading, raw)}, {key == loading.lead_tables[-1]}
            FROM {table} WHERE {ROW} NOT IN ({bad}) ORDER BY {ROW}"""
    )


def _order(loading: Loading, key: str) -> str:
    """SQL of the order in time; a row without one stands where the row above it does."""
    column, raw = loading.leads.order, loading.raw[key]
    if column is None or (key == "asked" and column not in raw.columns):
        return "CAST(NULL AS DOUBLE)"
    raw.need(column, "[leads] order")
    loading.set_aside(key, kinds.is_stray_number_sql(column), column, "not a number")
    number = kinds.number_sql(column)
    return f"coalesce({number}, last_value({number} IGNORE NULLS) OVER (ORDER BY {ROW}))"


def _moment(loading: Loading, key: str, column: str | None, role: str) -> tuple[str, str]:
    """SQL of a mapped time's start and end; rows where it cannot be read are set aside."""
    if column is None or (key == "asked" and column not in loading.raw[key].columns):
        return _NO_MOMENT, _NO_MOMENT
    if (key, column) not in loading.readings:
        reading = loading.reading(key, column, loading.leads, role)
        loading.set_aside(key, unreadable(column, reading), column, "not a date")
    reading = loading.readings[key, column]
    return reading.at, reading.end


def _prefer_asked(loading: Loading) -> None:
    leads, there = loading.leads, loading.raw["asked"].columns
    mapped = (
        (leads.created_at, ("created_at",)),
        (leads.snapshot_at, ("qualified_at", "qualified_seen")),
        (leads.account, ("account",)),
        (leads.order, ("order_key",)),
    )
    lacking = [name for column, names in mapped if column and column not in there for name in names]
    known = "(SELECT * FROM lead WHERE NOT asked)"
    if lacking:
        taken = ", ".join(f"{name} = known.{name}" for name in lacking)
        loading.con.execute(
            f"UPDATE lead SET {taken} FROM {known} known WHERE lead.asked AND lead.lead_id = known.lead_id"
        )
    loading.con.execute(
        """CREATE OR REPLACE TABLE lead AS
           SELECT * FROM lead WHERE asked OR lead_id NOT IN (SELECT lead_id FROM lead WHERE asked) ORDER BY row"""
    )


def _add_values(loading: Loading, usable: list[str]) -> None:
    selects = []
    for key in loading.lead_tables:
        raw, first = loading.raw[key], loading.first_row(key)
        values = "".join(
            f", {_typed(loading, column, key)} AS {quote_name(loading.stored['leads', column])}" for column in usable
        )
        selects.append(f"SELECT {ROW} + {first} AS row{values} FROM {quote_name(raw.name)}")
    loading.con.execute(
        f"""CREATE TABLE lead_value AS
            SELECT * FROM ({" UNION ALL ".join(selects)}) WHERE row IN (SELECT row FROM lead) ORDER BY row"""
    )


def _typed(loading: Loading, column: str, key: str) -> str:
    kind = loading.facts[loading.stored["leads", column]].kind
    if column not in loading.raw[key].columns:
        return f"CAST(NULL AS {_SQL_TYPE[kind]})"
    return loading.value_sql(column, kind, key, loading.leads)


def _target_column(loading: Loading) -> str | None:
    outcomes = loading.config.optional(OutcomesSection)
    return outcomes.column if outcomes else None


def _target_sql(loading: Loading, raw: RawTable) -> str:
    """1 for `accepted`; NULL for null and, where `rejected` is given, for what is in neither list; else 0."""
    outcomes = loading.config.optional(OutcomesSection)
    if outcomes is None or outcomes.column is None or outcomes.column not in raw.columns:
        return "CAST(NULL AS TINYINT)"
    name = quote_name(outcomes.column)
    rejected = kinds.same_value_sql(name, outcomes.rejected) if outcomes.rejected else "TRUE"
    return f"""CASE WHEN {kinds.folded_sql(name)} = '' THEN NULL
                    WHEN {kinds.same_value_sql(name, outcomes.accepted)} THEN 1
                    WHEN {name} IS NOT NULL AND {rejected} THEN 0 END"""


def _outcome_columns(loading: Loading) -> set[str]:
    """Columns that tell the outcome, where the outcomes are read from the leads' own file."""
    outcomes = loading.config.optional(OutcomesSection)
    if outcomes is None or not outcomes.given or not loading.is_leads_own(outcomes):
        return set()
    mapped = (outcomes.at, outcomes.stage, outcomes.reason, outcomes.owner, outcomes.amount, outcomes.recorded)
    return {column for column in mapped if column}


def _repeated(table: str, id_of: str) -> str:
    return f"""{id_of} IS NOT NULL AND {ROW} NOT IN (
        SELECT min({ROW}) FROM {table} WHERE {id_of} IS NOT NULL GROUP BY {id_of})"""
