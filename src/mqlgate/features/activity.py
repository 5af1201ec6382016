"""What a lead did and how much of it lately: by tier, by type, by party. When it did it is for `rhythm`.

Computed from one row a snapshot and kind of act (`by_kind`), so a further type or tier costs next to nothing. Types
are those of the scope; all other acts count in their tier.
"""

from collections.abc import Iterator, Sequence

from mqlgate.features.dialect import Dialect, filtered
from mqlgate.features.family import Family, selected, used
from mqlgate.features.feature import Feature, Unit, literal
from mqlgate.features.scope import Scope
from mqlgate.tables.groups import Group
from mqlgate.tables.names import quote_text

ALL = "activity"
_SILENCE_POINTS, _SILENCE_DAYS = 5, 30


class _Acts:
    """The acts that a group of features is about: which rows of `by_kind`, and what people call them."""

    def __init__(self, name: str, source: str, one: str, many: str, where: str = "", group: Group = "intent") -> None:
        self.name, self.source, self.one, self.many, self.where, self.group = name, source, one, many, where, group

    def feature(
        self,
        name: str,
        unit: Unit,
        sql: str,
        words: str,
        definition: str,
        zero: str = "",
        one: str = "",
        missing: str = "",
    ) -> Feature:
        return Feature(
            f"{self.name}_{name}",
            self.source,
            unit,
            self.group,
            "number",
            words,
            definition,
            "activity",
            sql,
            (),
            zero,
            one,
            missing,
        )

    def count(self, window: int | None) -> Feature:
        span = f" in the last {window} days" if window and window > 1 else " in the last day" if window else ""
        bound = f"at most {window} days before the snapshot, bounds included" if window else "before the snapshot"
        measure = f"t.n_{window}" if window else "t.n"
        return self.feature(
            f"count_{window}d" if window else "count",
            "count",
            f"coalesce(sum({measure}){filtered(self.where)}, 0)",
            f"{{n}} {self.many}{span}",
            f"Number of {self.many} {bound}.",
            f"no {self.one}{span}" if window else f"no {self.one} yet",
            f"1 {self.one}{span}",
        )

    def decayed(self, dialect: Dialect, half_life: int) -> Feature:
        return self.feature(
            f"decayed_{half_life}d",
            "weight",
            dialect.sum_fixed(f"t.d_{half_life}", self.where),
            f"{self.many}, weighed by recency: {{n}}",
            f"Sum over the {self.many} of 2^(-days ago / {half_life}).",
            f"no {self.one} yet",
        )

    def recency(self) -> Feature:
        return self.feature(
            "days_since_last",
            "days",
            f"min(t.last){filtered(self.where)}",
            f"last {self.one} {{n}} days ago",
            f"Days from the last {self.one} to the snapshot; missing where there is none.",
            f"last {self.one} just now",
            f"last {self.one} 1 day ago",
            f"no {self.one} yet",
        )


def _everything() -> _Acts:
    return _Acts(ALL, ALL, "activity", "activities")


def _tiers(scope: Scope) -> Iterator[_Acts]:
    for tier in scope.tiers:
        yield _Acts(
            f"{tier}_tier",
            f"activity: {tier} tier",
            f"{tier}-tier activity",
            f"{tier}-tier activities",
            f"t.tier = {quote_text(tier)}",
        )


def _types(scope: Scope) -> Iterator[_Acts]:
    for kind in scope.types:
        said = literal(kind.name.replace("_", " "))
        yield _Acts(
            kind.name, f"activity: {kind.name}", said, _plural(said), f"t.type = {quote_text(kind.name)}", kind.group
        )


def _plural(words: str) -> str:
    """English words for more than one; what is no plain lower-case word stays as it is."""
    if not words.isascii() or not words.replace(" ", "").isalpha() or words != words.lower() or words.endswith("s"):
        return words
    return f"{words[:-1]}ies" if words.endswith("y") and words[-2:-1] not in "aeiou" else f"{words}s"


def totals(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """All acts: counts in windows, recency, decayed sums."""
    if scope.has_activity:
        yield from _full(_everything(), scope, dialect)
        yield _everything().feature(
            "days_since_first",
            "days",
            "max(t.first)",
            "first activity {n} days ago",
            "Days from the first activity to the snapshot; missing where there is none.",
            "first activity just now",
            "first activity 1 day ago",
            "no activity yet",
        )


def by_tier(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """Each tier: counts in windows, recency, decayed sums."""
    if len(scope.tiers) == 1:  # it is all activities
        return
    for acts in _tiers(scope):
        yield from _full(acts, scope, dialect)


def by_party(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """What other companies report, apart from what the own site and people saw."""
    if scope.has_third_party:
        acts = _Acts(
            "third_party", "activity: third party", "third-party signal", "third-party signals", "t.party = 'third'"
        )
        yield from _full(acts, scope, dialect)


def by_type(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """Each common type: counts in windows, recency, one decayed sum (of the middle half-life)."""
    for acts in _types(scope):
        for window in (*scope.windows, None):
            yield acts.count(window)
        yield acts.recency()
        yield acts.decayed(dialect, scope.half_lives[len(scope.half_lives) // 2])


def _full(acts: _Acts, scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    for window in (*scope.windows, None):
        yield acts.count(window)
    yield acts.recency()
    for half_life in scope.half_lives:
        yield acts.decayed(dialect, half_life)


def breadth(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """How many different kinds of things."""
    if len(scope.types) > 1:
        yield _everything().feature(
            "breadth",
            "count",
            "count(DISTINCT nullif(t.type, ''))",
            "{n} different kinds of activity",
            f"Number of different types, of the {len(scope.types)} common ones.",
            "no common kind of activity",
            "1 kind of activity",
        )


def high_share(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """How much of it was high-tier."""
    if "high" in scope.tiers:
        high, everything = "coalesce(sum(t.n) FILTER (WHERE t.tier = 'high'), 0)", "nullif(sum(t.n), 0)"
        yield _Acts("high_tier", "activity: high tier", "", "").feature(
            "share",
            "share",
            f"{dialect.as_number(high)} / {dialect.as_number(everything)}",
            "{percent} of all activities are high-tier",
            "Number of high-tier activities / number of activities; missing where there are none.",
            "no activity is high-tier",
            "all activities are high-tier",
            "no activity yet",
        )


def points(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """The hand-made points that teams use without a model: the baseline, as one feature."""
    if not scope.has_activity:
        return
    tiers = dict(scope.tier_points)
    special = "".join(
        f"WHEN t.type = {quote_text(t.name)} THEN {t.points} " for t in scope.types if t.points != tiers.get(t.tier)
    )
    by_tier = "".join(f"WHEN t.tier = {quote_text(tier)} THEN {worth} " for tier, worth in tiers.items())
    worth = f"CASE {special}{by_tier}END"
    silence = f"{_SILENCE_POINTS} * floor(coalesce(min(t.last), 0e0) / {_SILENCE_DAYS}e0)"
    yield _everything().feature(
        "points",
        "points",
        f"coalesce(sum(t.n * {worth}), 0) - {silence}",
        "{n} hand-made points of activity",
        f"Points of the type or else of the tier, summed, minus {_SILENCE_POINTS} for each full {_SILENCE_DAYS} days "
        "since the last activity.",
    )


def seen_acts(snapshots: str, dialect: Dialect) -> str:
    """The acts that each snapshot sees, by both clocks, with their age in days."""
    return f"""
    SELECT s.snapshot_id, a.type, a.tier, a.party, {dialect.day('a."at"')} AS day,
           {dialect.age_days("s.moment", 'a."at"')} AS age
    FROM {snapshots} s JOIN activity a ON a.lead_id = s.lead_id AND a.seen <= s.seen_until"""


def statement(snapshots: str, features: Sequence[Feature], scope: Scope, dialect: Dialect) -> str:
    """Measures of each kind of act first, then each snapshot's features from them; without acts they are zeros."""
    measures = {"n": "count(*)", "last": "min(age)", "first": "max(age)"}
    measures |= {f"n_{w}": f"count(*) FILTER (WHERE age <= {w})" for w in scope.windows}
    measures |= {f"d_{h}": f"sum({dialect.fixed(dialect.decay('age', h))})" for h in scope.half_lives}
    computed = "".join(f", {measures[name]} AS {name}" for name in used(features, "t", measures))
    type_ = f"CASE WHEN {dialect.among('type', [t.name for t in scope.types])} THEN type ELSE '' END"
    return f"""
WITH seen AS ({seen_acts(snapshots, dialect)}),
by_kind AS (
    SELECT snapshot_id, type, tier, party{computed}
    FROM (SELECT snapshot_id, {type_} AS type, tier, party, age FROM seen) GROUP BY snapshot_id, type, tier, party)
SELECT s.snapshot_id{selected(features, dialect)}
FROM {snapshots} s LEFT JOIN by_kind t ON t.snapshot_id = s.snapshot_id GROUP BY s.snapshot_id"""


ACTIVITY = Family("activity", (totals, by_tier, by_party, by_type, breadth, high_share, points), statement)
