"""The rows that a model is trained on: snapshots of mature leads, their features, labels and order in time.

Never fits anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mqlgate import domain, labels, snapshots
from mqlgate.contract.recording import outcomes_begin
from mqlgate.crm import Crm
from mqlgate.errors import AnswerIsNo, InputError
from mqlgate.features.build import build
from mqlgate.features.catalogue import FeaturePlan, plan
from mqlgate.tables.settings import OutcomesSection

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cohort:
    """Snapshots of mature leads.

    Attributes
    ----------
    X
        Features, one row a snapshot, indexed by `snapshot_id`.
    rows
        Beside them: `row`, `lead_id`, `kind`, `moment`, `qualified_at`, `age_days`, `label`, `at`, `known_at`.
    mature, censored, used
        Leads: whose horizon has passed; of whom nothing can be said yet; that are trained on.
    since
        The qualification before which outcomes were not recorded; None where they always were.
    """

    plan: FeaturePlan
    X: "pd.DataFrame"
    rows: "pd.DataFrame"
    mature: int
    censored: int
    used: int
    since: datetime | None


def gather(crm: Crm, as_of: datetime, ages: Sequence[float], known_plan: FeaturePlan | None = None) -> Cohort:
    """Snapshots, features and labels of the leads that are mature at `as_of`.

    Parameters
    ----------
    ages
        Days since qualification at which leads that were still open are looked at as well.
    known_plan
        The plan of an earlier version; None lets the data decide.

    Raises
    ------
    InputError
        Where there are no outcomes at all.
    AnswerIsNo
        Where there are too few positives or negatives.
    """
    _need_outcomes(crm)
    labels.build(crm, as_of)
    since = outcomes_begin(crm, as_of) if crm.is_dated and not crm.has_target_column else None
    snapshots.for_training(crm, as_of, ages, since)
    mature, censored = _counts(crm)
    rows = crm.con.execute(
        """SELECT s.snapshot_id, s.row, s.lead_id, s.kind, s.moment, s.qualified_at, s.age_days,
                  k.label, k."at", k.known_at
           FROM snapshot s JOIN label k USING (row) ORDER BY s.snapshot_id"""
    ).df()
    at_mql = rows[rows["kind"] == snapshots.MQL]
    refuse_too_few(int(at_mql["label"].sum()), int((at_mql["label"] == 0).sum()))
    features = known_plan or plan(crm, as_of=as_of, snapshots="snapshot")
    X = build(crm, "snapshot", features)
    return Cohort(features, X, rows.set_index("snapshot_id"), mature, censored, len(at_mql), since)


def refuse_too_few(positives: int, negatives: int) -> None:
    """Stop where there is too little to learn from, and say how much is missing."""
    missing = [
        f"{least - found:,} more {words}"
        for found, least, words in (
            (positives, domain.MIN_POSITIVES, "accepted leads"),
            (negatives, domain.MIN_NEGATIVES, "leads that were not accepted"),
        )
        if found < least
    ]
    if missing:
        raise AnswerIsNo(
            f"Too little to learn from: among mature leads {positives:,} were accepted and {negatives:,} were not. "
            f"Needed: {' and '.join(missing)}. Nothing was registered."
        )


def _need_outcomes(crm: Crm) -> None:
    section = crm.config.optional(OutcomesSection)
    if section is None:
        raise InputError(
            crm.config.where,
            "there is no section [outcomes], so there is nothing to learn from",
            "[outcomes] with a table of what sales did, or with the leads' own target column",
        )
    if section.column:
        crm.raw["leads"].need(section.column, "[outcomes] column")
    if crm.raw["leads"].rows == 0:
        raise InputError(crm.raw["leads"].where, "there are no rows", "one row for each lead")


def _counts(crm: Crm) -> tuple[int, int]:
    counted = crm.con.execute(
        "SELECT count(*) FILTER (mature), count(*) FILTER (NOT mature AND state <> 'not_mql') FROM label WHERE present"
    ).fetchone()
    mature, censored = counted or (0, 0)
    return int(mature), int(censored)
