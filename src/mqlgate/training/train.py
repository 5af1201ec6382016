"""`train`: check, snapshots, fit, gate, and a version in the registry. The one place where training's parts meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mqlgate import crm as crms
from mqlgate import snapshots
from mqlgate.config import Config, named_columns
from mqlgate.contract.check import check
from mqlgate.contract.finding import Checked
from mqlgate.crm import Crm
from mqlgate.crm.values import lead_values
from mqlgate.errors import AnswerIsNo, InputError, quoted
from mqlgate.gate.disqualifiers import disqualified
from mqlgate.gate.settings import DisqualifierSection, GateSection
from mqlgate.model.settings import TrainSection
from mqlgate.progress import Step, silent
from mqlgate.registry.settings import TrackingSection
from mqlgate.training.card import model_card
from mqlgate.training.challenge import Duel, duel
from mqlgate.training.cohort import Cohort, gather
from mqlgate.training.reference import reference_of
from mqlgate.version import Recipe, RecipeColumn, RecipeFeature, Version

if TYPE_CHECKING:
    import pandas as pd

    from mqlgate.gate.gate_report import GateReport
    from mqlgate.model.fitting import Fitted
    from mqlgate.registry.versions import Registry


@dataclass(frozen=True)
class Training:
    """What a training gave."""

    version: int
    champion: bool
    signal: bool
    log_loss: float | None
    base_log_loss: float | None
    slope: float | None
    intercept: float | None
    mature: int
    censored: int
    used: int
    validation: str
    gate: float | None
    gate_met: bool
    duel: Duel | None = None

    def to_json(self) -> dict[str, Any]:
        """As `train --json` prints it."""
        return {
            "version": self.version,
            "champion": self.champion,
            "signal": self.signal,
            "log_loss": self.log_loss,
            "base_log_loss": self.base_log_loss,
            "calibration": {"slope": self.slope, "intercept": self.intercept},
            "rows": {"mature": self.mature, "censored": self.censored, "used": self.used},
            "validation": self.validation,
            "gate": self.gate,
            "gate_met": self.gate_met,
            "challenge": self.duel.to_json() if self.duel else None,
        }

    def words(self) -> str:
        """As `train` prints it."""
        role = "champion" if self.champion else "challenger"
        lines = [
            f"Version {self.version} ({role}) learned from {self.used:,} leads; "
            f"{self.mature:,} are mature, {self.censored:,} censored.",
        ]
        if self.signal:
            lines.append(
                f"Log loss out of time: {self.log_loss:.4f}, where the base rate has {self.base_log_loss:.4f}."
            )
        else:
            lines.append(
                "There is no signal: nothing beats the base rate beyond noise, so the base rate was registered "
                f"(log loss {self.base_log_loss:.4f})."
            )
        if self.slope is not None and self.intercept is not None:
            lines.append(f"Calibration: slope {self.slope:.2f}, intercept {self.intercept:+.2f} (1 and 0 are perfect).")
        if self.validation == "forward":
            lines.append(
                "The history is short against the horizon, so these figures rest on labels that became known later: "
                "take them as a little too good."
            )
        if self.duel:
            lines.append(self.duel.words())
        return "\n".join(lines)


def train(
    config: Config,
    *,
    now: datetime,
    as_of: datetime | None = None,
    promote: bool = False,
    frames: "Mapping[str, pd.DataFrame] | None" = None,
    step: Step = silent,
) -> Training:
    """Train a version and register it; the first becomes champion, later ones are challengers.

    Raises
    ------
    InputError
        Where tables or configuration are at fault.
    AnswerIsNo
        Where `check` finds an error or there is too little to learn from; nothing is registered.
    """
    from mqlgate.gate.recommendation import recommend
    from mqlgate.model.fitting import fit_conversion
    from mqlgate.registry.versions import Registry

    settings = config[TrainSection]
    step("reading the tables")
    crm = crms.load(config, now=now, as_of=as_of, frames=frames)
    step("checking them")
    stop_at_errors(check(crm))
    step("taking snapshots and building features")
    cohort = gather(crm, crm.as_of, settings.landmark_ages_days)
    step("fitting and judging on past folds")
    rows = cohort.rows
    fitted = fit_conversion(
        cohort.X,
        rows["label"],
        at=rows["at"],
        known_at=rows["known_at"],
        lead=rows["row"],
        age_days=rows["age_days"],
        settings=settings,
        seed=settings.seed,
        horizon_days=crm.closing_days,
    )
    step("choosing a gate")
    judged = gate_cohort(crm, cohort, fitted.report.out_of_time, config)
    registry = Registry(config[TrackingSection], config.directory)
    report = (
        recommend(judged, config[GateSection], crm.as_of, str(_next_number(registry)))
        if judged["label"].notna().any()
        else None
    )
    version = _version(crm, cohort, fitted, report, judged, settings)
    step("comparing with the champion")
    result = (
        duel(registry, crm, cohort, fitted.report.hyperparameters, settings)
        if registry.champion() is not None
        else None
    )
    step("registering the version")
    number = registry.log_version(version, *_logged(fitted, cohort, report, settings, config))
    if promote and result is not None and result.won:
        registry.promote(number)
    metrics = fitted.report.metrics
    return Training(
        version=number,
        champion=registry.champion() == number,
        signal=fitted.report.signal,
        log_loss=_finite(fitted.report.log_loss),
        base_log_loss=_finite(fitted.report.base_log_loss),
        slope=_finite(metrics.slope) if fitted.report.signal else None,
        intercept=_finite(metrics.intercept) if fitted.report.signal else None,
        mature=cohort.mature,
        censored=cohort.censored,
        used=cohort.used,
        validation=fitted.report.validation,
        gate=report.gate if report else None,
        gate_met=report.met if report else False,
        duel=result,
    )


def stop_at_errors(checked: Checked, nothing: str = "Nothing was registered") -> None:
    """Training and gates stop at any error among the findings.

    Raises
    ------
    AnswerIsNo
        With the errors' own words.
    """
    if not checked.passed:
        told = "\n\n".join(finding.words() for finding in checked.errors)
        raise AnswerIsNo(f"{told}\n\n{nothing}. `mqlgate check` shows all findings.")


def gate_cohort(crm: Crm, cohort: Cohort, out_of_time: "pd.DataFrame", config: Config) -> "pd.DataFrame":
    """One row for each mature lead that a fold tested: what a gate is chosen on.

    Columns: `lead_id`, `qualified_at` (where leads are dated), `p_sql` (out of time, at the MQL snapshot), `log_odds`,
    `label`, `fold`, `disqualified` (a reason or None), and the segments' columns.
    """
    rows = cohort.rows.assign(p_sql=out_of_time["p_sql"], fold=out_of_time["fold"], log_odds=out_of_time["log_odds"])
    rows = rows[(rows["kind"] == snapshots.MQL) & (rows["fold"] > 0)]
    values = lead_values(crm, rows["row"].to_numpy())
    dated = ["qualified_at"] if crm.is_dated else []
    chosen = rows[["lead_id", *dated, "p_sql", "log_odds", "label", "fold"]].reset_index(drop=True)
    chosen["disqualified"] = disqualified(values, config.many(DisqualifierSection)).to_numpy()
    for segment in config[GateSection].segments:
        if segment not in values.columns:
            raise InputError(
                f"{config.where}, [gate] segments",
                f"the leads have no column {quoted(segment)}",
                named_columns(list(values.columns), segment),
            )
        chosen[segment] = values[segment].to_numpy()
    return chosen


def _version(
    crm: Crm,
    cohort: Cohort,
    fitted: "Fitted",
    report: "GateReport | None",
    judged: "pd.DataFrame",
    settings: TrainSection,
) -> Version:
    from mqlgate import __version__
    from mqlgate.gate.grades import grade_bands

    features = cohort.plan.features
    groups = [feature.group for feature in features]
    recipe = Recipe(
        features=tuple(RecipeFeature(f.name, f.kind, f.source, f.group, f.unit, f.words) for f in features),
        columns=tuple(RecipeColumn(c.name, c.kind, c.group, c.source, c.words) for c in crm.columns),
        plan=cohort.plan.to_json(),
        horizon_days=crm.horizon_days,
        seed=settings.seed,
        as_of=crm.as_of,
        code_version=__version__,
        landmarks=(0.0, *settings.landmark_ages_days),
        hyperparameters=fitted.report.hyperparameters,
        signal=fitted.report.signal,
        rows={"mature": cohort.mature, "censored": cohort.censored, "used": cohort.used},
        data=crm.fingerprint(),
        configuration=crm.config.fingerprint,
    )
    return Version(
        recipe=recipe,
        model_files=fitted.model.to_files(),
        gate=report.to_dict() if report else {},
        grades=(report.grades if report else grade_bands(float(cohort.rows["label"].mean()), [])).to_dict(),
        reference=reference_of(fitted.model.contributions(cohort.X), groups),
        out_of_time=judged,
        model_card=model_card(crm, cohort, fitted, report),
    )


def _logged(
    fitted: "Fitted", cohort: Cohort, report: "GateReport | None", settings: TrainSection, config: Config
) -> tuple[dict[str, object], dict[str, float | None], dict[str, str], dict[str, str | bytes]]:
    """Parameters, metrics, tags and artifacts of the run."""
    from mqlgate.training.plots import run_plots

    told = fitted.report
    params: dict[str, object] = {
        **{f"train.{key}": value for key, value in settings.model_dump().items()},
        **{f"model.{key}": value for key, value in told.hyperparameters.items()},
        "features": len(cohort.plan.names),
        "validation": told.validation,
        "outcomes_since": cohort.since,
    }
    metrics: dict[str, float | None] = {
        "log_loss": told.log_loss,
        "base_log_loss": told.base_log_loss,
        "brier": told.metrics.brier,
        "auc": told.metrics.auc,
        "calibration_slope": told.metrics.slope,
        "calibration_intercept": told.metrics.intercept,
        "rows_mature": float(cohort.mature),
        "rows_censored": float(cohort.censored),
        "rows_used": float(cohort.used),
        "gate": report.gate if report else None,
        "gate_expected_sql_rate": report.expected_sql_rate if report else None,
    }
    tags = {"signal": str(told.signal).lower(), "configuration": config.fingerprint}
    artifacts = run_plots(fitted, report)
    return params, metrics, tags, artifacts


def _finite(value: float) -> float | None:
    import math

    return value if math.isfinite(value) else None


def _next_number(registry: "Registry") -> int:
    """The number that the registry will give to the next version."""
    return max((found.number for found in registry.versions()), default=0) + 1
