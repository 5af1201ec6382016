"""Rows that bear out a finding: how many, which, and what stands there. Never says what is wrong with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mqlgate.crm import Crm
from mqlgate.errors import listed, quoted
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW

SHOWN = 3


@dataclass(frozen=True)
class Evidence:
    """Number of rows, the first few as a person counts them, and what stands in those."""

    rows: int
    records: tuple[int, ...]
    values: tuple[str, ...]

    def shown(self) -> str:
        """`rows 17, 203, 5,411 and 2 more: "31/02/2018", "n/a", ""`, for use in brackets."""
        more = f" and {self.rows - len(self.records):,} more" if self.rows > len(self.records) else ""
        word = "row" if self.rows == 1 else "rows"
        return f"{word} {listed(self.records)}{more}{_examples(self.values)}"


def _examples(values: Iterable[str]) -> str:
    shown = [quoted(value) for value in values]
    return f": {', '.join(shown)}" if any(value != '""' for value in shown) else ""


def gathered(crm: Crm, query: str, parameters: dict[str, Any] | None = None) -> Evidence:
    """Evidence from a query that gives `record` and `value` of each row at fault."""
    row = crm.con.execute(
        f"""WITH fault AS ({query})
            SELECT (SELECT count(*) FROM fault), list(record ORDER BY record, value), list(value ORDER BY record, value)
            FROM (SELECT CAST(record AS BIGINT) AS record, coalesce(CAST(value AS VARCHAR), '') AS value
                  FROM fault ORDER BY record, value LIMIT {SHOWN})""",
        parameters or {},
    ).fetchone()
    count, records, values = row or (0, [], [])
    return Evidence(int(count), tuple(records or ()), tuple(values or ()))


def set_aside(crm: Crm, key: str, reason: str, column: str | None = None) -> Evidence:
    """Rows of a table that loading set aside for `reason` (of `column`)."""
    return gathered(
        crm,
        """SELECT DISTINCT record, value FROM bad_row
           WHERE table_name = $key AND reason = $reason AND ($column IS NULL OR column_name = $column)""",
        {"key": key, "reason": reason, "column": column},
    )


def of_raw(crm: Crm, key: str, condition: str, value: str) -> Evidence:
    """Rows of a raw table that meet a condition, with the SQL of the value to be shown."""
    raw = crm.raw[key]
    return gathered(
        crm,
        f"SELECT {ROW} + {raw.first_record} AS record, {value} AS value FROM {quote_name(raw.name)} WHERE {condition}",
    )


def record_of(crm: Crm, key: str, row: str = "row") -> str:
    """SQL of the number that a person sees, from the `row` of a canonical table."""
    before = crm.raw["asked"].rows + len(crm.raw["asked"].bad) if key == "leads" and "asked" in crm.raw else 0
    return f"({row} - {before} + {crm.raw[key].first_record})"


def rows_of(crm: Crm, key: str) -> int:
    """Rows of a raw table, those set aside as no rows included."""
    return crm.raw[key].rows + len(crm.raw[key].bad)


def scalar(crm: Crm, query: str, parameters: dict[str, Any] | None = None) -> Any:
    """The one value of a query."""
    row = crm.con.execute(query, parameters or {}).fetchone()
    return row[0] if row else None


def counted_values(pairs: Iterable[tuple[object, int]], most: int = 6) -> str:
    """`"Engaging" (1,589), "Prospecting" (500) and 3 more`."""
    return listed([f"{quoted(value)} ({count:,})" for value, count in pairs], most)


def moment_literal(moment: datetime) -> str:
    """SQL of a naive UTC moment."""
    return f"TIMESTAMP {quote_text(moment.isoformat(sep=' '))}"
