"""What the other contacts of a lead's account did, and what became of them, as far as was known by the snapshot.

No contact meets another: each account's news is put in order once (who became active or fell silent, who became an MQL, was
accepted …), summed up from the start, and read at each snapshot, less the lead's own part. So an account of 50,000 contacts
costs 50,000 rows, not their square. A lead without an account has no such features.
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
"""A high-tier act weighs 4 quarters, and this many fewer after so many days: a decay in steps that adds up in whole numbers."""
FULL_WEIGHT = sum(fewer for _, fewer in STEPS)

_SPELLS = tuple((f"{tier}_{days}", tier, days) for tier in ("active", "high") for days in WINDOWS)
_MEASURES = (*(name for name, _, _ in _SPELLS), "intent", "contacts", "mqls", "accepted", "rejected", "won")
_BEFORE_PROBE, _PROBE, _AFTER_PROBE = 0, 1, 2
"""At one instant: what is seen counts, then the snapshot looks, then what has run its days ends. So bounds are included."""


def _feature(
    name: str, source: str, group: Group, unit: Unit, measure: str, words: str, definition: str, zero: str, one: str
) -> Feature:
    missing = "no account known"
    return Feature(
        f"account_{name}", source, unit, group, "number", words, definition, "account", measure, (), zero, one, missing
    )


def active_contacts(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """Several contacts at once lift an account, though none of them may stand out alone."""
    if not (scope.has_accounts and scope.has_activity):
        return
    for measure, tier, days in _SPELLS:
        if tier == "high" and "high" not in scope.tiers:
            continue
        what = "with a high-tier activity" if tier == "high" else "active"
        yield _feature(
            f"contacts_{what.split()[-2].replace('-', '_') if tier == 'high' else 'active'}_{days}d",
            ACTIVE,
            "intent",
            "count",
            f"k.{measure}",
            f"{{n}} other contacts of the account {what} in the last {days} days",
            f"Number of other leads of the account with {'a high-tier' if tier == 'high' else 'any'} activity "
            f"at most {days} days before the snapshot, bounds included.",
            f"no other contact of the account {what} in the last {days} days",
            f"1 other contact of the account {what} in the last {days} days",
        )


def intent(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """How much high-tier activity the others show, the recent counting more."""
    if scope.has_accounts and "high" in scope.tiers:
        yield _feature(
            "intent",
            ACTIVE,
            "intent",
            "weight",
            f"k.intent / {float(FULL_WEIGHT)!r}e0",
            "high-tier activities of other contacts of the account, weighed by recency: {n}",
            "Sum over the high-tier activities of other leads of the account: 1 up to 7 days ago, 1/2 up to 14, 1/4 up to 28.",
            "no recent high-tier activity of other contacts of the account",
            "",
        )


def past_leads(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """How many others there are, and what sales made of them."""
    if not scope.has_accounts:
        return
    yield _feature(
        "contacts",
        PAST,
        "other",
        "count",
        "k.contacts",
        "{n} other contacts of the account known",
        "Number of other leads of the account that were created (else: qualified) by the snapshot.",
        "no other contact of the account known",
        "1 other contact of the account known",
    )
    said = [("mqls", "became MQLs", scope.has_qualified)]
    said += [
        ("accepted", "accepted by sales", scope.has_outcomes),
        ("rejected", "rejected by sales", scope.has_outcomes),
    ]
    said += [("won", "won", scope.has_outcomes)]
    for measure, words, there in said:
        if there:
            yield _feature(
                {"accepted": "sqls", "rejected": "rejections", "won": "wins"}.get(measure, measure),
                PAST,
                "other",
                "count",
                f"k.{measure}",
                f"{{n}} other contacts of the account {words} before",
                f"Number of other leads of the account that {words.replace('accepted', 'were accepted')} and were seen so by the snapshot.",
                f"no other contact of the account {words} before",
                f"1 other contact of the account {words} before",
            )


def statement(snapshots: str, features: Sequence[Feature], _: Scope, dialect: Dialect) -> str:
    """News of each account in order of time, summed, read at the snapshots.

    Time is the snapshots' clock, `moment`: what is seen at t is visible from t + (moment - seen_until) on. Nearly always that
    shift is zero, and snapshots rarely have more than two different ones.
    """
    totals = ", ".join(f"sum({m}) OVER of_account - sum({m}) OVER of_lead AS {m}" for m in _MEASURES)
    news = " UNION ALL ".join((*_acts(dialect), *_leads(), *_outcomes()))
    return f"""
WITH shift AS (SELECT DISTINCT moment - seen_until AS shift FROM {snapshots}),
contact AS (
    SELECT lead_id, account, coalesce(created_at, qualified_seen) AS known, qualified_seen FROM lead
    WHERE account IN (SELECT account FROM lead WHERE account IS NOT NULL GROUP BY account HAVING count(*) > 1)),
act AS (
    SELECT h.shift, c.account, a.lead_id, a.seen + h.shift AS opens, a."at", a.tier
    FROM activity a JOIN contact c ON c.lead_id = a.lead_id CROSS JOIN shift h),
{_spells(dialect)},
news AS (
    {news}
    UNION ALL
    SELECT s.moment - s.seen_until, l.account, s.lead_id, s.moment, {_PROBE}, s.snapshot_id{", 0" * len(_MEASURES)}
    FROM {snapshots} s JOIN lead l ON l.row = s.row WHERE l.account IS NOT NULL),
standing AS (
    SELECT snapshot_id, {totals} FROM news
    WINDOW of_account AS (PARTITION BY shift, account ORDER BY time, turn ROWS UNBOUNDED PRECEDING),
           of_lead AS (PARTITION BY shift, account, lead_id ORDER BY time, turn ROWS UNBOUNDED PRECEDING))
SELECT s.snapshot_id{selected(features, dialect)}
FROM {snapshots} s LEFT JOIN (SELECT * FROM standing WHERE snapshot_id IS NOT NULL) k ON k.snapshot_id = s.snapshot_id"""


def _news(source: str, time: str, turn: str, changes: dict[str, str], where: str = "") -> str:
    """One kind of news: which measures change by how much, when."""
    values = ", ".join(f"{changes.get(m, '0')} AS {m}" for m in _MEASURES)
    return f"""SELECT shift, account, lead_id, {time} AS time, {turn} AS turn, CAST(NULL AS BIGINT) AS snapshot_id, {values}
    FROM {source}{f" WHERE {where}" if where else ""}"""


def _counts(tier: str, days: int, dialect: Dialect) -> str:
    """Whether an act ever makes its lead active: of the tier, and recorded before it has run its days."""
    of_tier = "tier = 'high' AND " if tier == "high" else ""
    return f"{of_tier}opens <= {dialect.days_after(_AT, days)}"


_AT = '"at"'


def _spells(dialect: Dialect) -> str:
    """`turn_on`: acts that begin a spell of activity, with the last act of the spell before; `turn_off`: the last of all."""
    latest = ", ".join(
        f"max(CASE WHEN {_counts(tier, days, dialect)} THEN {_AT} END) OVER earlier AS before_{name}"
        for name, tier, days in _SPELLS
    )
    starts = ", ".join(
        f"CASE WHEN {_starts(name, tier, days, dialect)} THEN 1 ELSE 0 END AS starts_{name}"
        for name, tier, days in _SPELLS
    )
    last = ", ".join(
        f"max({_AT}) FILTER (WHERE {_counts(tier, days, dialect)}) AS before_{name}" for name, tier, days in _SPELLS
    )
    any_start = " OR ".join(f"starts_{name} = 1" for name, _, _ in _SPELLS)
    return f"""running AS (
    SELECT *, {latest} FROM act
    WINDOW earlier AS (PARTITION BY shift, lead_id ORDER BY opens, {_AT} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
turn_on AS MATERIALIZED (SELECT * FROM (SELECT *, {starts} FROM running) WHERE {any_start}),
turn_off AS MATERIALIZED (SELECT shift, account, lead_id, {last} FROM act GROUP BY shift, account, lead_id)"""


def _starts(name: str, tier: str, days: int, dialect: Dialect) -> str:
    before = f"before_{name}"
    return f"{_counts(tier, days, dialect)} AND ({before} IS NULL OR {dialect.days_after(before, days)} < opens)"


def _acts(dialect: Dialect) -> Iterator[str]:
    yield _news("turn_on", "opens", str(_BEFORE_PROBE), {name: f"starts_{name}" for name, _, _ in _SPELLS})
    for name, _, days in _SPELLS:
        ended = dialect.days_after(f"before_{name}", days)
        yield _news(
            "turn_on", ended, str(_AFTER_PROBE), {name: "-1"}, f"starts_{name} = 1 AND before_{name} IS NOT NULL"
        )
        yield _news("turn_off", ended, str(_AFTER_PROBE), {name: "-1"}, f"before_{name} IS NOT NULL")
    yield _news("act", "opens", str(_BEFORE_PROBE), {"intent": str(FULL_WEIGHT)}, "tier = 'high'")
    for days, fewer in STEPS:
        ended = dialect.days_after(_AT, days)
        turn = f"CASE WHEN {ended} < opens THEN {_BEFORE_PROBE} ELSE {_AFTER_PROBE} END"
        yield _news("act", f"greatest({ended}, opens)", turn, {"intent": f"-{fewer}"}, "tier = 'high'")


def _leads() -> Iterator[str]:
    contacts = "(SELECT h.shift, c.account, c.lead_id, {time} + h.shift AS time FROM contact c CROSS JOIN shift h WHERE {time} IS NOT NULL)"
    yield _news(contacts.format(time="c.known"), "time", str(_BEFORE_PROBE), {"contacts": "1"})
    yield _news(contacts.format(time="c.qualified_seen"), "time", str(_BEFORE_PROBE), {"mqls": "1"})


def _outcomes() -> Iterator[str]:
    for verdict in ("accepted", "rejected", "won"):
        first = f"""(SELECT h.shift, c.account, c.lead_id, min(o.seen) + h.shift AS time
         FROM outcome o JOIN contact c ON c.lead_id = o.lead_id CROSS JOIN shift h WHERE o.{verdict} GROUP BY h.shift, c.account, c.lead_id)"""
        yield _news(first, "time", str(_BEFORE_PROBE), {verdict: "1"})


ACCOUNT = Family("account", (active_contacts, intent, past_leads), statement)
