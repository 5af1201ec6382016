"""Fields whose changes are dated, as they were at the snapshot, and how they have been changing. Never today's value.

A field's value is that of its last change seen by the snapshot; the last is the one that happened last, then was seen
last, then stands last in the input.

Before its first change a field is what that change says it was (`old`), and a field of a lead that never changed keeps
its value: changes yet to come are undone, so that a field looks the same whether or not one is coming. That holds
where the history holds every change. Where changes do not say what was before, or with `[features] undo_history =
false`, a field is missing before its first change that was seen: to be told for some leads alone would give away what
is coming.
"""

from collections.abc import Iterator, Sequence

from mqlgate.crm.values import FALSE, TRUE
from mqlgate.features.dialect import Dialect
from mqlgate.features.family import Family, selected
from mqlgate.features.feature import Feature, literal
from mqlgate.features.lead import value_features
from mqlgate.features.scope import LeadColumn, Scope
from mqlgate.tables.names import quote_name, quote_text

_MONTH = 30


def _fields(scope: Scope) -> list[tuple[int, LeadColumn]]:
    """The columns that have a history, each with its number in the statement."""
    return list(enumerate(column for column in scope.columns if column.history_field is not None))


def values(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """Each field as of the snapshot, in place of the lead's column of today."""
    for number, column in _fields(scope):
        if column.kind not in ("time", "text") or column.name in (scope.role.get("email"), scope.role.get("title")):
            value = _typed(f"h.value_{number}", column, dialect)
            if scope.undo_history:
                undone = _typed(f"n.old_{number}", column, dialect)
                today = f"v.{quote_name(column.name)}"
                unchanged = f"CASE WHEN n.later_{number} = 1 THEN {undone} ELSE {today} END"
                value = f"CASE WHEN h.last_{number} IS NOT NULL THEN {value} ELSE {unchanged} END"
            yield from value_features(
                column, value, scope, dialect, "history", (column.name,) if scope.undo_history else ()
            )


def changes(scope: Scope, _: Dialect) -> Iterator[Feature]:
    """How often and how lately each field changed."""
    for number, column in _fields(scope):
        words, source = literal(column.words), column.name
        yield Feature(
            f"{column.name}_changes_{_MONTH}d",
            source,
            "count",
            column.group,
            "number",
            f"{words} changed {{n}} times in the last {_MONTH} days",
            f"Number of changes at most {_MONTH} days before the snapshot, bounds included.",
            "history",
            f"coalesce(h.lately_{number}, 0)",
            (),
            f"{words} unchanged in the last {_MONTH} days",
            f"{words} changed once in the last {_MONTH} days",
        )
        yield Feature(
            f"{column.name}_days_since_change",
            source,
            "days",
            column.group,
            "number",
            f"{words} changed {{n}} days ago",
            "Days from the last change to the snapshot; missing where there is none.",
            "history",
            f"h.last_{number}",
            (),
            f"{words} changed just now",
            f"{words} changed 1 day ago",
            f"{words} never changed",
        )


def steps(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """Up or down, and how far."""
    for number, column in _fields(scope):
        if column.kind == "number":
            value = _typed(f"h.value_{number}", column, dialect)
            before = _typed(f"h.before_{number}", column, dialect)
            yield Feature(
                f"{column.name}_last_step",
                column.name,
                "value",
                column.group,
                "number",
                f"{literal(column.words)} last changed by {{n}}",
                "What the last change made of it minus what it was before; missing where either is unknown.",
                "history",
                f"({value}) - ({before})",
                (),
                f"{literal(column.words)} last set to what it was",
                "",
                f"no change of {literal(column.words)} known",
            )


def _typed(text: str, column: LeadColumn, dialect: Dialect) -> str:
    """A value of the history, which is text, as the column's kind."""
    if column.kind == "number":
        return dialect.read_number(text)
    if column.kind == "boolean":
        folded = dialect.plain(text)
        return f"CASE WHEN {dialect.among(folded, TRUE)} THEN 1 WHEN {dialect.among(folded, FALSE)} THEN 0 END"
    return text


def statement(snapshots: str, features: Sequence[Feature], scope: Scope, dialect: Dialect) -> str:
    """Each field's state first, then a row a snapshot of all of them."""
    fields = _fields(scope)
    names = [str(column.history_field) for _, column in fields]
    pivoted = "".join(
        f", max({measure}) FILTER (WHERE field = {quote_text(name)}) AS {measure}_{number}"
        for (number, _), name in zip(fields, names, strict=True)
        for measure in ("value", "before", "last", "lately")
    )
    undone = _next(snapshots, names, dialect) if scope.undo_history else ""
    recency = dialect.latest(("s.snapshot_id", "h.field"), ('h."at"', "h.seen", "h.row"))
    return f"""
WITH known AS (
    SELECT s.snapshot_id, h.field, h.value, h.old, {dialect.age_days("s.moment", 'h."at"')} AS age, {recency} AS recency
    FROM {snapshots} s JOIN history h ON h.lead_id = s.lead_id AND h.seen <= s.seen_until
    WHERE {dialect.among("h.field", names)}),
state AS (
    SELECT snapshot_id, field, max(value) FILTER (WHERE recency = 1) AS value, min(age) AS last,
           coalesce(max(old) FILTER (WHERE recency = 1), max(value) FILTER (WHERE recency = 2)) AS before,
           count(*) FILTER (WHERE age <= {_MONTH}) AS lately
    FROM known GROUP BY snapshot_id, field),
h AS (SELECT snapshot_id{pivoted} FROM state GROUP BY snapshot_id){undone}
SELECT s.snapshot_id{selected(features, dialect)}
FROM {snapshots} s LEFT JOIN h ON h.snapshot_id = s.snapshot_id{_BESIDE if scope.undo_history else ""}"""


_BESIDE = " LEFT JOIN n ON n.snapshot_id = s.snapshot_id LEFT JOIN lead_value v ON v.row = s.row"


def _next(snapshots: str, names: Sequence[str], dialect: Dialect) -> str:
    """`n`: of each field, whether a change was still to come, and what the first of them says that it was before."""
    pivoted = "".join(
        f", max({value}) FILTER (WHERE field = {quote_text(name)}) AS {measure}_{number}"
        for number, name in enumerate(names)
        for value, measure in (("old", "old"), ("1", "later"))
    )
    return f""",
n AS (
    SELECT snapshot_id{pivoted} FROM (
        SELECT s.snapshot_id, h.field, h.old,
               row_number() OVER (PARTITION BY s.snapshot_id, h.field ORDER BY h."at", h.seen, h.row) AS turn
        FROM {snapshots} s JOIN history h ON h.lead_id = s.lead_id AND h.seen > s.seen_until
        WHERE {dialect.among("h.field", names)})
    WHERE turn = 1 GROUP BY snapshot_id)"""


HISTORY = Family("history", (values, changes, steps), statement)
