"""Lead columns as a DataFrame, for rules and segments that look at values. Never computes a feature.

A value that [history] changes only after as-of is told as it was before: no rule sees what was not known yet.
"""

from typing import TYPE_CHECKING, Any

from mqlgate.crm.records import Column, Crm

if TYPE_CHECKING:
    import pandas as pd

TRUE, FALSE = ("true", "yes", "y", "t", "1", "1.0"), ("false", "no", "n", "f", "0", "0.0")
"""Words of a truth in a history, which holds every value as text."""


def lead_values(crm: Crm, rows: Any) -> "pd.DataFrame":
    """The columns of `lead_value` of the given rows of `lead`, in their order, as known at `crm.as_of`."""
    import pandas as pd

    crm.con.register("wanted_rows", pd.DataFrame({"row": rows, "place": range(len(rows))}))
    try:
        values = crm.con.execute("SELECT v.* FROM wanted_rows w JOIN lead_value v USING (row) ORDER BY w.place").df()
        later = crm.con.execute("SELECT DISTINCT field FROM history WHERE seen > $as_of", {"as_of": crm.as_of})
        fields = {str(field) for (field,) in later.fetchall() if field is not None}
        for column in crm.columns if fields else ():
            field = field_of(column.name, fields)
            if field is not None and column.kind != "time" and column.name in values.columns:
                _undo(crm, values, column, field)
    finally:
        crm.con.unregister("wanted_rows")
    return values.drop(columns="row")


def field_of(column: str, fields: set[str]) -> str | None:
    """The name of a column in the history: its own, else the first that differs in case and punctuation alone."""
    if column in fields:
        return column
    return next((field for field in sorted(fields) if _letters(field) == _letters(column)), None)


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _undo(crm: Crm, values: "pd.DataFrame", column: Column, field: str) -> None:
    """Where a change comes after as-of: the value of the last change before, else what that change says it was."""
    before = crm.con.execute(
        """WITH changed AS (SELECT lead_id, "at", seen, row, value, old FROM history WHERE field = $field),
                later AS (SELECT lead_id, old, row_number() OVER (PARTITION BY lead_id ORDER BY "at", seen, row) AS turn
                          FROM changed WHERE seen > $as_of),
                known AS (SELECT lead_id, value, row_number() OVER (
                              PARTITION BY lead_id ORDER BY "at" DESC, seen DESC, row DESC) AS turn
                          FROM changed WHERE seen <= $as_of)
           SELECT w.place, CASE WHEN k.lead_id IS NULL THEN n.old ELSE k.value END AS value
           FROM wanted_rows w JOIN lead l USING (row) JOIN later n ON n.lead_id = l.lead_id AND n.turn = 1
           LEFT JOIN known k ON k.lead_id = l.lead_id AND k.turn = 1 ORDER BY w.place""",
        {"field": field, "as_of": crm.as_of},
    ).fetchall()
    for place, value in before:
        values.loc[place, column.name] = _typed(value, column)


def _typed(text: str | None, column: Column) -> Any:
    """A value of the history, which is text, as the column's kind; None where it cannot be read."""
    said = (text or "").strip()
    if column.kind == "boolean":
        folded = said.casefold()
        return 1.0 if folded in TRUE else 0.0 if folded in FALSE else None
    if column.kind == "number":
        try:
            return float(said)
        except ValueError:
            return None
    return said or None
