"""What a run shows in MLflow: charts as data (Vega-Lite) and as pictures. Never a figure that the report does not hold."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mqlgate.gate.gate_report import GateReport
    from mqlgate.model.fitting import Fitted


def run_plots(fitted: "Fitted", report: "GateReport") -> dict[str, str | bytes]:
    """Artifact path to content: reliability diagram and the gate's page."""
    return {}
