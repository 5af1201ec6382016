"""Fields of [history] that change with the outcome and not before. Never looks at their values."""

from dataclasses import dataclass

from mqlgate.crm import Crm

_MIN_LEADS = 20
_WITH_IT = 0.5
_NOT_BEFORE = 0.9


@dataclass(frozen=True)
class ChangedWithOutcome:
    """A field of which most changes of decided leads come at the outcome or after it."""

    field: str
    leads: int
    changes: int
    at_or_after: int


def changed_with_outcome(crm: Crm) -> tuple[ChangedWithOutcome, ...]:
    """Fields whose changes of decided leads come nearly all at or after the outcome, and mostly within a day of it."""
    rows = crm.con.execute(
        """WITH decided AS (SELECT lead_id, min("at") AS first FROM outcome
                            WHERE (accepted OR rejected) AND seen <= $as_of GROUP BY lead_id)
           SELECT h.field, count(DISTINCT h.lead_id) FILTER (h.seen >= d.first) AS leads, count(*) AS changes,
                  count(*) FILTER (h.seen >= d.first) AS later,
                  count(*) FILTER (h."at" BETWEEN d.first - INTERVAL 1 HOUR AND d.first + INTERVAL 1 DAY) AS with_it
           FROM history h JOIN decided d USING (lead_id) WHERE h.field IS NOT NULL GROUP BY h.field ORDER BY h.field""",
        {"as_of": crm.as_of},
    ).fetchall()
    return tuple(
        ChangedWithOutcome(str(field), int(leads), int(changes), int(after))
        for field, leads, changes, after, with_it in rows
        if leads >= _MIN_LEADS and after >= _NOT_BEFORE * changes and with_it >= _WITH_IT * changes
    )
