"""Who a lead is: the values of its columns, its title and e-mail as kinds, its age, how much of the form is filled.

An address or a title is never a feature itself; free text is none at all. Columns whose changes are dated belong to
`history`.
"""

from collections.abc import Iterator, Sequence

from mqlgate.features import amounts, lexicon
from mqlgate.features.dialect import Dialect
from mqlgate.features.family import Family, selected
from mqlgate.features.feature import Feature, Unit, literal
from mqlgate.features.scope import LeadColumn, Scope
from mqlgate.tables.names import quote_name

_FEWEST_FOR_COMPLETENESS = 3


def own_values(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """Every column that is constant, as far as the data tell."""
    for column in scope.columns:
        if column.history_field is None:
            yield from value_features(column, f"v.{quote_name(column.name)}", scope, dialect, "lead", (column.name,))


def value_features(
    column: LeadColumn, value: str, scope: Scope, dialect: Dialect, family: str, needs: tuple[str, ...]
) -> Iterator[Feature]:
    """The features of one column, from the SQL of its value: what its role or else its kind makes of it."""
    if column.name == scope.role.get("account"):
        return
    words = literal(column.words)

    def made(suffix: str, unit: Unit, sql: str, said: str, definition: str, yes: str = "", no: str = "") -> Feature:
        return Feature(
            name=column.name + suffix,
            source=column.name,
            unit=unit,
            group=column.group,
            kind="category" if unit == "category" else "number",
            words=said,
            definition=definition,
            family=family,
            sql=sql,
            needs=needs,
            words_zero=no,
            words_one=yes,
            words_missing=f"{words} unknown",
        )

    if column.name == scope.role.get("email"):
        kinds = "business, free, student, disposable, role or invalid"
        yield made(
            "_kind",
            "category",
            lexicon.email_kind(value, dialect),
            "e-mail address is {value}",
            f"The kind of address: {kinds}.",
        )
    elif column.name == scope.role.get("title"):
        ranks = "C-level, VP, director, manager, specialist or student"
        yield made(
            "_seniority",
            "category",
            lexicon.seniority(value, dialect),
            "seniority is {value}",
            f"Rank by the title: {ranks}.",
        )
        yield made(
            "_function",
            "category",
            lexicon.function(value, dialect),
            "function is {value}",
            "What the title says the lead works on.",
        )
    elif column.kind == "boolean":
        yield made("", "yes/no", value, f"{words}: {{value}}", "1 for yes, 0 for no.", f"{words}: yes", f"{words}: no")
    elif column.kind == "number":
        yield made("", "value", value, f"{words} is {{value}}", "The value.")
    elif column.kind == "time":
        age = f"CASE WHEN {value} <= s.seen_until THEN {dialect.age_days('s.moment', value)} END"
        yield made(
            "_days_ago",
            "days",
            age,
            f"{words} {{n}} days ago",
            "Days from it to the snapshot; missing where it lies later.",
        )
    elif column.kind == "category":
        if column.amounts != "none":
            said = "The lower end of the range that is said; half of it where only an upper end is said."
            suffix = "" if column.amounts == "all" else "_amount"
            yield made(suffix, "value", amounts.amount(value, dialect), f"{words} from {{n}}", said)
        if column.amounts != "all":
            yield made("", "category", value, f"{words} is {{value}}", "The value.")


def age(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """How long the lead has existed, and when in the week it came to be."""
    if not scope.has_created:
        return
    known = "CASE WHEN l.created_at <= s.seen_until THEN {} END"
    yield _of_creation(
        "lead_age_days",
        "age of the lead",
        "days",
        "{n} days since the lead was created",
        "Days from creation to the snapshot.",
        known.format(dialect.age_days("s.moment", "l.created_at")),
    )
    yield _of_creation(
        "created_weekday",
        "time of creation",
        "weekday",
        "created on day {n} of the week",
        "Day of the week of creation in UTC, 1 for Monday to 7 for Sunday.",
        known.format(dialect.weekday("l.created_at")),
    )
    if scope.has_created_hour:
        yield _of_creation(
            "created_hour",
            "time of creation",
            "hour",
            "created at {n} o'clock UTC",
            "Hour of creation in UTC, 0 to 23.",
            known.format(dialect.hour("l.created_at")),
        )


def _of_creation(name: str, source: str, unit: Unit, words: str, definition: str, sql: str) -> Feature:
    unknown = "time of creation unknown"
    return Feature(name, source, unit, "other", "number", words, definition, "lead", sql, words_missing=unknown)


def completeness(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """How much of the form is filled in."""
    form = [
        c.name for c in scope.columns if c.on_form and c.history_field is None and c.name != scope.role.get("owner")
    ]
    if len(form) < _FEWEST_FOR_COMPLETENESS:
        return
    filled = " + ".join(f"(CASE WHEN v.{quote_name(name)} IS NULL THEN 0 ELSE 1 END)" for name in form)
    yield Feature(
        name="form_completeness",
        source="completeness of the form",
        unit="share",
        group="fit",
        kind="number",
        words="{percent} of the form is filled in",
        words_zero="nothing of the form is filled in",
        words_one="the whole form is filled in",
        definition=f"Share of the {len(form)} columns of the leads table that have a value.",
        family="lead",
        sql=f"({dialect.as_number(f'({filled})')} / {float(len(form))!r}e0)",
        needs=tuple(form),
    )


def statement(snapshots: str, features: Sequence[Feature], _: Scope, dialect: Dialect) -> str:
    """One row a snapshot, its lead's row beside it."""
    return f"""
SELECT s.snapshot_id{selected(features, dialect)}
FROM {snapshots} s LEFT JOIN lead l ON l.row = s.row LEFT JOIN lead_value v ON v.row = s.row"""


LEAD = Family("lead", (own_values, age, completeness), statement)
