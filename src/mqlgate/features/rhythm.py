"""When a lead did what it did: on how many days, in which gaps, speeding up or slowing down, in bursts.

Computed from one row a snapshot and day (`by_day`). Days are UTC days; windows and gaps count to the microsecond.
"""

from collections.abc import Iterator, Sequence

from mqlgate.features.activity import seen_acts
from mqlgate.features.dialect import Dialect
from mqlgate.features.family import Family, selected, used
from mqlgate.features.feature import Feature, Unit
from mqlgate.features.scope import Scope

SOURCE = "activity: rhythm"
_MONTH, _WEEK = 30, 7


def _feature(
    name: str, unit: Unit, sql: str, words: str, definition: str, zero: str = "", one: str = "", missing: str = ""
) -> Feature:
    return Feature(
        name,
        SOURCE,
        unit,
        "intent",
        "number",
        words,
        definition,
        "rhythm",
        sql,
        (),
        zero,
        one,
        missing or "too few activities for a rhythm",
    )


def active_days(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """Five opens on one day are not five days."""
    if not scope.has_activity:
        return
    yield _feature(
        "active_days",
        "count",
        "count(d.day)",
        "active on {n} days",
        "Number of different days with an activity.",
        "never active",
        "active on 1 day",
    )
    yield _feature(
        f"active_days_{_MONTH}d",
        "count",
        f"count(d.day) FILTER (WHERE d.last <= {_MONTH})",
        f"active on {{n}} of the last {_MONTH} days",
        f"Number of different days with an activity at most {_MONTH} days before the snapshot.",
        f"not active in the last {_MONTH} days",
        f"active on 1 of the last {_MONTH} days",
    )


def bursts(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """The busiest day."""
    if not scope.has_activity:
        return
    yield _feature(
        "most_in_a_day",
        "count",
        "coalesce(max(d.n), 0)",
        "{n} activities on the busiest day",
        "Greatest number of activities on one day.",
        "never active",
        "never more than 1 activity a day",
    )
    if "high" in scope.tiers:
        yield _feature(
            "most_high_tier_in_a_day",
            "count",
            "coalesce(max(d.high), 0)",
            "{n} high-tier activities on the busiest day",
            "Greatest number of high-tier activities on one day.",
            "no high-tier activity",
            "never more than 1 high-tier activity a day",
        )


def gaps(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """Three opens in five days are not three opens in three months."""
    if not scope.has_activity:
        return
    mean = "(max(d.first) - min(d.last)) / nullif(sum(d.n) - 1, 0)"
    lately = f"(max(d.first_{_MONTH}) - min(d.last)) / nullif(sum(d.n_{_MONTH}) - 1, 0)"
    yield _feature(
        "mean_gap_days",
        "days",
        mean,
        "{n} days between activities on average",
        "Days from the first to the last activity / (number of activities - 1); missing where there is one or none.",
    )
    yield _feature(
        "gap_trend",
        "share",
        f"({lately}) / nullif({mean}, 0)",
        f"gaps of the last {_MONTH} days are {{n}} times those before",
        f"Mean gap of the activities of the last {_MONTH} days / mean gap of all; below 1 is speeding up.",
    )


def velocity(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """How much of the last month's activity is of the last week."""
    if not scope.has_activity:
        return
    yield _feature(
        "last_week_share",
        "share",
        f"{dialect.as_number(f'sum(d.n_{_WEEK})')} / nullif(sum(d.n_{_MONTH}), 0)",
        f"{{percent}} of the last {_MONTH} days' activities in the last {_WEEK}",
        f"Activities of the last {_WEEK} days / activities of the last {_MONTH}; missing where there are none.",
        f"none of the last {_MONTH} days' activities in the last {_WEEK}",
        f"all of the last {_MONTH} days' activities in the last {_WEEK}",
        f"no activity in the last {_MONTH} days",
    )


def statement(snapshots: str, features: Sequence[Feature], _: Scope, dialect: Dialect) -> str:
    """Measures of each day first, then each snapshot's features from them."""
    measures = {
        "n": "count(*)",
        "high": "count(*) FILTER (WHERE tier = 'high')",
        "last": "min(age)",
        "first": "max(age)",
        f"n_{_WEEK}": f"count(*) FILTER (WHERE age <= {_WEEK})",
        f"n_{_MONTH}": f"count(*) FILTER (WHERE age <= {_MONTH})",
        f"first_{_MONTH}": f"max(age) FILTER (WHERE age <= {_MONTH})",
    }
    computed = "".join(f", {measures[name]} AS {name}" for name in used(features, "d", measures))
    return f"""
WITH seen AS ({seen_acts(snapshots, dialect)}),
by_day AS (
    SELECT snapshot_id, day{computed}
    FROM seen GROUP BY snapshot_id, day)
SELECT s.snapshot_id{selected(features, dialect)}
FROM {snapshots} s LEFT JOIN by_day d ON d.snapshot_id = s.snapshot_id GROUP BY s.snapshot_id"""


RHYTHM = Family("rhythm", (active_days, bursts, gaps, velocity), statement)
