"""The model card of a version: what it learned from, how good it is, what would make it wrong. Computes no figure."""

from typing import TYPE_CHECKING

from mqlgate.crm import Crm
from mqlgate.training.cohort import Cohort

if TYPE_CHECKING:
    from mqlgate.gate.gate_report import GateReport
    from mqlgate.model.fitting import Fitted
    from mqlgate.model.losses import Metrics

_STRONGEST = 15


def model_card(crm: Crm, cohort: Cohort, fitted: "Fitted", report: "GateReport | None") -> str:
    """Markdown, in the order of Mitchell et al. (2019), Model Cards for Model Reporting."""
    told = fitted.report
    lines = [
        "# Model card",
        "",
        f"P(SQL): the probability that sales accepts a lead within {crm.horizon_days:g} days of its becoming an MQL.",
        "",
        "## Data",
        f"- As of {crm.as_of:%Y-%m-%d %H:%M} UTC: {cohort.mature:,} mature leads, "
        f"{cohort.censored:,} whose horizon has not passed.",
        f"- Trained on {cohort.used:,} leads ({told.positives:,} accepted) in {told.rows:,} snapshots, "
        f"{len(cohort.plan.names)} features.",
        f"- Outcomes count from {cohort.since:%Y-%m-%d} on: none were recorded before."
        if cohort.since
        else "- Outcomes were recorded throughout.",
        "",
        "## Model",
        f"- {'Gradient-boosted trees (LightGBM)' if told.signal else 'The base rate: nothing beats it beyond noise'}.",
        *(f"- {key}: {value}" for key, value in told.hyperparameters.items()),
        "",
        "## Out of time",
        _validation(told.validation),
        "",
        "| | leads | accepted | log loss | Brier | AUC | slope | intercept |",
        "|---|---|---|---|---|---|---|---|",
        _row("model", told.metrics),
        _row("base rate", told.base_metrics),
        *(_row(f"model, age {age:g} days", found) for age, found in told.by_age.items()),
        *(_row(f"model, fold {number}", found) for number, found in told.by_fold.items()),
        "",
        "## Gate",
        _gate(report),
        "",
        "## What moves it",
        *_strongest(cohort, fitted),
        "",
        "## Limits",
        "- It holds for leads like those that it learned from; a change of offer, form or sales team voids it.",
        "- A reason says what moved the probability, not what causes a sale.",
        "- Its interval speaks of the fit's uncertainty, not of the market's.",
    ]
    return "\n".join(lines) + "\n"


def _gate(report: "GateReport | None") -> str:
    if report is None:
        return "- None: no lead was predicted out of time."
    rates = f"{_percent(report.expected_sql_rate)} (lower bound {_percent(report.lower_bound)})"
    return f"- {report.objective}: {report.gate:.4f}, {'met' if report.met else 'not met'}; SQL rate above it {rates}."


def _validation(kind: str) -> str:
    return {
        "rolling": "Each figure is of leads that came after the moment of fitting, with labels known at that moment.",
        "forward": "The history is short against the horizon: models were fitted on earlier leads with labels that "
        "became known later, so take these figures as a little too good.",
    }.get(kind, "Too few leads for any fold: nothing is known out of time.")


def _row(name: str, found: "Metrics") -> str:
    figures = (found.log_loss, found.brier, found.auc, found.slope, found.intercept)
    counts = f"{found.rows:,} | {found.positives:,}"
    return (
        f"| {name} | {counts} | " + " | ".join(f"{figure:.4f}" if figure == figure else "" for figure in figures) + " |"
    )


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.1%}"


def _strongest(cohort: Cohort, fitted: "Fitted") -> list[str]:
    """Columns by the mean size of their contributions among training snapshots."""
    import numpy as np

    size = np.abs(fitted.model.contributions(cohort.X)).mean(axis=0)
    total: dict[str, float] = {}
    for feature, amount in zip(cohort.plan.features, size, strict=True):
        total[feature.source] = total.get(feature.source, 0.0) + float(amount)
    ranked = sorted((item for item in total.items() if item[1] > 0), key=lambda item: (-item[1], item[0]))
    return [f"- {source}: {amount:.3f}" for source, amount in ranked[:_STRONGEST]] or ["- Nothing: it is a constant."]
