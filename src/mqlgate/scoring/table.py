"""The rows of a scores table, some leads at a time. Columns and types are those of `sinks.schema`."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mqlgate import domain, handoff, labels, snapshots
from mqlgate.crm.values import lead_values
from mqlgate.explain.reasons import reasons_json
from mqlgate.features.build import build
from mqlgate.gate.disqualifiers import disqualified
from mqlgate.gate.grades import GradeBands, grade
from mqlgate.gate.settings import DisqualifierSection
from mqlgate.scoring.gates import gates_of
from mqlgate.scoring.night import SCORED_STATES, Night
from mqlgate.training.reference import group_sums, percentiles

if TYPE_CHECKING:
    import pandas as pd


def score_chunk(night: Night, leads: "pd.DataFrame") -> "pd.DataFrame":
    """The scores of some leads (`row`, `lead_id`, `state`, …), in their order, null predictions for decided ones."""
    import numpy as np
    import pandas as pd

    from mqlgate.sinks.schema import NAMES

    columns: dict[str, Any] = {name: np.full(len(leads), None, dtype=object) for name in NAMES}
    columns["lead_id"] = leads["lead_id"].to_numpy(dtype=object)
    columns["state"] = leads["state"].to_numpy(dtype=object)
    columns["scored_at"] = np.full(len(leads), night.crm.as_of, dtype="datetime64[us]")
    columns["model_version"] = np.full(len(leads), str(night.number), dtype=object)
    scored = leads["state"].isin(SCORED_STATES).to_numpy()
    if scored.any():
        for name, values in _predicted(night, leads[scored]).items():
            columns[name][scored] = values
    return pd.DataFrame(columns, columns=list(NAMES))


def _predicted(night: Night, leads: "pd.DataFrame") -> dict[str, Any]:
    import numpy as np

    crm, model = night.crm, night.model
    rows = leads["row"].to_numpy()
    crm.con.execute(
        f"""CREATE OR REPLACE TABLE snapshot_chunk AS
            SELECT * FROM snapshot WHERE row BETWEEN {int(rows.min())} AND {int(rows.max())}"""
    )
    X = build(crm, "snapshot_chunk", night.plan)
    asked = crm.con.execute("SELECT snapshot_id, row, kind, age_days FROM snapshot_chunk ORDER BY snapshot_id").df()
    at = {kind: (asked["kind"] == kind).to_numpy() for kind in (snapshots.NOW, snapshots.MQL, snapshots.PAST)}
    age = asked["age_days"].to_numpy()
    now = model.predict(X[at[snapshots.NOW]], age[at[snapshots.NOW]])
    at_mql = model.probability(X[at[snapshots.MQL]], age[at[snapshots.MQL]])
    without_news = model.probability(X[at[snapshots.PAST]], age[at[snapshots.PAST]])
    p_sql, log_odds = now["p_sql"].to_numpy(), now["log_odds"].to_numpy()
    contributions = model.contributions(X[at[snapshots.NOW]])
    p_base = model.calibration.probability(np.full(len(now), model.base_log_odds), age[at[snapshots.NOW]])
    values = lead_values(crm, rows)
    why_not = disqualified(values, night.config.many(DisqualifierSection)).to_numpy(dtype=object)
    gate = gates_of(night, values)
    told: dict[str, Any] = {
        "p_sql": p_sql,
        "p_sql_low": now["p_sql_low"].to_numpy(),
        "p_sql_high": now["p_sql_high"].to_numpy(),
        "p_sql_at_mql": at_mql,
        "score": handoff.scores(p_sql),
        "grade": grade(p_sql, GradeBands.from_dict(night.version.grades)),
        "score_trend": handoff.trends(p_sql, without_news, _is_new(night, leads)) if crm.is_dated else None,
        "passes_gate": handoff.passes(at_mql, p_sql, gate, why_not != None),  # noqa: E711 (elementwise)
        "disqualified": why_not,
        "base_log_odds": np.full(len(now), model.base_log_odds),
        "log_odds": log_odds,
        "reasons": reasons_json(
            night.plan.features,
            X[at[snapshots.NOW]],
            contributions,
            base_log_odds=model.base_log_odds,
            log_odds=log_odds,
            p_sql=p_sql,
            p_base=p_base,
            gradient=model.calibration.gradient(log_odds, age[at[snapshots.NOW]]),
        ),
        **_fit_and_intent(night, contributions),
    }
    return told


def _is_new(night: Night, leads: "pd.DataFrame") -> Any:
    """Leads that a week ago were not what they are: an MQL, or there at all."""
    week_ago = night.crm.as_of - timedelta(days=domain.TREND_DAYS)
    began = leads["qualified_seen"].where(leads["state"] != labels.STATES[0], leads["created_at"])
    return (began > week_ago).to_numpy()


def _fit_and_intent(night: Night, contributions: Any) -> dict[str, Any]:
    groups = [feature.group for feature in night.plan.features]
    sums = group_sums(contributions, groups)
    told: dict[str, Any] = {
        f"{group}_score": percentiles(sums[group], night.version.reference, group)
        for group in sums
        if group in night.version.reference
    }
    if len(told) == len(("fit", "intent")):
        told["quadrant"] = handoff.quadrants(told["fit_score"], told["intent_score"])
    return told
