"""One lead: what it scores, and why. Scores it as a night would, so that the two never differ."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mqlgate.config import Config
from mqlgate.errors import InputError, listed, quoted
from mqlgate.scoring.night import prepare
from mqlgate.scoring.table import score_chunk

if TYPE_CHECKING:
    import pandas as pd

_BAR_POINTS = 1.0
_WIDEST_BAR = 30


@dataclass(frozen=True)
class Explained:
    """A lead's row of the scores table."""

    row: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The row, with reasons as a list."""
        return dict(self.row)

    def words(self) -> str:
        """Score, interval and reasons with bars, as `explain` prints them."""
        row = self.row
        head = f"Lead {row['lead_id']} ({row['state']}), version {row['model_version']}, as of {row['scored_at']}"
        if row["p_sql"] is None:
            return f"{head}\nIt is decided, so it has no score."
        passes = {True: "reaches the gate", False: "stays below the gate", None: "no gate is met"}[row["passes_gate"]]
        if row["disqualified"]:
            passes = "does not pass the gate"
        trend = f"; {row['score_trend']}" if row["score_trend"] else ""
        lines = [
            head,
            f"Score {row['score']} (grade {row['grade']}): {row['p_sql']:.1%} become an SQL, "
            f"{row['p_sql_low']:.1%} to {row['p_sql_high']:.1%}; {passes}{trend}.",
        ]
        if row["disqualified"]:
            lines.append(f"Disqualified: {row['disqualified']}.")
        lines.append("")
        for reason in row["reasons"]:
            points = reason["points"]
            bar = ("+" if points >= 0 else "-") * min(round(abs(points) / _BAR_POINTS), _WIDEST_BAR)
            lines.append(f"{points:+6.1f}  {reason['words'] or 'everything else'}  {bar}")
        return "\n".join(lines)


def explained(
    config: Config,
    lead_id: str,
    *,
    now: datetime,
    as_of: datetime | None,
    model_version: int | None,
    frames: "Mapping[str, pd.DataFrame] | None" = None,
) -> Explained:
    """Score one lead, whatever its state.

    Raises
    ------
    InputError
        Where there is no such lead; the nearest ids are named.
    """
    night = prepare(config, now=now, as_of=as_of, model_version=model_version, frames=frames)
    con = night.crm.con
    lead = con.execute(
        """SELECT row, l.lead_id, k.state, l.qualified_seen, l.created_at FROM lead l JOIN label k USING (row)
           WHERE l.lead_id = ?""",
        [lead_id],
    ).df()
    if lead.empty:
        known = [str(row[0]) for row in con.execute("SELECT lead_id FROM lead ORDER BY row").fetchall()]
        near = difflib.get_close_matches(lead_id, known, n=3, cutoff=0.0)
        raise InputError(
            night.crm.raw["leads"].where,
            f"there is no lead {quoted(lead_id)}",
            f"a lead's id, such as {listed(map(quoted, near))}",
        )
    scores = score_chunk(night, lead)
    row = {str(name): _plain(value) for name, value in scores.iloc[0].items()}
    row["reasons"] = json.loads(row["reasons"]) if row["reasons"] else []
    return Explained(row)


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    from mqlgate.clock import iso

    if value is None or value != value:
        return None
    if hasattr(value, "to_pydatetime"):
        return iso(value.to_pydatetime())
    return value.item() if hasattr(value, "item") else value
