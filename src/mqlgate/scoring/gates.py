"""Which gate a lead has to reach: the signed one, else its segment's, else the global one; NaN where none is met."""

from typing import TYPE_CHECKING, Any

from mqlgate.gate.gate_report import GateReport
from mqlgate.gate.settings import GateSection
from mqlgate.scoring.night import Night

if TYPE_CHECKING:
    import pandas as pd


def gates_of(night: Night, values: "pd.DataFrame") -> Any:
    """The gate of each lead, as a float array; `values` are the leads' columns."""
    import numpy as np

    signed = night.config[GateSection].in_force
    if signed is not None:
        return np.full(len(values), signed)
    if not night.version.gate:
        return np.full(len(values), np.nan)
    report = GateReport.from_dict(dict(night.version.gate))
    gates = np.full(len(values), report.gate if report.met else np.nan)
    for segment in report.segments:
        if not (segment.own and segment.gate is not None and set(segment.values) <= set(values.columns)):
            continue
        inside = np.ones(len(values), dtype=bool)
        for column, value in segment.values.items():
            inside &= (values[column].astype("string").str.strip() == value).fillna(False).to_numpy(dtype=bool)
        gates[inside] = segment.gate
    return gates
