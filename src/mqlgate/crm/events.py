"""The dated tables of the CRM in canonical form: activities, history, outcomes. Never joins them to anything."""

from dataclasses import dataclass

from mqlgate import domain
from mqlgate.crm.loading import Loading, id_sql, unreadable
from mqlgate.features.settings import FeaturesSection
from mqlgate.tables import kinds
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW, RawTable
from mqlgate.tables.settings import ActivitiesSection, DatedTable, HistorySection, OutcomesSection


def load_activities(loading: Loading) -> None:
    """`activity`: what leads did, with tier and party."""
    loading.con.execute(
        """CREATE TABLE activity (row BIGINT, lead_id VARCHAR, type VARCHAR, "at" TIMESTAMP, seen TIMESTAMP,
           tier VARCHAR, party VARCHAR)"""
    )
    section = loading.config.optional(ActivitiesSection)
    if section is None:
        return
    raw = loading.read("activities", section)
    said = f"coalesce({kinds.text_sql(raw.need(section.type, '[activities] type'))}, 'unknown')"
    features = loading.config[FeaturesSection]
    third = kinds.same_value_sql(said, features.third_party)
    tier, party = tier_sql(said, features), f"if({third}, 'third', 'first')"
    never = kinds.same_value_sql(said, section.exclude)
    known = _known(loading, "activities", section, section.at)
    _insert(loading, known, "activity", f"{said}, {known.at}, {known.seen}, {tier}, {party}", where=f"NOT {never}")


def load_history(loading: Loading) -> None:
    """`history`: changes of lead fields."""
    loading.con.execute(
        """CREATE TABLE history (row BIGINT, lead_id VARCHAR, field VARCHAR, value VARCHAR, old VARCHAR,
           "at" TIMESTAMP, seen TIMESTAMP)"""
    )
    section = loading.config.optional(HistorySection)
    if section is None:
        return
    raw = loading.read("history", section)
    field = kinds.text_sql(raw.need(section.field, "[history] field"))
    value = kinds.text_sql(raw.need(section.value, "[history] value"))
    old = _text(raw, section.old, "[history] old")
    known = _known(loading, "history", section, section.at)
    _insert(loading, known, "history", f"{field}, {value}, {old}, {known.at}, {known.seen}")


def load_outcomes(loading: Loading) -> None:
    """`outcome`: what sales did, each stage as its verdicts."""
    loading.con.execute(
        """CREATE TABLE outcome (row BIGINT, lead_id VARCHAR, stage VARCHAR, accepted BOOLEAN, rejected BOOLEAN,
           won BOOLEAN, touched BOOLEAN, reason VARCHAR, reason_said VARCHAR, owner VARCHAR, amount DOUBLE,
           "at" TIMESTAMP, at_end TIMESTAMP, seen TIMESTAMP)"""
    )
    section = loading.config.optional(OutcomesSection)
    if section is None or not section.given or section.at is None:
        return
    raw = loading.read("outcomes", section)
    said = _text(raw, section.reason, "[outcomes] reason")
    owner = _text(raw, section.owner, "[outcomes] owner")
    amount = kinds.number_sql(raw.need(section.amount, "[outcomes] amount")) if section.amount else "NULL"
    what = [*_verdicts(raw, section), reason_sql(said, section.reasons), said, owner, amount]
    known = _known(loading, "outcomes", section, section.at)
    _insert(loading, known, "outcome", ", ".join([*what, known.at, known.end, known.seen]))


def _verdicts(raw: RawTable, section: OutcomesSection) -> list[str]:
    """SQL of stage, accepted, rejected, won, touched; without a stage every row is an acceptance."""
    if not section.stage:
        return ["'accepted'", "TRUE", "FALSE", "FALSE", "FALSE"]
    stage = kinds.text_sql(raw.need(section.stage, "[outcomes] stage"))
    lists = (section.accepted, section.rejected, section.won, section.touched)
    return [stage, *(kinds.same_value_sql(quote_name(section.stage), values) for values in lists)]


def _text(raw: RawTable, column: str | None, key: str) -> str:
    return kinds.text_sql(raw.need(column, key)) if column else "NULL"


@dataclass(frozen=True)
class _Known:
    """A table of events: SQL of the lead, of when it happened (start and end of a date) and of when it became known."""

    key: str
    lead: str
    at: str
    end: str
    seen: str


def _known(loading: Loading, key: str, section: DatedTable, at: str) -> _Known:
    """How the rows of a table are read; those without a lead or a readable time are set aside.

    In the leads' own file an empty time is no mistake: nothing has happened to that lead yet.
    """
    raw = loading.raw[key]
    lead = id_sql(loading.con, raw.name, raw.need(section.lead, f"[{key}] lead"))
    loading.set_aside(key, f"{lead} IS NULL", section.lead, "there is no lead")
    reading = loading.reading(key, at, section, "at")
    loading.set_aside(key, unreadable(at, reading), at, "not a date")
    if not loading.is_leads_own(section):
        empty = f"({reading.at}) IS NULL AND {kinds.is_no_value_sql(quote_name(at))}"
        loading.set_aside(key, empty, at, "there is no date")
    seen = reading.end
    if section.recorded:
        recorded = loading.reading(key, section.recorded, section, "recorded")
        loading.set_aside(key, unreadable(section.recorded, recorded), section.recorded, "not a date")
        # greatest() passes over NULL: what has no time of its own was recorded when it happened.
        seen = f"greatest({reading.end}, {recorded.end})"
    return _Known(key, lead, reading.at, reading.end, seen)


def _insert(loading: Loading, known: _Known, table: str, columns: str, where: str = "TRUE") -> None:
    """Rows that were not set aside, in the order of the input; `columns` is SQL over the raw table."""
    loading.con.execute(
        f"""INSERT INTO {table} SELECT {ROW}, {known.lead}, {columns} FROM {quote_name(loading.raw[known.key].name)}
            WHERE {ROW} NOT IN (SELECT b.row FROM bad_row b WHERE b.table_name = {quote_text(known.key)})
              AND {known.at} IS NOT NULL AND {where} ORDER BY {ROW}"""
    )


def plain_type_sql(type_sql: str) -> str:
    """SQL of an activity type as it is compared with the tiers' names: lower case, words joined by underscores."""
    return f"regexp_replace(regexp_replace(lower({type_sql}), '[^a-z0-9]+', '_', 'g'), '^_|_$', '', 'g')"


def tier_sql(type_sql: str, features: FeaturesSection) -> str:
    """SQL of an activity type's tier: by `[features.activity_tiers]`, else as the field usually sees it, else low."""
    plain = plain_type_sql(type_sql)
    said = [
        f"WHEN {kinds.same_value_sql(type_sql, names)} THEN {quote_text(tier)}"
        for tier, names in features.activity_tiers.items()
    ]
    usual = [
        f"WHEN {plain} IN ({', '.join(map(quote_text, names))}) THEN {quote_text(tier)}"
        for tier, names in domain.ACTIVITY_TIERS.items()
    ]
    return f"CASE {' '.join([*said, *usual])} ELSE 'low' END"


def reason_sql(said: str, reasons: dict[str, str]) -> str:
    """SQL of a rejection reason's code: by `[outcomes.reasons]`, else where it is a code or its words, else NULL."""
    if said == "NULL":
        return "CAST(NULL AS VARCHAR)"
    known = {kinds.folded(words): code for words, code in reasons.items()}
    for code, words in domain.REJECTION_REASONS.items():
        known.setdefault(code, code)
        known.setdefault(words, code)
    cases = " ".join(f"WHEN {quote_text(words)} THEN {quote_text(code)}" for words, code in known.items())
    return f"CASE {kinds.folded_sql(said)} {cases} END"
