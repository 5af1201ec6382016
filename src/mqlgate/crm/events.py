"""The dated tables of the CRM in canonical form: activities, history, outcomes. Never joins them to anything."""

from mqlgate import domain
from mqlgate.crm.loading import Loading, id_sql, unreadable
from mqlgate.features.settings import FeaturesSection
from mqlgate.tables import kinds
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW
from mqlgate.tables.settings import ActivitiesSection, DatedTable, HistorySection, OutcomesSection, TableSection


def load_activities(loading: Loading) -> None:
    """`activity`: what leads did, with tier and party."""
    section = loading.config.optional(ActivitiesSection)
    loading.con.execute(
        """CREATE TABLE activity (row BIGINT, lead_id VARCHAR, type VARCHAR, "at" TIMESTAMP,
           seen TIMESTAMP, tier VARCHAR, party VARCHAR)"""
    )
    if section is None:
        return
    raw = loading.read("activities", section)
    type_sql = f"coalesce({kinds.text_sql(raw.need(section.type, '[activities] type'))}, 'unknown')"
    features = loading.config[FeaturesSection]
    third = ", ".join(quote_text(kinds.folded(name)) for name in features.third_party) or "''"
    never = kinds.same_value_sql(type_sql, section.exclude)
    _insert(
        loading,
        "activities",
        section,
        section.at,
        "activity",
        f"{type_sql}, %AT%, %SEEN%, {tier_sql(type_sql, features)}, CASE WHEN lower({type_sql}) IN ({third}) THEN 'third' ELSE 'first' END",
        where=f"NOT {never}",
    )


def load_history(loading: Loading) -> None:
    """`history`: changes of lead fields."""
    section = loading.config.optional(HistorySection)
    loading.con.execute(
        """CREATE TABLE history (row BIGINT, lead_id VARCHAR, field VARCHAR, value VARCHAR, old VARCHAR, "at" TIMESTAMP,
           seen TIMESTAMP)"""
    )
    if section is None:
        return
    raw = loading.read("history", section)
    field = kinds.text_sql(raw.need(section.field, "[history] field"))
    value = kinds.text_sql(raw.need(section.value, "[history] value"))
    old = kinds.text_sql(raw.need(section.old, "[history] old")) if section.old else "NULL"
    _insert(loading, "history", section, section.at, "history", f"{field}, {value}, {old}, %AT%, %SEEN%")


def load_outcomes(loading: Loading) -> None:
    """`outcome`: what sales did, each stage as its verdicts."""
    section = loading.config.optional(OutcomesSection)
    loading.con.execute(
        """CREATE TABLE outcome (row BIGINT, lead_id VARCHAR, stage VARCHAR, accepted BOOLEAN, rejected BOOLEAN, won BOOLEAN,
           touched BOOLEAN, reason VARCHAR, reason_said VARCHAR, owner VARCHAR, amount DOUBLE, "at" TIMESTAMP, at_end TIMESTAMP, seen TIMESTAMP)"""
    )
    if section is None or not section.given or section.at is None:
        return
    raw = loading.read("outcomes", section)
    if section.stage:
        stage = kinds.text_sql(raw.need(section.stage, "[outcomes] stage"))
        is_in = [
            kinds.same_value_sql(quote_name(section.stage), values)
            for values in (section.accepted, section.rejected, section.won, section.touched)
        ]
    else:
        stage, is_in = "'accepted'", ["TRUE", "FALSE", "FALSE", "FALSE"]
    said = kinds.text_sql(raw.need(section.reason, "[outcomes] reason")) if section.reason else "NULL"
    owner = kinds.text_sql(raw.need(section.owner, "[outcomes] owner")) if section.owner else "NULL"
    amount = kinds.number_sql(raw.need(section.amount, "[outcomes] amount")) if section.amount else "NULL"
    _insert(
        loading,
        "outcomes",
        section,
        section.at,
        "outcome",
        f"{stage}, {', '.join(is_in)}, {reason_sql(said, section.reasons)}, {said}, {owner}, {amount}, %AT%, %END%, %SEEN%",
    )


def _insert(
    loading: Loading, key: str, section: DatedTable, at: str, table: str, columns: str, where: str = "TRUE"
) -> None:
    """Rows with a lead and a readable time, in the order of the input; the others are set aside.

    In the leads' own file an empty time is no mistake: nothing has happened to that lead yet.
    """
    raw = loading.raw[key]
    lead = id_sql(loading.con, raw.name, raw.need(section.lead, f"[{key}] lead"))
    loading.set_aside(key, f"{lead} IS NULL", section.lead, "there is no lead")
    reading = loading.reading(key, at, section)
    loading.set_aside(key, unreadable(at, reading), at, "not a date")
    if not _same_source(section, loading.leads):
        loading.set_aside(key, f"trim(coalesce(CAST({quote_name(at)} AS VARCHAR), '')) = ''", at, "there is no date")
    seen = f"({reading.end})"
    if section.recorded:
        recorded = loading.reading(key, section.recorded, section)
        loading.set_aside(key, unreadable(section.recorded, recorded), section.recorded, "not a date")
        seen = (
            f"greatest({reading.end}, {recorded.end})"  # greatest() passes over NULL: not recorded apart from happening
        )
    filled = columns.replace("%AT%", "event_at").replace("%END%", "event_end").replace("%SEEN%", "event_seen")
    loading.con.execute(
        f"""INSERT INTO {table} SELECT {ROW}, {lead}, {filled} FROM (
                SELECT *, {reading.at} AS event_at, {reading.end} AS event_end, {seen} AS event_seen FROM {quote_name(raw.name)}
                WHERE {ROW} NOT IN (SELECT row FROM bad_row WHERE table_name = {quote_text(key)}))
            WHERE event_at IS NOT NULL AND {where} ORDER BY {ROW}"""
    )


def _same_source(one: TableSection, other: TableSection) -> bool:
    return (one.path, one.url, one.query) == (other.path, other.url, other.query)


def plain_type_sql(type_sql: str) -> str:
    """SQL of an activity type as it is compared with the tiers' names: lower case, words joined by underscores."""
    return f"regexp_replace(regexp_replace(lower({type_sql}), '[^a-z0-9]+', '_', 'g'), '^_|_$', '', 'g')"


def tier_sql(type_sql: str, features: FeaturesSection) -> str:
    """SQL of an activity type's tier: as said in `[features.activity_tiers]`, else as the field usually sees it, else low."""
    said = {
        tier: [kinds.folded(name) for name in features.activity_tiers.get(tier, ())] for tier in domain.ACTIVITY_TIERS
    }
    cases = [
        f"WHEN lower({type_sql}) IN ({', '.join(map(quote_text, names))}) THEN {quote_text(tier)}"
        for tier, names in said.items()
        if names
    ]
    plain = plain_type_sql(type_sql)
    cases += [
        f"WHEN {plain} IN ({', '.join(map(quote_text, names))}) THEN {quote_text(tier)}"
        for tier, names in domain.ACTIVITY_TIERS.items()
    ]
    return f"CASE {' '.join(cases)} ELSE 'low' END"


def reason_sql(said: str, reasons: dict[str, str]) -> str:
    """SQL of a rejection reason's code: by `[outcomes.reasons]`, else where it is a code or the code's words, else NULL."""
    if said == "NULL":
        return "NULL"
    known = {kinds.folded(words): code for words, code in reasons.items()}
    for code, words in domain.REJECTION_REASONS.items():
        known.setdefault(code, code)
        known.setdefault(words, code)
    cases = " ".join(f"WHEN {quote_text(words)} THEN {quote_text(code)}" for words, code in known.items())
    return f"CASE lower({said}) {cases} END"
