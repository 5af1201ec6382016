"""What a CRM offers for features, as known at training: the `Scope`. Here alone do the data decide.

Never looks at what became of a lead. What it decides is stored with the version, so scoring decides nothing.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from mqlgate import domain
from mqlgate.crm.values import field_of
from mqlgate.features import amounts
from mqlgate.features.dialect import Dialect
from mqlgate.features.scope import ActivityType, LeadColumn, Scope
from mqlgate.features.settings import ACTIVITY_POINTS, FeaturesSection
from mqlgate.tables.groups import Group
from mqlgate.tables.kinds import folded
from mqlgate.tables.names import quote_name
from mqlgate.tables.settings import HistorySection

if TYPE_CHECKING:
    from mqlgate.crm.records import Column, Crm

_FEWEST_LEADS = 5
_SMALLEST_SHARE = 0.01
"""An activity type needs this share of the active leads, and so many of them, for features of its own."""
_SOME_AMOUNTS = 0.8
_SEASON_DAYS = 730.0
"""Each season must have been seen twice; once, it cannot be told from any other change over time."""
_LEADS = """
WITH dated AS (
    SELECT account, CASE WHEN created_at <= $as_of THEN created_at END AS created_at,
           CASE WHEN qualified_seen <= $as_of THEN qualified_seen END AS qualified_seen,
           lead_id IN (SELECT lead_id FROM activity WHERE seen <= $as_of) AS active
    FROM lead),
known AS (SELECT *, coalesce(qualified_seen, created_at) AS time FROM dated
          WHERE active OR created_at IS NOT NULL OR qualified_seen IS NOT NULL)
SELECT count(created_at), count(DISTINCT hour(created_at)), count(qualified_seen),
       count(account) - count(DISTINCT account), coalesce(date_diff('day', min(time), max(time)), 0)
FROM known"""
"""How many leads have been created and qualified, in how many hours of the day, how many share an account, over how
long."""
_CHANNELS = ("source", "campaign", "owner")


def survey(crm: "Crm", as_of: datetime, snapshots: str | None, dialect: Dialect) -> Scope:
    """The scope of a CRM's features, from what was seen at `as_of`, or by the snapshots of a table if one is given."""
    section = crm.config[FeaturesSection]
    types = _types(crm, section, as_of, snapshots)
    acts = crm.con.execute(
        "SELECT tier, bool_or(party = 'third') FROM activity WHERE seen <= $as_of GROUP BY tier", {"as_of": as_of}
    ).fetchall()
    tiers = {tier for tier, _ in acts}
    points = _points(section)
    created, hours, qualified, contacts, span = _row(crm, _LEADS, as_of)
    outcomes = _row(crm, "SELECT count(*), count(*) FILTER (WHERE touched) FROM outcome WHERE seen <= $as_of", as_of)
    return Scope(
        columns=_columns(crm, section, as_of, dialect),
        roles=tuple(sorted(crm.roles.items())),
        types=types,
        tiers=tuple(tier for tier in domain.ACTIVITY_TIERS if tier in tiers),
        tier_points=tuple((tier, points[tier]) for tier in domain.ACTIVITY_TIERS),
        has_third_party=any(third for _, third in acts),
        has_created=created > 0,
        has_created_hour=hours > 1,
        has_qualified=qualified > 0,
        has_accounts=contacts > 0,
        has_outcomes=outcomes[0] > 0,
        has_touches=outcomes[1] > 0,
        has_seasons=span >= _SEASON_DAYS,
        undo_history=_undoes_history(crm, section),
        windows=section.windows_days,
        half_lives=section.half_lives_days,
    )


def _undoes_history(crm: "Crm", section: FeaturesSection) -> bool:
    """Whether changes yet to come are undone: as said, else where the history tells what a field was before."""
    if section.undo_history is not None:
        return section.undo_history
    history = crm.config.optional(HistorySection)
    return history is not None and history.old is not None


def _types(crm: "Crm", section: FeaturesSection, as_of: datetime, snapshots: str | None) -> tuple[ActivityType, ...]:
    """The types that most leads did, the commonest first, ties by name; of two tiers a type has the first by name."""
    last_look = (
        f"SELECT lead_id, max(seen_until) AS until FROM {quote_name(snapshots)} GROUP BY lead_id" if snapshots else ""
    )
    seen = f"JOIN ({last_look}) s ON s.lead_id = a.lead_id AND a.seen <= s.until" if snapshots else ""
    rows = crm.con.execute(
        f"""WITH did AS (SELECT a.type, a.lead_id, min(a.tier) AS tier, min(a.party) AS party
                         FROM activity a {seen} WHERE a.seen <= $as_of GROUP BY a.type, a.lead_id)
            SELECT type, count(*) AS leads, min(tier), min(party), (SELECT count(DISTINCT lead_id) FROM did) AS active
            FROM did GROUP BY type ORDER BY leads DESC, type LIMIT $most""",
        {"as_of": as_of, "most": section.most_types},
    ).fetchall()
    points = _points(section)
    return tuple(
        ActivityType(name, tier, party, points.get(folded(name), points[tier]), _said_group(section, name) or "intent")
        for name, leads, tier, party, active in rows
        if leads >= max(_FEWEST_LEADS, _SMALLEST_SHARE * active)
    )


def _points(section: FeaturesSection) -> dict[str, int]:
    return {**ACTIVITY_POINTS, **{folded(name): value for name, value in section.points.items()}}


def _columns(crm: "Crm", section: FeaturesSection, as_of: datetime, dialect: Dialect) -> tuple[LeadColumn, ...]:
    """The lead's columns, each with the group that the configuration, its role or its name gives it."""
    role_of = {name: role for role, name in crm.roles.items()}
    # A field whose only changes are yet to come is not told as it is today either, unless the history is said to be
    # incomplete: then what is not known yet decides nothing at all.
    known = "seen <= $as_of" if section.undo_history is False else "$as_of IS NOT NULL"
    fields = _column_of(crm, f"SELECT DISTINCT field FROM history WHERE {known} AND field IS NOT NULL", as_of)

    def described(column: "Column") -> LeadColumn:
        by_role: Group = "other" if role_of.get(column.name) in _CHANNELS else column.group
        sized = column.kind == "category" and column.name not in role_of
        return LeadColumn(
            name=column.name,
            kind=column.kind,
            group=_said_group(section, column.name) or by_role,
            words=column.words,
            amounts=_amounts(crm, column.name, as_of, dialect) if sized else "none",
            history_field=field_of(column.name, fields),
            on_form=column.source == "leads" and column.kind not in ("text", "time"),
        )

    return tuple(described(column) for column in crm.columns)


def _said_group(section: FeaturesSection, name: str) -> Group | None:
    """The group that `[features]` gives a column or an activity type."""
    if name in section.fit:
        return "fit"
    return "intent" if name in section.intent or folded(name) in {folded(n) for n in section.third_party} else None


def _amounts(crm: "Crm", column: str, as_of: datetime, dialect: Dialect) -> Literal["none", "some", "all"]:
    """How many of a category's values say an amount; one at least must be more than digits, which may be a code."""
    value = quote_name(column)
    said, all_of_them, spelt = crm.con.execute(
        f"""SELECT count(*) FILTER (WHERE {amounts.is_amount("v", dialect)}), count(*),
                   count(*) FILTER (WHERE {dialect.matches("v", "[^0-9. ]")})
            FROM (SELECT DISTINCT v.{value} AS v FROM lead_value v JOIN lead l ON l.row = v.row
                  WHERE v.{value} IS NOT NULL AND coalesce(least(l.created_at, l.qualified_seen), $as_of) <= $as_of)""",
        {"as_of": as_of},
    ).fetchone() or (0, 0, 0)
    if not spelt or said < _SOME_AMOUNTS * all_of_them:
        return "none"
    return "all" if said == all_of_them else "some"


def _row(crm: "Crm", sql: str, as_of: datetime) -> tuple[Any, ...]:
    return crm.con.execute(sql, {"as_of": as_of}).fetchone() or ()


def _column_of(crm: "Crm", sql: str, as_of: datetime) -> set[Any]:
    return {row[0] for row in crm.con.execute(sql, {"as_of": as_of}).fetchall()}
