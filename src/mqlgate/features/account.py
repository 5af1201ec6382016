"""What the other contacts of a lead's account did, and what became of them, as far as was known by the snapshot.

No contact meets another. The snapshots of an account are its *looks*, in order of time; whatever happens between two looks
happens at the later one. So each contact's acts shrink to one row for each look that finds something new, whole spells of
activity become two changes (from this look on, until before that one), and the account's state at every look is a running
sum of changes, less the lead's own part. An account of 50,000 contacts costs 50,000 rows, not their square.
"""

from collections.abc import Iterator, Sequence

from mqlgate.features.dialect import Dialect
from mqlgate.features.family import Family, selected
from mqlgate.features.feature import Feature, Unit
from mqlgate.features.scope import Scope
from mqlgate.tables.groups import Group

ACTIVE, PAST = "account: other contacts", "account: past leads"
WINDOWS = (7, 30)
"""Days within which a contact counts as active."""
STEPS = ((7, 2), (14, 1), (28, 1))
"""A contact whose last high-tier act is recent weighs so many quarters within so many days: 1, 1/2, 1/4, a decay in steps."""
_QUARTERS = sum(quarters for _, quarters in STEPS)

_SPELLS = (
    *(("active", "last", days) for days in WINDOWS),
    *(("high", "last_high", days) for days in sorted({*WINDOWS, *(d for d, _ in STEPS)})),
)
"""What a spell of activity is of, the column that holds its last act, and how many days an act makes it last."""
_ACTIVITY = tuple(f"{what}_{days}" for what, _, days in _SPELLS)
_EVENTS = ("known", "mql", "accepted", "rejected", "won")
"""Things that happen to a contact once."""
_LONGEST = max(days for _, _, days in _SPELLS)


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
            "Sum over the other leads of the account: 1 where the last high-tier activity is at most 7 days ago, 1/2 up to 14, "
            "1/4 up to 28.",
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
        f"Number of other leads of the account with {definition} at most {days} days before the snapshot, bounds included.",
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

    Time is the snapshots' clock, `moment`: what is seen at t is visible from t + (moment - seen_until) on. Nearly always that
    shift is zero, and snapshots rarely have more than two different ones; each shift has looks of its own.
    """
    less_own = ", ".join(
        [
            f"t.{m} - CASE WHEN {_is_active('o', what, days, 'p.time', dialect)} THEN 1 ELSE 0 END AS {m}"
            for m, (_x, what, days) in zip(_ACTIVITY, _SPELLS, strict=True)
        ]
        + [f"t.{event} - CASE WHEN c.{event} + p.shift <= p.time THEN 1 ELSE 0 END AS {event}" for event in _EVENTS]
    )
    return f"""
WITH {_contacts_and_looks(snapshots)},
{_news_by_look(dialect)},
{_spells(dialect)},
{_totals()},
own AS (
    SELECT p.snapshot_id, max(d.last) AS last, max(d.last_high) AS last_high
    FROM probe p JOIN did d ON d.shift = p.shift AND d.contact = p.contact AND d.look >= p.look GROUP BY p.snapshot_id),
k AS (
    SELECT p.snapshot_id, {less_own}
    FROM probe p JOIN contact c ON c.contact = p.contact JOIN total t ON t.shift = p.shift AND t.company = p.company AND t.look = p.look
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
    SELECT l.row AS contact, l.lead_id, c.company, least(l.created_at, l.qualified_seen) AS known, l.qualified_seen AS mql,
           v.accepted, v.rejected, v.won
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


def _news_by_look(dialect: Dialect) -> str:
    """`did`: for each contact and look that finds new acts, the last of them; `befell`: what happened to contacts by then."""
    events = " UNION ALL ".join(
        f"SELECT contact, company, {event} AS seen, '{event}' AS event FROM contact WHERE {event} IS NOT NULL"
        for event in _EVENTS
    )
    acts = dialect.days_after('a."at"', _LONGEST)
    return f"""news AS (
    SELECT p.shift, p.company, c.contact, a.seen + p.shift AS time, a."at" AS last,
           CASE WHEN a.tier = 'high' THEN a."at" END AS last_high, 'act' AS event
    FROM activity a JOIN contact c ON c.lead_id = a.lead_id JOIN span p ON p.company = c.company
    WHERE a.seen + p.shift <= p.final AND {acts} >= p.first
    UNION ALL
    SELECT p.shift, p.company, e.contact, e.seen + p.shift, NULL, NULL, e.event
    FROM ({events}) e JOIN span p ON p.company = e.company WHERE e.seen + p.shift <= p.final),
{_at_look("placed", "news", "time", "contact, last, last_high, event", "contact, last, last_high, event", 0)},
did AS MATERIALIZED (
    SELECT shift, company, contact, look, max(last) AS last, max(last_high) AS last_high
    FROM placed WHERE event = 'act' GROUP BY shift, company, contact, look),
befell AS (SELECT shift, company, look, event, count(*) AS change FROM placed WHERE event <> 'act' GROUP BY shift, company, look, event)"""


def _at_look(name: str, rows: str, time: str, columns: str, nothing: str, turn: int) -> str:
    """`name`: the rows, each with the number of looks at or after its time (after it, where `turn` is 1)."""
    none = ", ".join("NULL" for _ in nothing.split(","))
    return f"""{name} AS (
    SELECT * FROM (
        SELECT *, count(a_look) OVER (PARTITION BY shift, company ORDER BY order_time DESC, turn DESC ROWS UNBOUNDED PRECEDING) AS look
        FROM (SELECT shift, company, {columns}, {time} AS order_time, {2 * turn} AS turn, NULL AS a_look FROM {rows}
              UNION ALL SELECT shift, company, {none}, time, 1, 1 FROM look))
    WHERE a_look IS NULL)"""


def _is_active(row: str, last: str, days: int, at: str, dialect: Dialect) -> str:
    return f"{dialect.days_after(f'{row}.{last}', days)} >= {at}"


def _spells(dialect: Dialect) -> str:
    """`change`: for each kind of spell, one contact more from a look on, and one less from another.

    A spell that begins at a look goes on until the contact does something new, which begins another, or its days have run.
    """
    begun = " UNION ALL ".join(
        f"""SELECT t.shift, t.company, t.look, t.next, '{name}' AS event, {dialect.days_after(f"t.{last}", days)} AS ends
    FROM state t JOIN look l ON l.shift = t.shift AND l.company = t.company AND l.look = t.look
    WHERE {_is_active("t", last, days, "l.time", dialect)}"""
        for name, (_, last, days) in zip(_ACTIVITY, _SPELLS, strict=True)
    )
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


def _totals() -> str:
    """`total`: the sums of all changes up to each look."""
    names = (*_ACTIVITY, *_EVENTS)
    summed = ", ".join(f"sum(change) FILTER (WHERE event = '{name}') AS {name}" for name in names)
    running = ", ".join(f"coalesce(sum(c.{name}) OVER so_far, 0) AS {name}" for name in names)
    return f"""total AS (
    SELECT l.shift, l.company, l.look, {running}
    FROM look l LEFT JOIN (SELECT shift, company, look, {summed} FROM change GROUP BY shift, company, look) c
        ON c.shift = l.shift AND c.company = l.company AND c.look = l.look
    WINDOW so_far AS (PARTITION BY l.shift, l.company ORDER BY l.look DESC ROWS UNBOUNDED PRECEDING))"""


ACCOUNT = Family("account", (active_contacts, intent, past_leads), statement)
