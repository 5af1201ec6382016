"""`lead` and `lead_value`: the leads in canonical form, those that were asked for by `--leads` before all others."""

import re
from pathlib import Path

from mqlgate.crm.loading import Loading, id_sql, unreadable
from mqlgate.crm.records import Column
from mqlgate.errors import InputError, listed, quoted
from mqlgate.tables import kinds
from mqlgate.tables.groups import group_of
from mqlgate.tables.kinds import ColumnFacts, Kind
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW, RawTable
from mqlgate.tables.settings import OutcomesSection

ROLES = ("source", "campaign", "owner", "email", "title", "account")
_SQL_TYPE: dict[Kind, str] = {
    "number": "DOUBLE",
    "boolean": "DOUBLE",
    "time": "TIMESTAMP",
    "category": "VARCHAR",
    "text": "VARCHAR",
}


def load_leads(loading: Loading, asked: Path | None) -> None:
    """`lead` and `lead_value` of the leads table and, before them, of the asked ones."""
    leads, target = loading.leads, _target_column(loading)
    main = loading.read("leads", leads)
    if asked is not None or "asked" in loading.frames:
        # A path that was typed starts in the working directory; those of the configuration start beside it.
        typed = str(asked.absolute()) if asked else None
        loading.read("asked", leads.model_copy(update={"path": typed, "url": None, "query": None}))
    loading.con.execute(
        """CREATE TABLE lead (row BIGINT, lead_id VARCHAR, created_at TIMESTAMP, qualified_at TIMESTAMP,
           qualified_seen TIMESTAMP, account VARCHAR, order_key DOUBLE, target TINYINT, asked BOOLEAN)"""
    )
    never = {leads.id, leads.created_at, leads.qualified_at, leads.order, target, *_outcome_columns(loading)}
    for column in leads.exclude:
        main.need(column, "[leads] exclude")
    usable = [c for c in main.columns if c not in never and c not in leads.exclude]
    describe(loading, main, usable, "leads", prefix="")
    for role in ROLES:
        column = getattr(leads, role)
        if column:
            main.need(column, f"[leads] {role}")
            loading.roles[role] = column
    for key in loading.lead_tables:
        _add_leads(loading, key, usable, target)


def _add_leads(loading: Loading, key: str, usable: list[str], target: str | None) -> None:
    leads, raw, first = loading.leads, loading.raw[key], loading.first_row(key)
    table = quote_name(raw.name)
    lead_id = id_sql(loading.con, raw.name, raw.need(leads.id, "[leads] id"))
    loading.set_aside(key, f"{lead_id} IS NULL", leads.id, "there is no id")
    loading.set_aside(key, _repeated(table, lead_id), leads.id, "another row has this id already")
    created, _ = _moment(loading, key, leads.created_at)
    qualified, seen = _moment(loading, key, leads.snapshot_at)
    order = kinds.number_sql(str(leads.order)) if _has(raw, key, leads.order, "order") else "CAST(NULL AS DOUBLE)"
    account = kinds.text_sql(str(leads.account)) if leads.account in raw.columns else "NULL"
    target_sql = _target_sql(loading, target) if target in raw.columns and target else "NULL"
    asked_too = key == "leads" and "asked" in loading.raw
    known = "lead_id IN (SELECT lead_id FROM lead)" if asked_too else "FALSE"
    bad = f"SELECT row FROM bad_row WHERE table_name = {quote_text(key)}"
    loading.con.execute(
        f"""INSERT INTO lead SELECT * FROM (
            SELECT {ROW} + {first} AS row, {lead_id} AS lead_id, {created}, {qualified}, {seen}, {account}, {order},
                   {target_sql}, {"FALSE" if asked_too else "TRUE"}
            FROM {table} WHERE {ROW} NOT IN ({bad})) WHERE NOT {known} ORDER BY row"""
    )
    values = "".join(f", {_typed(loading, column, raw, key)} AS {quote_name(column)}" for column in usable)
    select = f"SELECT {ROW} + {first} AS row{values} FROM {table} WHERE {ROW} + {first} IN (SELECT row FROM lead)"
    loading.con.execute(f"INSERT INTO lead_value {select}" if asked_too else f"CREATE TABLE lead_value AS {select}")


def _has(raw: RawTable, key: str, column: str | None, role: str) -> bool:
    """Whether the table has the column of a role; a file of asked leads may lack it, the leads table may not."""
    if column is None:
        return False
    if key == "leads":
        raw.need(column, f"[leads] {role}")
    return column in raw.columns


def _typed(loading: Loading, column: str, raw: RawTable, key: str) -> str:
    if column not in raw.columns:
        return f"CAST(NULL AS {_SQL_TYPE[loading.facts[column].kind]})"
    return loading.value_sql(column, loading.facts[column].kind, key)


def _moment(loading: Loading, key: str, column: str | None) -> tuple[str, str]:
    """SQL of a mapped time's start and end; rows where it cannot be read are set aside."""
    if column is None or (key == "asked" and column not in loading.raw[key].columns):
        return "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS TIMESTAMP)"
    reading = loading.reading(key, column, loading.leads)
    loading.set_aside(key, unreadable(column, reading), column, "not a date")
    return reading.at, reading.end


def _target_column(loading: Loading) -> str | None:
    outcomes = loading.config.optional(OutcomesSection)
    return outcomes.column if outcomes else None


def _target_sql(loading: Loading, column: str) -> str:
    """1 for `accepted`; NULL for null and, where `rejected` is given, for what is in neither list; else 0."""
    outcomes = loading.config.optional(OutcomesSection)
    if outcomes is None:
        return "NULL"
    name = quote_name(column)
    rejected = kinds.same_value_sql(name, outcomes.rejected) if outcomes.rejected else "TRUE"
    return f"""CASE WHEN {kinds.text_sql(column)} IS NULL THEN NULL
                    WHEN {kinds.same_value_sql(name, outcomes.accepted)} THEN 1 WHEN {rejected} THEN 0 END"""


def _outcome_columns(loading: Loading) -> set[str]:
    """Columns that tell the outcome, where the outcomes are read from the leads' own file."""
    outcomes = loading.config.optional(OutcomesSection)
    if outcomes is None or not outcomes.given:
        return set()
    if (outcomes.path, outcomes.url, outcomes.query) != (loading.leads.path, loading.leads.url, loading.leads.query):
        return set()
    mapped = (outcomes.at, outcomes.stage, outcomes.reason, outcomes.owner, outcomes.amount, outcomes.recorded)
    return {column for column in mapped if column}


def refuse_missing(loading: Loading, needed: tuple[str, ...]) -> None:
    """Columns that a version needs must be in the table that is scored; a stray value there sets its row aside."""
    raw = loading.raw.get("asked", loading.raw["leads"])
    key = "asked" if "asked" in loading.raw else "leads"
    from_lookups = {column.name for column in loading.columns if column.source.startswith("lookups")}
    missing = [column for column in needed if column not in raw.columns and column not in from_lookups]
    if missing:
        raise InputError(
            raw.where,
            f"{listed(map(quoted, missing))} {'is' if len(missing) == 1 else 'are'} missing",
            "every column that the model was trained on",
            "Add the columns (they may be empty), or train a version without them",
        )
    for column in needed:
        if column in raw.columns and loading.trained_kinds.get(column) == "number":
            loading.set_aside(key, kinds.is_stray_number_sql(column), column, "not a number")
    if needed:
        rows = f"SELECT row FROM bad_row WHERE table_name = {quote_text(key)} AND reason = 'not a number'"
        loading.con.execute(f"DELETE FROM lead_value WHERE row IN ({rows})")
        loading.con.execute(f"DELETE FROM lead WHERE row IN ({rows})")


def describe(loading: Loading, raw: RawTable, usable: list[str], source: str, prefix: str) -> None:
    """Note kind and facts of the columns of a lead or lookup table that may become features."""
    for facts in kinds.column_facts(loading.con, raw.name, usable):
        name = prefix + facts.name
        kind = loading.trained_kinds.get(name, facts.kind)
        loading.facts[name] = ColumnFacts(name, kind, facts.filled, facts.strays, facts.distinct, facts.unique_share)
        loading.columns.append(Column(name, kind, group_of(facts.name), source, words_of(name)))


def words_of(column: str) -> str:
    """A column's name as words: `companySize` and `company_size` are `company size`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)
    return re.sub(r"[_\s]+", " ", spaced).strip().lower() or column


def _repeated(table: str, id_of: str) -> str:
    return f"""{id_of} IS NOT NULL AND {ROW} NOT IN (
        SELECT min({ROW}) FROM {table} WHERE {id_of} IS NOT NULL GROUP BY {id_of})"""
