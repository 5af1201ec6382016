"""Lead columns as a DataFrame, for rules and segments that look at values. Never computes a feature."""

from typing import TYPE_CHECKING, Any

from mqlgate.crm.records import Crm

if TYPE_CHECKING:
    import pandas as pd


def lead_values(crm: Crm, rows: Any) -> "pd.DataFrame":
    """The columns of `lead_value` of the given rows of `lead`, in their order."""
    import pandas as pd

    crm.con.register("wanted_rows", pd.DataFrame({"row": rows, "place": range(len(rows))}))
    values = crm.con.execute("SELECT v.* FROM wanted_rows w JOIN lead_value v USING (row) ORDER BY w.place").df()
    crm.con.unregister("wanted_rows")
    return values.drop(columns="row")
