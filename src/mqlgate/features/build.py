"""Features of snapshots as a table: one SQL statement a family, never one a feature. The plan decides which."""

from typing import TYPE_CHECKING

from mqlgate.features.catalogue import FAMILIES, FeaturePlan
from mqlgate.features.dialect import Dialect
from mqlgate.features.engine_duckdb import DuckDB
from mqlgate.features.feature import Feature
from mqlgate.tables.names import quote_name

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mqlgate.crm.records import Crm


def build(crm: "Crm | DuckDBPyConnection", snapshots: str, plan: FeaturePlan) -> "pd.DataFrame":
    """The features of every snapshot of a table.

    A snapshot sees what was seen by its `seen_until`; ages and windows count back from its `moment`.

    Parameters
    ----------
    crm
        The CRM, or the connection that holds its canonical tables.
    snapshots
        Name of a table or view `snapshot(snapshot_id, row, lead_id, moment, seen_until, qualified_at, age_days)`.

    Returns
    -------
    One row a snapshot, indexed by `snapshot_id` in rising order; one column a feature in the plan's order: float64
    (NaN where missing) for numbers, object (str, None where missing) for categories. The same bytes whatever the
    order of rows, the number of threads or the memory limit.
    """
    import numpy as np
    import pandas as pd

    con = _connection(crm)
    ids = np.sort(_fetched(con, f"SELECT snapshot_id FROM {quote_name(snapshots)}")["snapshot_id"])
    columns: dict[str, np.ndarray] = {}
    for features, sql in statements(plan, snapshots, DuckDB()):
        table = _fetched(con, sql)
        order = np.argsort(table["snapshot_id"])
        for i, feature in enumerate(features):
            columns[feature.name] = _values(table.pop(f"f{i}"), feature)[order]
    index = pd.Index(ids, name="snapshot_id")
    # A dtype is named, since pandas would take an object array of texts for its own `str`.
    made = {name: pd.Series(columns[name], index, dtype=columns[name].dtype, copy=False) for name in plan.names}
    return pd.DataFrame(made, index=index)


def statements(plan: FeaturePlan, snapshots: str, dialect: Dialect) -> list[tuple[list[Feature], str]]:
    """Each family's features and the one statement that computes them, as columns `snapshot_id`, f0, f1, …."""
    features = plan.made_for(dialect)
    made = []
    for family in FAMILIES:
        wanted = [feature for feature in features if feature.family == family.name]
        if wanted:
            made.append((wanted, family.statement(quote_name(snapshots), wanted, plan.scope, dialect)))
    return made


def _connection(crm: "Crm | DuckDBPyConnection") -> "DuckDBPyConnection":
    return getattr(crm, "con", crm)  # type: ignore[arg-type] # a CRM has one, a connection is one


def _fetched(con: "DuckDBPyConnection", sql: str) -> "dict[str, np.ndarray]":
    return con.execute(sql).fetchnumpy()  # type: ignore[return-value] # never Categorical: no enums are selected


def _values(fetched: "np.ndarray", feature: Feature) -> "np.ndarray":
    """A column as it was fetched, masked where missing, in the type of its kind."""
    import numpy as np

    if feature.kind == "number":
        return np.ma.filled(np.ma.asarray(fetched, dtype=np.float64), np.nan)
    values = np.asarray(np.ma.getdata(fetched), dtype=object).copy()
    values[np.ma.getmaskarray(fetched)] = None
    return values
