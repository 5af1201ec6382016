"""What is known of each lead and of each column, as arrays: the ground on which leakage is looked for. Never judges."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mqlgate.contract.recording import outcomes_begin
from mqlgate.crm import Column, Crm
from mqlgate.tables.kinds import Kind
from mqlgate.tables.names import quote_name
from mqlgate.tables.settings import LeadsSection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

OPEN, ACCEPTED, REJECTED = 0, 1, 2


@dataclass(frozen=True)
class Known:
    """Leads that are MQLs at as-of, in the order of the input; one entry a lead.

    Attributes
    ----------
    row
        Their row in `lead`.
    at
        Day of qualification, else the order column; NaN where there is neither.
    seen
        Day from which on a fact is later than the MQL snapshot; NaN where there are no times.
    now
        The as-of day, or the last order.
    state
        `OPEN`, `ACCEPTED` (ever, so far) or `REJECTED`.
    decided
        Day of the first verdict; NaN where there is none or no time.
    label
        1.0 or 0.0 of mature leads, NaN of the others.
    """

    row: "Ints"
    at: "Floats"
    seen: "Floats"
    now: float
    state: "Ints"
    decided: "Floats"
    label: "Floats"

    @property
    def ordered(self) -> bool:
        """Whether the leads have an order in time."""
        return bool(self.at.size) and not bool((self.at != self.at).any())

    @property
    def dated(self) -> bool:
        """Whether the leads have times."""
        return bool(self.seen.size) and not bool((self.seen != self.seen).all())


@dataclass(frozen=True)
class Values:
    """One lead column, one entry a lead.

    `number` holds numbers, 1.0 and 0.0, or days (NaN is missing); `code` holds levels of a category or of a text, in
    order of length and alphabet (-1 is missing). One of them is None.
    """

    column: Column
    number: "Floats | None"
    code: "Ints | None"
    words: Any = None

    @property
    def kind(self) -> Kind:
        """Number, boolean, category, time or text."""
        return self.column.kind

    @property
    def filled(self) -> "NDArray[np.bool_]":
        """Where there is a value."""
        import numpy as np

        return ~np.isnan(self.number) if self.number is not None else np.asarray(self.code) >= 0


def known_leads(crm: Crm) -> Known:
    """State, label and order of the leads, as known at as-of."""
    import numpy as np

    if crm.has_target_column:
        query = """SELECT row, coalesce(epoch_us(qualified_at) / 86400e6, order_key) AS "at",
                          epoch_us(qualified_seen) / 86400e6 AS seen,
                          CASE target WHEN 1 THEN 1 WHEN 0 THEN 2 ELSE 0 END AS state,
                          CAST(NULL AS DOUBLE) AS decided, CAST(target AS DOUBLE) AS label
                   FROM lead WHERE coalesce(qualified_seen <= $as_of, TRUE) ORDER BY row"""
        parameters: dict[str, Any] = {"as_of": crm.as_of}
    else:
        query = """
            SELECT l.row, epoch_us(any_value(l.qualified_at)) / 86400e6 AS "at",
                   epoch_us(any_value(l.qualified_seen)) / 86400e6 AS seen,
                   CASE WHEN bool_or(o.accepted) THEN 1 WHEN bool_or(o.rejected) THEN 2 ELSE 0 END AS state,
                   min(epoch_us(o."at")) FILTER (o.accepted OR o.rejected) / 86400e6 AS decided,
                   CASE WHEN any_value(l.qualified_at) + to_microseconds($horizon) > $as_of THEN NULL
                        WHEN bool_or(o.accepted AND o.at_end >= l.qualified_at
                                     AND o."at" <= l.qualified_at + to_microseconds($horizon)) THEN 1.0
                        ELSE 0.0 END AS label
            FROM lead l
            LEFT JOIN (SELECT * FROM outcome WHERE seen <= $as_of AND (accepted OR rejected)) o USING (lead_id)
            WHERE l.qualified_seen <= $as_of AND l.qualified_at >= coalesce($since, l.qualified_at)
            GROUP BY l.row ORDER BY l.row"""
        horizon = round(crm.horizon_days * 86_400_000_000)
        since = outcomes_begin(crm, crm.as_of)
        parameters = {"as_of": crm.as_of, "horizon": horizon, "since": since}
    found = crm.con.execute(query, parameters).fetchnumpy()
    at = _floats(found["at"])
    return Known(
        row=np.asarray(found["row"], dtype=np.int64),
        at=at,
        seen=_floats(found["seen"]),
        now=float(np.nanmax(at)) if at.size and not np.isnan(at).all() else 0.0,
        state=np.asarray(found["state"], dtype=np.int64),
        decided=_floats(found["decided"]),
        label=_floats(found["label"]),
    )


def values_of(crm: Crm, known: Known) -> Iterator[Values]:
    """Every column that may become a feature, for the leads of `known`, a few at a time."""
    batch = 16
    for start in range(0, len(crm.columns), batch):
        columns = crm.columns[start : start + batch]
        chosen = ", ".join(_selected(column) for column in columns)
        table = crm.con.sql(
            f"SELECT v.row, {chosen} FROM lead_value v WHERE v.row IN (SELECT row FROM lead) ORDER BY v.row"
        ).to_arrow_table()
        place = _places(table.column(0).to_numpy(), known.row)
        for number, column in enumerate(columns, start=1):
            yield _values(column, table.column(number), place)


def _selected(column: Column) -> str:
    name = f"v.{quote_name(column.name)}"
    return f"epoch_us({name}) / 86400e6" if column.kind == "time" else name


def _places(rows: Any, wanted: "Ints") -> "Ints":
    import numpy as np

    return np.searchsorted(np.asarray(rows, dtype=np.int64), wanted).astype(np.int64)


def _values(column: Column, array: Any, place: "Ints") -> Values:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.kind in ("number", "boolean", "time"):
        return Values(column, _floats(array.to_numpy())[place], None)
    encoded = array.combine_chunks().dictionary_encode()
    words = pa.table({"length": pc.utf8_length(encoded.dictionary), "word": encoded.dictionary})
    order = pc.sort_indices(words, sort_keys=[("length", "ascending"), ("word", "ascending")]).to_numpy()
    rank = np.full(len(order) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    codes = encoded.indices.fill_null(len(order)).to_numpy(zero_copy_only=False).astype(np.int64)
    return Values(column, None, rank[codes][place], encoded.dictionary.take(pa.array(order)))


def _floats(values: Any) -> "Floats":
    import numpy as np

    return np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)


def mapped_times(crm: Crm) -> tuple[str, ...]:
    """Columns of leads that are mapped as times, which may come at the snapshot itself."""
    leads = crm.config[LeadsSection]
    return tuple(column for column in (leads.created_at, leads.qualified_at) if column)
