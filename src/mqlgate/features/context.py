"""What surrounds a lead at its snapshot: how long it has been an MQL, whether sales has touched it, the season.

Source and campaign are columns of the lead (`lead`). Everything here is of the group `other`. Never counts an
acceptance.
"""

from collections.abc import Iterator, Sequence

from mqlgate.features.dialect import Dialect
from mqlgate.features.family import Family, selected
from mqlgate.features.feature import Feature, Unit
from mqlgate.features.scope import Scope


def _feature(
    name: str,
    source: str,
    unit: Unit,
    sql: str,
    words: str,
    definition: str,
    zero: str = "",
    one: str = "",
    missing: str = "",
) -> Feature:
    return Feature(name, source, unit, "other", "number", words, definition, "context", sql, (), zero, one, missing)


def days_since_qualification(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """A lead that is still open after three weeks is another lead than a fresh one."""
    if scope.has_qualified:
        yield _feature(
            "days_since_mql",
            "days since MQL",
            "days",
            "s.age_days",
            "an MQL for {n} days",
            "Days from the MQL moment to the snapshot; 0 at the MQL snapshot and for a lead that is no MQL yet.",
            "just became an MQL",
            "an MQL for 1 day",
        )


def touched(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """Whether sales has taken the lead up."""
    if scope.has_touches:
        yield _feature(
            "touched_by_sales",
            "first touch by sales",
            "yes/no",
            "CASE WHEN o.first IS NULL THEN 0 ELSE 1 END",
            "touched by sales",
            "1 where a first touch was seen by the snapshot, else 0.",
            "not touched by sales yet",
            "touched by sales",
        )
        yield _feature(
            "days_since_touch",
            "first touch by sales",
            "days",
            "o.first",
            "first touched by sales {n} days ago",
            "Days from the first touch to the snapshot; missing where there is none.",
            "first touched by sales just now",
            "first touched by sales 1 day ago",
            "not touched by sales yet",
        )


def season(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """The month, where the data hold every month twice."""
    if scope.has_seasons:
        yield _feature(
            "month",
            "season",
            "month",
            dialect.month("s.moment"),
            "month {n} of the year",
            "Month of the snapshot in UTC, 1 to 12.",
        )


def statement(snapshots: str, features: Sequence[Feature], _: Scope, dialect: Dialect) -> str:
    """One row a snapshot, the first touch beside it."""
    return f"""
WITH touch AS (
    SELECT s.snapshot_id, max({dialect.age_days("s.moment", 'o."at"')}) AS first
    FROM {snapshots} s JOIN outcome o ON o.lead_id = s.lead_id AND o.seen <= s.seen_until
    WHERE o.touched GROUP BY s.snapshot_id)
SELECT s.snapshot_id{selected(features, dialect)}
FROM {snapshots} s LEFT JOIN touch o ON o.snapshot_id = s.snapshot_id"""


CONTEXT = Family("context", (days_since_qualification, touched, season), statement)
