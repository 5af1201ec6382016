"""What a run shows in MLflow: the gate, the reliability diagram and the out-of-time losses, as data and as pages.

Never a figure that the reports do not hold.
"""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mqlgate.gate.gate_report import GateReport
    from mqlgate.model.fitting import Fitted


def run_plots(fitted: "Fitted", report: "GateReport | None") -> dict[str, str | bytes]:
    """Artifact path to content: `gate.json`, `gate.html`, `reliability.json`, `candidates.json`."""
    from mqlgate.model.reliability import reliability
    from mqlgate.report.gate_page import render

    told = fitted.report
    tested = told.out_of_time[told.out_of_time["fold"] > 0]
    tested = tested[tested["age_days"] == 0]
    shown: dict[str, str | bytes] = {"candidates.json": json.dumps(told.candidates, indent=1)}
    bins = reliability(tested["p_sql_then"].to_numpy(), tested["label"].to_numpy())
    shown["reliability.json"] = json.dumps([asdict(found) for found in bins], indent=1)
    if report is not None:
        shown["gate.json"] = report.to_json()
        shown["gate.html"] = render(report)
    return shown
