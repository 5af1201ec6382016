"""Canonical tables written by hand, so that a feature's test controls every clock to the microsecond. Never reads a
file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from mqlgate.crm.records import Column
from mqlgate.features.build import build
from mqlgate.features.catalogue import FeaturePlan, plan
from mqlgate.features.settings import FeaturesSection

T0 = datetime(2026, 3, 2, 12)
"""A Monday noon: the moment of most snapshots."""
MICROSECOND = timedelta(microseconds=1)
_SQL_TYPE = {"number": "DOUBLE", "boolean": "DOUBLE", "time": "TIMESTAMP", "category": "VARCHAR", "text": "VARCHAR"}
_ARROW = {
    "BIGINT": pa.int64(),
    "TINYINT": pa.int8(),
    "BOOLEAN": pa.bool_(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
}
TIERS = {"pricing_view": "high", "demo_request": "high", "webinar": "medium", "download": "medium"}


def ago(days: float = 0, **other: float) -> datetime:
    """So long before T0."""
    return T0 - timedelta(days=days, **other)


def tables(
    leads: Sequence[Mapping[str, Any]],
    columns: Sequence[tuple[Any, ...]] = (),
    activity: Iterable[tuple[Any, ...]] = (),
    history: Iterable[tuple[Any, ...]] = (),
    outcome: Iterable[tuple[Any, ...]] = (),
    snapshots: Iterable[tuple[Any, ...]] | None = None,
    roles: Mapping[str, str] | None = None,
    features: Mapping[str, Any] | None = None,
    as_of: datetime = T0,
    settings: Mapping[str, Any] | None = None,
) -> SimpleNamespace:
    """A CRM, with a table `snapshot`.

    Parameters
    ----------
    leads
        `{"lead_id": …, "created_at": …, "qualified_at": …, "account": …}` and values of `columns`; only the id is
        needed.
    columns
        (name, kind[, group[, source]]).
    activity
        (lead, type, at[, seen[, party]]); the tier follows from the type.
    history
        (lead, field, value, old, at[, seen]).
    outcome
        (lead, verdicts, at[, seen]), the verdicts a set of accepted, rejected, won, touched.
    snapshots
        (lead, moment[, seen_until]); without them every lead at T0.
    settings
        DuckDB settings, such as `{"threads": 2}`.
    """
    con = duckdb.connect()
    for name, value in (settings or {"threads": 1}).items():
        con.execute(f"SET {name} = {value!r}")
    typed = [(c[0], c[1], *(c[2:] or ("fit",))) for c in columns]
    con.execute(
        """CREATE TABLE lead (row BIGINT, lead_id VARCHAR, created_at TIMESTAMP, qualified_at TIMESTAMP,
           qualified_seen TIMESTAMP, account VARCHAR, order_key DOUBLE, target TINYINT);
           CREATE TABLE activity (row BIGINT, lead_id VARCHAR, type VARCHAR, "at" TIMESTAMP, seen TIMESTAMP,
           tier VARCHAR, party VARCHAR);
           CREATE TABLE history (row BIGINT, lead_id VARCHAR, field VARCHAR, value VARCHAR, old VARCHAR, "at" TIMESTAMP,
           seen TIMESTAMP);
           CREATE TABLE outcome (row BIGINT, lead_id VARCHAR, accepted BOOLEAN, rejected BOOLEAN, won BOOLEAN,
           touched BOOLEAN, "at" TIMESTAMP, seen TIMESTAMP);
           CREATE TABLE snapshot (snapshot_id BIGINT, row BIGINT, lead_id VARCHAR, moment TIMESTAMP,
           seen_until TIMESTAMP, qualified_at TIMESTAMP, age_days DOUBLE)"""
    )
    named = "".join(f', "{name}" {_SQL_TYPE[kind]}' for name, kind, *_ in typed)
    con.execute(f"CREATE TABLE lead_value (row BIGINT{named})")
    _insert(
        con,
        "lead",
        [
            (
                lead.get("row", i),
                lead["lead_id"],
                lead.get("created_at"),
                lead.get("qualified_at"),
                lead.get("qualified_at"),
            )
            + (lead.get("account"), None, None)
            for i, lead in enumerate(leads)
        ],
    )
    _insert(con, "lead_value", [(lead.get("row", i), *(lead.get(c[0]) for c in typed)) for i, lead in enumerate(leads)])
    _insert(
        con,
        "activity",
        [
            (i, a[0], a[1], a[2], a[3] if len(a) > 3 else a[2], TIERS.get(a[1], "low"), a[4] if len(a) > 4 else "first")
            for i, a in enumerate(activity)
        ],
    )
    _insert(con, "history", [(i, *h[:5], h[5] if len(h) > 5 else h[4]) for i, h in enumerate(history)])
    verdicts = ("accepted", "rejected", "won", "touched")
    _insert(
        con,
        "outcome",
        [(i, o[0], *(v in o[1] for v in verdicts), o[2], o[3] if len(o) > 3 else o[2]) for i, o in enumerate(outcome)],
    )
    rows = {lead["lead_id"]: (lead.get("row", i), lead) for i, lead in enumerate(leads)}
    asked = [(lead["lead_id"], T0) for lead in leads] if snapshots is None else list(snapshots)
    made = []
    for number, (lead_id, moment, *rest) in enumerate(asked):
        row, lead = rows[lead_id]
        qualified = lead.get("qualified_at")
        if qualified is None or qualified > (rest[0] if rest else moment):
            qualified = moment
        made.append(
            (
                number,
                row,
                lead_id,
                moment,
                rest[0] if rest else moment,
                qualified,
                max(0.0, (moment - qualified) / timedelta(days=1)),
            )
        )
    _insert(con, "snapshot", made)
    return SimpleNamespace(
        con=con,
        columns=tuple(
            Column(name, kind, group[0], group[1] if len(group) > 1 else "leads", name.replace("_", " "))
            for name, kind, *group in typed
        ),
        roles=dict(roles or {}),
        as_of=as_of,
        config={FeaturesSection: FeaturesSection(**{"undo_history": False, **(features or {})})},
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    described = con.execute(
        "SELECT data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
    )
    kinds = [_ARROW[kind] for (kind,) in described.fetchall()]
    filled = pa.table(
        [pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)],
        [f"c{i}" for i in range(len(kinds))],
    )
    con.register("filled", filled)
    con.execute(f"INSERT INTO {table} SELECT * FROM filled")
    con.unregister("filled")


def features_of(crm: SimpleNamespace, of: FeaturePlan | None = None) -> pd.DataFrame:
    """The features of the table `snapshot`, planned by the CRM itself unless a plan is given."""
    return build(crm, "snapshot", of or plan(crm))


def one(crm: SimpleNamespace, of: FeaturePlan | None = None) -> dict[str, Any]:
    """The features of the only, or the first, snapshot; missing ones as None."""
    row = features_of(crm, of).iloc[0]
    return {name: None if value != value else value for name, value in row.items()}


def same_bytes(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Whether two tables of features are equal to the byte, NaN to NaN."""
    if list(left.columns) != list(right.columns) or list(left.index) != list(right.index):
        return False
    return all(
        left[name].to_numpy().tobytes() == right[name].to_numpy().tobytes()
        if left[name].dtype == "float64"
        else list(left[name]) == list(right[name]) and left[name].dtype == right[name].dtype
        for name in left.columns
    )
