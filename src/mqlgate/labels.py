"""What became of a lead, as known at a moment: state, label, maturity. Never looks at features.

A lead is mature once its horizon has passed, whatever became of it. Being resolved early is not being mature:
rejections come in days and acceptances in weeks, so 'resolved leads only' would bias every rate.
"""

from datetime import datetime

from mqlgate.crm import Crm
from mqlgate.errors import InputError
from mqlgate.tables.settings import OutcomesSection

STATES = ("not_mql", "open", "accepted", "rejected", "expired")

_ORDER = "coalesce(CAST(epoch_us(l.qualified_at) AS DOUBLE), l.order_key, CAST(l.row AS DOUBLE))"
_NOT_YET_AN_MQL = "coalesce(l.qualified_seen > $as_of, TRUE)"
# Where no creation is mapped, a lead is known to exist from its qualification on.
_PRESENT = "coalesce(coalesce(l.created_at, l.qualified_at) <= $as_of, TRUE)"


def build(crm: Crm, as_of: datetime, table: str = "label") -> None:
    """Make the table `label`: one row per lead, as known at `as_of`.

    Columns: `row`, `lead_id`, `state` (one of STATES), `label` (1: accepted within the horizon of becoming an MQL,
    bounds included; 0: not, once mature, or rejected so far; NULL: censored or not an MQL), `mature`, `present` (the
    lead exists at `as_of`), `accepted_at` (the first acceptance within the horizon), `decided_seen` (when a first
    decision became known), `known_at` (when the label is certain: the end of the horizon), `at` (order in time:
    microseconds of the qualification, else the order column, else the row's number).

    Raises
    ------
    InputError
        Where outcomes have times but leads have none, so that no horizon can be counted.
    """
    if crm.has_target_column:
        _from_target(crm, as_of, table)
        return
    if not crm.is_dated and crm.config.optional(OutcomesSection) is not None:
        raise InputError(
            f"{crm.config.where}, [leads]",
            "outcomes have times but leads have none, so no horizon can be counted",
            "qualified_at (or created_at) to name the column that says when a lead became an MQL",
        )
    _from_outcomes(crm, as_of, table)


def _from_target(crm: Crm, as_of: datetime, table: str) -> None:
    """A lead with a value is mature, one without is censored; before it became an MQL a value was not known."""
    not_mql = _NOT_YET_AN_MQL if crm.is_dated else "FALSE"
    target = "CASE WHEN l.qualified_seen > $as_of THEN NULL ELSE l.target END"
    crm.con.execute(
        f"""CREATE OR REPLACE TABLE {table} AS
            SELECT l.row, l.lead_id,
                   CASE WHEN ({target}) = 1 THEN 'accepted' WHEN ({target}) = 0 THEN 'rejected'
                        WHEN {not_mql} THEN 'not_mql' ELSE 'open' END AS state,
                   {target} AS label, ({target}) IS NOT NULL AS mature, {_PRESENT} AS present,
                   CAST(NULL AS TIMESTAMP) AS accepted_at, CAST(NULL AS TIMESTAMP) AS decided_seen,
                   {_ORDER} AS known_at, {_ORDER} AS "at"
            FROM lead l ORDER BY l.row""",
        {"as_of": as_of},
    )


def _from_outcomes(crm: Crm, as_of: datetime, table: str) -> None:
    """An acceptance counts within the horizon; a rejection of a life before the lead became an MQL counts not."""
    end = f"l.qualified_at + to_microseconds({round(crm.horizon_days * 86_400_000_000)})"
    rejects = "(o.rejected AND (l.qualified_at IS NULL OR o.at_end >= l.qualified_at))"
    crm.con.execute(
        f"""CREATE OR REPLACE TABLE {table} AS
            WITH known AS (SELECT * FROM outcome o WHERE o.seen <= $as_of AND o.at <= $as_of),
            fact AS (
                SELECT l.row,
                       min(o.at) FILTER (o.accepted AND o.at_end >= l.qualified_at AND o.at <= {end}) AS accepted_at,
                       bool_or(o.accepted) AS ever_accepted,
                       bool_or({rejects}) AS ever_rejected,
                       min(o.seen) FILTER (o.accepted OR {rejects}) AS decided_seen
                FROM lead l JOIN known o ON o.lead_id = l.lead_id GROUP BY l.row)
            SELECT l.row, l.lead_id,
                   CASE WHEN f.ever_accepted THEN 'accepted' WHEN f.ever_rejected THEN 'rejected'
                        WHEN {_NOT_YET_AN_MQL} THEN 'not_mql'
                        WHEN {end} < $as_of THEN 'expired' ELSE 'open' END AS state,
                   CAST(CASE WHEN {_NOT_YET_AN_MQL} THEN NULL
                             WHEN f.accepted_at IS NOT NULL THEN 1
                             WHEN {end} <= $as_of OR f.ever_rejected THEN 0 END AS TINYINT) AS label,
                   coalesce(l.qualified_seen <= $as_of AND {end} <= $as_of, FALSE) AS mature,
                   {_PRESENT} AS present,
                   f.accepted_at, f.decided_seen, CAST(epoch_us({end}) AS DOUBLE) AS known_at, {_ORDER} AS "at"
            FROM lead l LEFT JOIN fact f USING (row) ORDER BY l.row""",
        {"as_of": as_of},
    )
