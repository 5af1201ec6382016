"""Which gate a lead has to reach: the signed one, else its segment's, else the global one; NaN where none is met."""

from typing import TYPE_CHECKING, Any

from mqlgate.gate.settings import GateSection
from mqlgate.scoring.night import Night

if TYPE_CHECKING:
    import pandas as pd


def gates_of(night: Night, values: "pd.DataFrame") -> Any:
    """The gate of each lead, as a float array; `values` are the leads' columns."""
    import numpy as np

    from mqlgate.gate.recommendation import GateReport

    section = night.config[GateSection]
    if section.in_force is not None:
        return np.full(len(values), section.in_force)
    return GateReport.from_json(dict(night.version.gate)).gates_of(values)
