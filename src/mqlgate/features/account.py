"""What the other contacts of a lead's account did, and what became of them, as far as was known by the snapshot.

No contact meets another. The snapshots of an account are its *looks*, in order of time; whatever happens between two
looks happens at the later one. So each contact's acts shrink to one row for each look that finds something new, whole
spells of activity become two changes (from this look on, until before that one), and the account's state at every
look is a running sum of changes, less the lead's own part. An account of 50,000 contacts costs 50,000 rows, not their
square.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mqlgate.features.dialect import Dialect
from mqlgate.features.family import Family, selected, used
from mqlgate.features.feature import Feature, Unit
from mqlgate.features.scope import Scope
from mqlgate.tables.groups import Group

ACTIVE, PAST = "account: other contacts", "account: past leads"
WINDOWS = (7, 30)
"""Days within which a contact counts as active."""
STEPS = ((7, 2), (14, 1), (28, 1))
"""Quarters that a contact weighs while its last high-tier act is so many days old: 1, 1/2, 1/4, a decay in steps."""
_QUARTERS = sum(quarters for _, quarters in STEPS)

_EVENTS = ("known", "mql", "accepted", "rejected", "won")
"""Things that happen to a contact once."""


@dataclass(frozen=True)
class _Spell:
    """A contact's being active: column `last` holds its last act, from which it goes on for so many `days`."""

    name: str
    last: str
    days: int

    def lasts(self, row: str, at: str, dialect: Dialect) -> str:
        """SQL: whether the spell has not run out at a time."""
        return f"{self.ends(row, dialect)} >= {at}"

    def ends(self, row: str, dialect: Dialect) -> str:
        """SQL: when it runs out."""
        return dialect.days_after(f"{row}.{self.last}", self.days)


_SPELLS = {
    spell.name: spell
    for spell in (
        *(_Spell(f"active_{days}", "last", days) for days in WINDOWS),
        *(_Spell(f"high_{days}", "last_high", days) for days in sorted({*WINDOWS, *(days for days, _ in STEPS)})),
    )
}


def active_contacts(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """Several contacts at once lift an account, though none of them may stand out alone."""
    if scope.has_accounts and scope.has_activity:
        for days in WINDOWS:
            yield _contacts(f"active_{days}d", f"k.active_{days}", "active", "any activity", days)
    if scope.has_accounts and "high" in scope.tiers:
        for days in WINDOWS:
            yield _contacts(
                f"high_tier_{days}d", f"k.high_{days}", "with a high-tier activity", "a high-tier activity", days
            )


def intent(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """How lately the others showed high-tier activity."""
    if scope.has_accounts and "high" in scope.tiers:
        quarters = " + ".join(f"{quarters} * k.high_{days}" for days, quarters in STEPS)
        yield _feature(
            "intent",
            ACTIVE,
            "intent",
            "weight",
            f"{dialect.as_number(f'({quarters})')} / {float(_QUARTERS)!r}e0",
            "other contacts of the account with high-tier activity, weighed by recency: {n}",
            "Sum over the other leads of the account: 1 where the last high-tier activity is at most 7 days ago, "
            "1/2 up to 14, 1/4 up to 28.",
            "no recent high-tier activity of other contacts of the account",
        )


def past_leads(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """How many others there are, and what sales made of them."""
    if not scope.has_accounts:
        return
    told = [
        ("contacts", "known", "known", "were created or qualified", True),
        ("mqls", "mql", "became MQLs before", "became MQLs", scope.has_qualified),
    ]
    for name, event in (("sqls", "accepted"), ("rejections", "rejected"), ("wins", "won")):
        told.append((name, event, f"{event} before", f"were seen to be {event}", scope.has_outcomes))
    for name, event, words, definition, there in told:
        if there:
            yield _feature(
                name,
                PAST,
                "other",
                "count",
                f"k.{event}",
                f"{{n}} other contacts of the account {words}",
                f"Number of other leads of the account that {definition} by the snapshot.",
                f"no other contact of the account {words}",
                f"1 other contact of the account {words.replace('became MQLs', 'became an MQL')}",
            )


def _contacts(name: str, measure: str, words: str, definition: str, days: int) -> Feature:
    return _feature(
        f"contacts_{name}",
        ACTIVE,
        "intent",
        "count",
        measure,
        f"{{n}} other contacts of the account {words} in the last {days} days",
        f"Number of other leads of the account with {definition} at most {days} days before the snapshot, "
        "bounds included.",
        f"no other contact of the account {words} in the last {days} days",
        f"1 other contact of the account {words} in the last {days} days",
    )


def _feature(
    name: str,
    source: str,
    group: Group,
    unit: Unit,
    sql: str,
    words: str,
    definition: str,
    zero: str = "",
    one: str = "",
) -> Feature:
    missing = "no account known"
    return Feature(
        f"account_{name}", source, unit, group, "number", words, definition, "account", sql, (), zero, one, missing
    )


def statement(snapshots: str, features: Sequence[Feature], _: Scope, dialect: Dialect) -> str:
    """The account's state at each look, less the lead's own part.

    Time is the snapshots' clock, `moment`: what is seen at t is visible from t + (moment - seen_until) on. Nearly
    always that shift is zero, and snapshots rarely have more than two different ones; each shift has looks of its
    own.
    """
    spells = [_SPELLS[name] for name in used(features, "k", _SPELLS)]
    events = used(features, "k", _EVENTS)
    own = {spell.name: spell.lasts("o", "p.time", dialect) for spell in spells}
    own |= {event: f"c.{event} + p.shift <= p.time" for event in events}
    less_own = "".join(
        f", t.{name} - CASE WHEN {condition} THEN 1 ELSE 0 END AS {name}" for name, condition in own.items()
    )
    return f"""
WITH {_contacts_and_looks(snapshots)},
{_news_by_look(spells, events, dialect)},
{_changes(spells, dialect)},
{_totals(list(own))},
own AS (
    SELECT p.snapshot_id, max(d.last) AS last, max(d.last_high) AS last_high
    FROM probe p JOIN did d ON d.shift = p.shift AND d.contact = p.contact AND d.look >= p.look GROUP BY p.snapshot_id),
k AS (
    SELECT p.snapshot_id{less_own}
    FROM probe p JOIN contact c ON c.contact = p.contact
    JOIN total t ON t.shift = p.shift AND t.company = p.company AND t.look = p.look
    LEFT JOIN own o ON o.snapshot_id = p.snapshot_id)
SELECT s.snapshot_id{selected(features, dialect)}
FROM {snapshots} s LEFT JOIN k ON k.snapshot_id = s.snapshot_id"""


def _contacts_and_looks(snapshots: str) -> str:
    """`contact`: leads with an account and what happened to them when; `look`, `probe`: snapshots by account.

    Looks are numbered from the last, which is 1: a number says how many are still to come, itself included.
    """
    return f"""verdict AS (
    SELECT lead_id, min(seen) FILTER (WHERE accepted) AS accepted, min(seen) FILTER (WHERE rejected) AS rejected,
           min(seen) FILTER (WHERE won) AS won
    FROM outcome GROUP BY lead_id),
company AS (SELECT account, min(row) AS company FROM lead WHERE account IS NOT NULL GROUP BY account),
contact AS (
    SELECT l.row AS contact, l.lead_id, c.company, least(l.created_at, l.qualified_seen) AS known,
           l.qualified_seen AS mql, v.accepted, v.rejected, v.won
    FROM lead l JOIN company c ON c.account = l.account LEFT JOIN verdict v ON v.lead_id = l.lead_id),
asked AS (
    SELECT s.snapshot_id, s.moment - s.seen_until AS shift, c.company, c.contact, s.moment AS time
    FROM {snapshots} s JOIN contact c ON c.contact = s.row),
look AS MATERIALIZED (
    SELECT shift, company, time, row_number() OVER (PARTITION BY shift, company ORDER BY time DESC) AS look
    FROM (SELECT DISTINCT shift, company, time FROM asked)),
probe AS (
    SELECT a.*, l.look FROM asked a JOIN look l ON l.shift = a.shift AND l.company = a.company AND l.time = a.time),
span AS (SELECT shift, company, min(time) AS first, max(time) AS final FROM look GROUP BY shift, company)"""


def _news_by_look(spells: Sequence[_Spell], events: Sequence[str], dialect: Dialect) -> str:
    """`did`: the last of the acts that a look finds new of a contact; `befell`: what it finds to have happened."""
    befell = "".join(
        f"""
    UNION ALL SELECT p.shift, p.company, c.contact, c.{event} + p.shift, NULL, NULL, '{event}'
    FROM contact c JOIN span p ON p.company = c.company WHERE c.{event} + p.shift <= p.final"""
        for event in events
    )
    longest = max((spell.days for spell in spells), default=0)
    in_time = f"{dialect.days_after(_AT, longest)} >= p.first" if spells else "FALSE"
    return f"""news AS (
    SELECT p.shift, p.company, c.contact, a.seen + p.shift AS time, a."at" AS last,
           CASE WHEN a.tier = 'high' THEN a."at" END AS last_high, 'act' AS event
    FROM activity a JOIN contact c ON c.lead_id = a.lead_id JOIN span p ON p.company = c.company
    WHERE a.seen + p.shift <= p.final AND {in_time}{befell}),
{_at_look("placed", "news", "time", "contact, last, last_high, event", "contact, last, last_high, event", 0)},
did AS MATERIALIZED (
    SELECT shift, company, contact, look, max(last) AS last, max(last_high) AS last_high
    FROM placed WHERE event = 'act' GROUP BY shift, company, contact, look),
befell AS (
    SELECT shift, company, look, event, count(*) AS change
    FROM placed WHERE event <> 'act' GROUP BY shift, company, look, event)"""


_AT = 'a."at"'


def _at_look(name: str, rows: str, time: str, columns: str, nothing: str, turn: int) -> str:
    """`name`: the rows, each with the number of looks at or after its time (after it, where `turn` is 1)."""
    none = ", ".join("NULL" for _ in nothing.split(","))
    return f"""{name} AS (
    SELECT * FROM (
        SELECT *, count(a_look) OVER (
            PARTITION BY shift, company ORDER BY order_time DESC, turn DESC ROWS UNBOUNDED PRECEDING) AS look
        FROM (SELECT shift, company, {columns}, {time} AS order_time, {2 * turn} AS turn, NULL AS a_look FROM {rows}
              UNION ALL SELECT shift, company, {none}, time, 1, 1 FROM look))
    WHERE a_look IS NULL)"""


def _changes(spells: Sequence[_Spell], dialect: Dialect) -> str:
    """`change`: for each kind of spell, one contact more from a look on, and one less from another.

    A spell that begins at a look goes on until the contact does something new, which begins another, or its days have
    run.
    """
    begun = " UNION ALL ".join(
        f"""SELECT t.shift, t.company, t.look, t.next, '{spell.name}' AS event, {spell.ends("t", dialect)} AS ends
    FROM state t JOIN look l ON l.shift = t.shift AND l.company = t.company AND l.look = t.look
    WHERE {spell.lasts("t", "l.time", dialect)}"""
        for spell in spells
    )
    if not spells:
        return "change AS (SELECT shift, company, look, event, change FROM befell)"
    return f"""state AS MATERIALIZED (
    SELECT shift, company, look, max(last) OVER so_far AS last, max(last_high) OVER so_far AS last_high,
           coalesce(lead(look) OVER (PARTITION BY shift, contact ORDER BY look DESC), 0) AS next
    FROM did WINDOW so_far AS (PARTITION BY shift, contact ORDER BY look DESC ROWS UNBOUNDED PRECEDING)),
begun AS ({begun}),
{_at_look("ended", "begun", "ends", "look AS begins, next, event", "begins, next, event", 1)},
change AS (
    SELECT shift, company, begins AS look, event, count(*) AS change FROM ended WHERE greatest(next, look) < begins
    GROUP BY shift, company, begins, event
    UNION ALL
    SELECT shift, company, greatest(next, look), event, -count(*) FROM ended WHERE greatest(next, look) < begins
    GROUP BY shift, company, greatest(next, look), event
    UNION ALL SELECT shift, company, look, event, change FROM befell)"""


def _totals(names: Sequence[str]) -> str:
    """`total`: the sums of all changes up to each look."""
    summed = ", ".join(f"sum(change) FILTER (WHERE event = '{name}') AS {name}" for name in names)
    running = ", ".join(f"coalesce(sum(c.{name}) OVER so_far, 0) AS {name}" for name in names)
    return f"""total AS (
    SELECT l.shift, l.company, l.look, {running}
    FROM look l LEFT JOIN (SELECT shift, company, look, {summed} FROM change GROUP BY shift, company, look) c
        ON c.shift = l.shift AND c.company = l.company AND c.look = l.look
    WINDOW so_far AS (PARTITION BY l.shift, l.company ORDER BY l.look DESC ROWS UNBOUNDED PRECEDING))"""


ACCOUNT = Family("account", (active_contacts, intent, past_leads), statement)
