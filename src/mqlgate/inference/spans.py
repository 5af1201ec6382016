"""Horizons from the data: how long acceptances and wins took. The estimate itself stands in horizon.py."""

from collections.abc import Sequence
from datetime import datetime

from mqlgate import domain
from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.events import Events
from mqlgate.inference.horizon import FEWEST, HELD, TimeToAcceptance, rounded_up, time_to_acceptance
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.tables.names import quote_text


def horizon_draft(
    leads: Profile,
    start: str,
    outcomes: Events,
    stage: str | None,
    stages: tuple[Sequence[str], Sequence[str]],
    as_of: datetime,
) -> Draft:
    """`horizon_days` and, where there are wins, `won_horizon_days`; `stages` are the accepted and the won ones."""
    accepted, won = stages
    estimate, began = _estimate(leads, start, outcomes, stage, accepted, as_of)
    decisions = [_decided("horizon_days", "acceptances", estimate, domain.DEFAULT_HORIZON_DAYS, start, as_of)]
    if stage and won and set(won) != set(accepted):
        wins, _ = _estimate(leads, start, outcomes, stage, won, as_of)
        decisions.append(_decided("won_horizon_days", "wins", wins, domain.DEFAULT_WON_HORIZON_DAYS, start, as_of))
    notes = []
    if began:
        notes.append(
            (
                "outcomes",
                f"The first outcome is of {began:%Y-%m-%d}: earlier leads are left out of the estimate; "
                "one of them without an outcome is no proof of a zero.",
            )
        )
    days = decisions[0].value
    mature = leads.share(
        f"date_diff('second', ({leads.times[start].at}), TIMESTAMP '{as_of}') >= {float(str(days)) * 86400}"
    )
    notes.append(("outcomes", f"With {days} days {percent(mature)} of the leads are mature as of {as_of:%Y-%m-%d}."))
    return Draft(tuple(decisions), tuple(notes))


def _estimate(
    leads: Profile, start: str, outcomes: Events, stage: str | None, stages: Sequence[str], as_of: datetime
) -> tuple[TimeToAcceptance | None, datetime | None]:
    profile = outcomes.profile
    at, lead = profile.times[outcomes.at], profile.value(outcomes.reference.column)
    only = f"AND {profile.value(stage)} IN ({', '.join(map(quote_text, stages))})" if stage else ""
    begins = leads.times[start].at
    rows = leads.con.execute(
        f"""WITH q AS (SELECT {leads.value(outcomes.reference.lead_id)} AS lead, {begins} AS q
                       FROM {leads.source}),
                 e AS (SELECT {lead} AS lead, {at.at} AS t, {at.end} AS t_end FROM {profile.source}
                       WHERE ({at.at}) IS NOT NULL AND ({at.at}) <= $as_of {only}),
                 a AS (SELECT q.lead, q.q, min(e.t) AS t FROM q JOIN e ON e.lead = q.lead AND e.t_end >= q.q
                       GROUP BY q.lead, q.q)
            SELECT q, greatest(epoch(t - q), 0) / 86400, epoch($as_of - q) / 86400
            FROM a WHERE q <= $as_of ORDER BY lead""",
        {"as_of": as_of},
    ).fetchall()
    (first,) = profile.one(f"date_trunc('day', min({at.at}))")
    late_start = _began_late(leads, begins, first)
    since = [row for row in rows if late_start is None or row[0] >= late_start]
    used = since if len(since) >= FEWEST else rows
    return _of(used), (late_start if used is since else None)


def _began_late(leads: Profile, begins: str, first: object) -> datetime | None:
    """The day of the first outcome, where a good number of leads began before it: outcomes were not recorded then."""
    if not isinstance(first, datetime):
        return None
    before = leads.share(f"({begins}) < TIMESTAMP '{first}'")
    return first if before > 0.01 else None


def _of(rows: Sequence[tuple[object, ...]]) -> TimeToAcceptance | None:
    import numpy as np

    if not rows:
        return None
    spans = np.array([[float(str(taken)), float(str(followed))] for _, taken, followed in rows])
    return time_to_acceptance(spans[:, 0], np.maximum(spans[:, 1], spans[:, 0]))


def _decided(
    key: str, what: str, estimate: TimeToAcceptance | None, default: int, start: str, as_of: datetime
) -> Decision:
    if estimate is None:
        return Decision(
            "outcomes", key, default, f"the default: fewer than {FEWEST} {what} are dated, too few to learn it"
        )
    why = f"{percent(HELD)} of {what} come within {estimate.days:.1f} days of {shown(start)}"
    why += f" (from {estimate.acceptances:,} of them"
    if abs(estimate.naive_days - estimate.days) >= 0.05:
        why += f"; corrected for young leads as of {as_of:%Y-%m-%d}, without that {estimate.naive_days:.1f}"
    return Decision("outcomes", key, rounded_up(estimate.days), f"{why}), rounded up")
