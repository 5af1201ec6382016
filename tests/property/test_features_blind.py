"""Features are blind to the future and deaf to the order of things, to the byte: random CRMs, random snapshots, both
clocks."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ground.feature_crm import ago, features_of, same_bytes, tables
from mqlgate.features.catalogue import plan

LEADS = ("a", "b", "c", "d", "e")
COLUMNS = (
    ("industry", "category"),
    ("size", "category"),
    ("visits", "number", "intent"),
    ("renewal", "time"),
    ("status", "category"),
)
TYPES = ("pricing_view", "demo_request", "webinar", "blog_view", "Rare: {type}")
FIELDS = ("status", "visits", "elsewhere")
# Few instants, whole windows apart, so that ties, bounds of windows and equal clocks are common.
DAYS = (0, 1, 2, 7, 8, 14, 15, 21, 28, 30, 31, 37, 38)
times = st.one_of(st.sampled_from(DAYS).map(ago), st.integers(0, 10_000_000).map(lambda s: ago(seconds=s)))
late = st.sampled_from(
    [timedelta(0), timedelta(0), timedelta(microseconds=1), timedelta(days=1), timedelta(days=9), timedelta(days=40)]
)


@dataclass(frozen=True)
class Rows:
    """The rows of a small CRM, dated ones with both clocks."""

    leads: tuple[dict[str, Any], ...]
    activity: tuple[tuple[Any, ...], ...]
    history: tuple[tuple[Any, ...], ...]
    outcome: tuple[tuple[Any, ...], ...]
    snapshots: tuple[tuple[Any, ...], ...]

    def crm(self, **other: Any) -> Any:
        return tables(
            self.leads,
            COLUMNS,
            self.activity,
            self.history,
            self.outcome,
            self.snapshots,
            features={"most_types": 4, "third_party": ["webinar"]},
            **other,
        )


@st.composite
def activities(draw: st.DrawFn) -> tuple[Any, ...]:
    at = draw(times)
    return (
        draw(st.sampled_from(LEADS)),
        draw(st.sampled_from(TYPES)),
        at,
        at + draw(late),
        draw(st.sampled_from(["first", "third"])),
    )


@st.composite
def changes(draw: st.DrawFn) -> tuple[Any, ...]:
    at = draw(times)
    values = st.sampled_from([None, "x", "y", "1", "2.5"])
    return (
        draw(st.sampled_from(LEADS)),
        draw(st.sampled_from(FIELDS)),
        draw(values),
        draw(values),
        at,
        at + draw(late),
    )


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Any, ...]:
    at = draw(times)
    return (
        draw(st.sampled_from(LEADS)),
        draw(st.sets(st.sampled_from(["accepted", "rejected", "won", "touched"]))),
        at,
        at + draw(late),
    )


@st.composite
def crms(draw: st.DrawFn, most: int = 25) -> Rows:
    leads = tuple(
        {
            "lead_id": lead,
            "created_at": draw(st.none() | times),
            "qualified_at": draw(st.none() | times),
            "account": draw(st.sampled_from([None, "X", "X", "Y"])),
            "industry": draw(st.sampled_from([None, "SaaS", "retail"])),
            "size": draw(st.sampled_from([None, "1-10", "1k+"])),
            "visits": draw(st.none() | st.integers(0, 9)),
            "renewal": draw(st.none() | times),
            "status": "today's",
        }
        for lead in LEADS
    )
    snapshots = tuple(
        (
            draw(st.sampled_from(LEADS)),
            moment,
            moment - draw(st.sampled_from([timedelta(0), timedelta(0), timedelta(days=7)])),
        )
        for moment in draw(st.lists(times, min_size=1, max_size=4))
    )
    return Rows(
        leads,
        tuple(draw(st.lists(activities(), max_size=most))),
        tuple(draw(st.lists(changes(), max_size=most // 2))),
        tuple(draw(st.lists(outcomes(), max_size=8))),
        snapshots,
    )


def known(rows: tuple[tuple[Any, ...], ...], clock: int, until: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(row for row in rows if row[clock] <= until)


@settings(max_examples=30)
@given(crms(), crms())
def test_features_never_see_what_was_seen_after_the_snapshot(was, other):
    """What happened or was recorded later is deleted, and an invented future put in its place."""
    until = max(seen_until for _, _, seen_until in was.snapshots)
    leads = tuple(
        {
            **lead,
            **{name: _kept(lead[name], invented[name], until) for name in ("created_at", "qualified_at")},
            "renewal": lead["renewal"]
            if _is_known(lead["renewal"], until)
            else _kept(ago(-99), invented["renewal"], until),
        }
        for lead, invented in zip(was.leads, other.leads, strict=True)
    )
    future = replace(
        was,
        leads=leads,
        activity=(*(a for a in other.activity if a[3] > until), *known(was.activity, 3, until)),
        history=(*(h for h in other.history if h[5] > until), *known(was.history, 5, until)),
        outcome=(*(o for o in other.outcome if o[3] > until), *known(was.outcome, 3, until)),
    )
    crm, changed = was.crm(as_of=until), future.crm(as_of=until)
    assert plan(changed).to_json() == plan(crm).to_json()
    assert same_bytes(features_of(changed), features_of(crm))


def _kept(time: Any, invented: Any, until: Any) -> Any:
    """A time that was known stays, as does none; one that lies in the future may be another one of the future."""
    is_open = time is not None and time > until
    return invented if is_open and invented is not None and invented > until else time


def _is_known(time: Any, until: Any) -> bool:
    return time is not None and time <= until


@settings(max_examples=12)
@given(crms())
def test_each_snapshot_sees_its_own_past_alone(rows):
    """Of many snapshots at once, each has the features that it has alone with only what it may see: chunks change
    nothing."""
    crm = rows.crm()
    planned = plan(crm)
    together = features_of(crm, planned)
    for number, snapshot in enumerate(rows.snapshots):
        until = snapshot[2]
        alone = replace(
            rows,
            activity=known(rows.activity, 3, until),
            history=known(rows.history, 5, until),
            outcome=known(rows.outcome, 3, until),
            snapshots=(snapshot,),
        )
        assert same_bytes(
            features_of(alone.crm(), planned).set_axis([number]).rename_axis("snapshot_id"), together.iloc[[number]]
        )


@settings(max_examples=12)
@given(crms(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_feature(rows, chance):
    """Rows that tie on both clocks of a field's history keep their order: it is what breaks the tie."""
    crm = rows.crm()
    history = sorted(rows.history, key=lambda h: (h[4], h[5]))
    order = list(range(len(rows.leads)))
    chance.shuffle(order)
    leads = tuple({**rows.leads[i], "row": i} for i in order)
    shuffled = replace(
        rows,
        leads=leads,
        activity=_shuffled(rows.activity, chance),
        outcome=_shuffled(rows.outcome, chance),
        history=tuple(history),
    )
    assert same_bytes(features_of(shuffled.crm(), plan(crm)), features_of(crm))


def _shuffled(rows: tuple[Any, ...], chance: random.Random) -> tuple[Any, ...]:
    mixed = list(rows)
    chance.shuffle(mixed)
    return tuple(mixed)


@pytest.fixture(scope="module")
def many() -> Rows:
    """Enough rows for DuckDB to split its work and to spill it: 3,000 leads, 60,000 acts."""
    chance = random.Random(7)
    names = [f"lead {i}" for i in range(3000)]

    def moment() -> Any:
        return ago(seconds=chance.randrange(10_000_000))

    leads = tuple(
        {
            "lead_id": name,
            "account": f"account {chance.randrange(800)}",
            "created_at": ago(200),
            "qualified_at": moment(),
        }
        for name in names
    )
    activity = []
    for _ in range(60_000):
        at = moment()
        seen = at + timedelta(seconds=chance.randrange(100_000))
        activity.append((chance.choice(names), chance.choice(TYPES), at, seen))
    return Rows(leads, tuple(activity), (), (), tuple((lead["lead_id"], lead["qualified_at"]) for lead in leads))


def test_threads_and_the_memory_limit_change_no_feature(many, tmp_path):
    crm = many.crm(settings={"threads": 1})
    planned = plan(crm)
    alone = features_of(crm, planned)
    assert alone["activity_decayed_14d"].sum() > 0
    crm.con.execute("SET threads = 3")
    assert same_bytes(features_of(crm, planned), alone)
    crm.con.execute(f"SET temp_directory = '{tmp_path}'")
    crm.con.execute("SET memory_limit = '80MB'")
    assert same_bytes(features_of(crm, planned), alone)


def crowded(seed: int) -> Rows:
    """A CRM in which much falls on the bounds of windows: few contacts, few days, many acts and snapshots."""
    chance = random.Random(seed)

    def moment() -> Any:
        return ago(chance.choice(DAYS))

    def seen(at: Any) -> Any:
        return at + timedelta(days=chance.choice((0, 0, 0, 1, 9)))

    leads = [
        {"lead_id": i, "account": chance.choice("XXY"), "created_at": moment(), "qualified_at": moment()} for i in LEADS
    ]
    acts = [(chance.choice(LEADS), chance.choice(TYPES), at, seen(at)) for at in (moment() for _ in range(30))]
    verdicts = ("accepted", "rejected", "won")
    told = [(chance.choice(LEADS), {chance.choice(verdicts)}, at, seen(at)) for at in (moment() for _ in range(8))]
    snapshots = [(chance.choice(LEADS), at, at - timedelta(days=chance.choice((0, 0, 7)))) for at in map(ago, DAYS)]
    return Rows(tuple(leads), tuple(acts), (), tuple(told), tuple(snapshots))


@pytest.mark.parametrize("seed", range(20))
def test_the_features_of_an_account_are_those_counted_contact_by_contact(seed):
    """Against the definitions, in Python, pair by pair."""
    rows = crowded(seed)
    crm = rows.crm()
    found = features_of(crm)
    by_id = {lead["lead_id"]: lead for lead in rows.leads}
    for number, (lead_id, moment, until) in enumerate(rows.snapshots):
        account = by_id[lead_id]["account"]
        others = {i for i, lead in by_id.items() if lead["account"] == account and i != lead_id} if account else set()
        row = found.loc[number]
        acts = [
            (a[0], a[1], (moment - a[2]) / timedelta(days=1)) for a in rows.activity if a[0] in others and a[3] <= until
        ]
        high = [(lead, age) for lead, kind, age in acts if kind in ("pricing_view", "demo_request")]
        for days in (7, 30):
            _expect(
                row, f"account_contacts_active_{days}d", account, len({lead for lead, _, age in acts if age <= days})
            )
            _expect(
                row, f"account_contacts_high_tier_{days}d", account, len({lead for lead, age in high if age <= days})
            )
        last = {lead: min(age for who, age in high if who == lead) for lead, _ in high}
        weights = [1 if age <= 7 else 0.5 if age <= 14 else 0.25 if age <= 28 else 0 for age in last.values()]
        _expect(row, "account_intent", account, sum(weights))
        first = [[t for t in (by_id[i]["created_at"], by_id[i]["qualified_at"]) if t] for i in others]
        _expect(row, "account_contacts", account, sum(bool(times) and min(times) <= until for times in first))
        _expect(row, "account_mqls", account, sum(_is_known(by_id[i]["qualified_at"], until) for i in others))
        for verdict, name in (("accepted", "sqls"), ("rejected", "rejections"), ("won", "wins")):
            told = {o[0] for o in rows.outcome if verdict in o[1] and o[3] <= until}
            _expect(row, f"account_{name}", account, len(told & others))


def _expect(row: Any, name: str, account: str | None, value: float) -> None:
    if name in row.index:
        assert row[name] == value if account else row[name] != row[name], name
