"""Leads as they were known at moments: which (lead, moment) pairs are looked at. Never computes a feature.

`moment` is the clock that ages run to; `seen_until` bounds what is visible. They differ in one case: to take the effect
of age out of a trend, a lead is judged by today's clock with the last days' news left out.
"""

from collections.abc import Sequence
from datetime import datetime

from mqlgate import domain
from mqlgate.crm import Crm

MQL, LATER, NOW, PAST = "mql", "later", "now", "past"
"""Kinds. Training: the MQL snapshot; a later age of a lead still open. Scoring: as-of; as-of without the last news."""

_COLUMNS = """snapshot_id BIGINT, row BIGINT, lead_id VARCHAR, kind VARCHAR, moment TIMESTAMP, seen_until TIMESTAMP,
    qualified_at TIMESTAMP, age_days DOUBLE"""
_AGE = "greatest(0.0, (epoch_us(moment) - epoch_us(seen_from)) / 86400e6)"


def for_training(
    crm: Crm, as_of: datetime, ages: Sequence[float], since: datetime | None = None, table: str = "snapshot"
) -> int:
    """Make `snapshot` of mature leads: the moment that each became an MQL and, while it stayed open, later `ages`.

    Needs the table `label` as of `as_of`. `ages` are in days. Leads qualified before `since` are left out, and so is,
    where the leads have times, one without: nobody knows what was known when it was judged. Returns the number of
    snapshots.
    """
    later = [age for age in ages if 0 < age < crm.horizon_days] if crm.is_dated and not crm.has_target_column else []
    dated = "l.qualified_seen IS NOT NULL" if crm.is_dated else "TRUE"
    return _make(
        crm,
        table,
        f"""base AS (SELECT l.row, l.lead_id, l.qualified_at, l.qualified_seen AS seen_from, k.decided_seen
                     FROM lead l JOIN label k USING (row)
                     WHERE k.mature AND k.present AND k.label IS NOT NULL AND {dated}
                       AND coalesce(l.qualified_at >= $since, TRUE)),
            chosen AS (SELECT b.row, b.lead_id, '{MQL}' AS kind, coalesce(b.seen_from, $as_of) AS moment,
                              b.qualified_at, coalesce(b.seen_from, $as_of) AS seen_from
                       FROM base b{"".join(map(_while_open, later))})""",
        "moment AS seen_until",
        "WHERE moment <= $as_of",
        {"as_of": as_of, "since": since},
    )


def _while_open(age: float) -> str:
    """SQL of the snapshots at an age in days of the leads that were, as far as was known, still open then."""
    moment = f"b.seen_from + to_microseconds({round(age * 86_400_000_000)})"
    return f""" UNION ALL SELECT b.row, b.lead_id, '{LATER}', {moment}, b.qualified_at, b.seen_from
                FROM base b WHERE b.decided_seen IS NULL OR b.decided_seen > {moment}"""


def for_scoring(crm: Crm, as_of: datetime, states: Sequence[str], asked: bool = False, table: str = "snapshot") -> int:
    """Make `snapshot` of the leads to be scored: as-of, at the MQL snapshot, and as-of without the last days' news.

    Needs the table `label` as of `as_of`. Leads in `states`, of those asked for; a lead that does not exist yet is left
    out unless it was `asked` for by name. Returns the number of snapshots.
    """
    wanted = ", ".join(f"'{state}'" for state in states)
    present = "TRUE" if asked else "k.present"
    past = f"$as_of - INTERVAL {domain.TREND_DAYS} DAY"
    return _make(
        crm,
        table,
        f"""base AS (SELECT l.row, l.lead_id,
                            CASE WHEN k.state = 'not_mql' THEN NULL ELSE l.qualified_at END AS qualified_at,
                            CASE WHEN k.state = 'not_mql' THEN NULL ELSE l.qualified_seen END AS seen_from
                     FROM lead l JOIN label k USING (row) WHERE l.asked AND {present} AND k.state IN ({wanted})),
            chosen AS (SELECT b.row, b.lead_id, kinds.kind,
                              CASE kinds.kind WHEN '{MQL}' THEN coalesce(b.seen_from, $as_of) ELSE $as_of END AS moment,
                              coalesce(b.qualified_at, $as_of) AS qualified_at,
                              coalesce(b.seen_from, $as_of) AS seen_from
                       FROM base b CROSS JOIN (VALUES ('{NOW}'), ('{MQL}'), ('{PAST}')) AS kinds(kind))""",
        f"CASE kind WHEN '{PAST}' THEN {past} ELSE moment END AS seen_until",
        "",
        {"as_of": as_of},
    )


def _make(crm: Crm, table: str, chosen: str, seen_until: str, where: str, moments: dict[str, datetime | None]) -> int:
    crm.con.execute(f"CREATE OR REPLACE TABLE {table} ({_COLUMNS})")
    crm.con.execute(
        f"""INSERT INTO {table} WITH {chosen}
            SELECT row_number() OVER (ORDER BY row, kind, moment) - 1, row, lead_id, kind, moment, {seen_until},
                   qualified_at, {_AGE}
            FROM chosen {where} ORDER BY row, kind, moment""",
        moments,
    )
    counted = crm.con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(counted[0]) if counted else 0
