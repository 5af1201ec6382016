"""Scores as a scoring would hand them to a sink: every kind of value, and the texts that break naive writers."""

import math
from datetime import datetime
from typing import Any

import pandas as pd

from mqlgate.sinks.manifest import FULL, Facts

AS_OF = datetime(2018, 2, 28, 23, 59, 59, 999999)
FACTS = Facts(as_of=AS_OF, model_version="7", configuration="ab" * 32, scope=FULL, mqlgate_version="0.1.0")
IDS = (
    "007",
    "=1+1",
    "+49 30",
    "@x",
    "-5",
    'a,"b"',
    "two\nlines",
    "carriage\rreturn",
    "ünï😀",
    "",
    "null",
    "NA",
    " padded ",
)


def scores(rows: int = 13, start: int = 0) -> pd.DataFrame:
    """`rows` rows, the first of which is number `start`: the same number gives the same row."""
    return pd.DataFrame([_row(number) for number in range(start, start + rows)], columns=list(_row(0)))


def _row(number: int) -> dict[str, Any]:
    p = (number * 0.6180339887498949) % 0.998 + 0.001
    decided = number % 5 == 4
    reasons = [
        {"column": "visits", "words": "3 visits", "value": 3, "group": "intent", "log_odds": p - 0.5, "points": 1 / 3}
    ]
    return {
        "lead_id": IDS[number] if number < len(IDS) else f"lead {number}",
        "state": "accepted" if decided else ("open", "not_mql")[number % 2],
        "scored_at": AS_OF,
        "model_version": "7",
        "p_sql": None if decided else p,
        "p_sql_low": None if decided else p / 3,
        "p_sql_high": None if decided else math.sqrt(p),
        "p_sql_at_mql": 0.1 + 0.2,
        "score": None if decided else int(100 * p),
        "grade": None if decided else "ABCD"[number % 4],
        "score_trend": "steady",
        "passes_gate": None if decided else number % 3 == 0,
        "disqualified": "unsupported_geography" if number % 7 == 6 else None,
        "base_log_odds": -2.5,
        "log_odds": 1e-17 * number,
        "reasons": None if decided else reasons,
    }
