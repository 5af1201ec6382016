"""The scores table as a declared schema: names, types, order, what may be null. Never computes a value.

`SCORES` is the contract's table; `conformed` turns a frame into an Arrow table of exactly that schema.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TEXT, NUMBER, INTEGER, BOOLEAN = "text", "number", "integer", "boolean"
TIMESTAMP, DATE, JSON = "timestamp", "date", "json"


@dataclass(frozen=True)
class ScoreColumn:
    """A column; `kind` is text, number, integer, boolean, timestamp (UTC), date or json (as text)."""

    name: str
    kind: str
    meaning: str
    nullable: bool = True


SCORES = (
    ScoreColumn("lead_id", TEXT, "the lead's id, unchanged", nullable=False),
    ScoreColumn("state", TEXT, "not_mql, open, accepted, rejected or expired", nullable=False),
    ScoreColumn("scored_at", TIMESTAMP, "the as-of moment", nullable=False),
    ScoreColumn("model_version", TEXT, "the registered version", nullable=False),
    ScoreColumn("p_sql", NUMBER, "probability of acceptance within the horizon, given all known at as-of"),
    ScoreColumn("p_sql_low", NUMBER, "lower end of the 90 % interval of that probability"),
    ScoreColumn("p_sql_high", NUMBER, "upper end of the 90 % interval of that probability"),
    ScoreColumn("p_sql_at_mql", NUMBER, "the same probability at the lead's MQL snapshot"),
    ScoreColumn("score", INTEGER, "p_sql in hundredths, rounded down"),
    ScoreColumn("grade", TEXT, "A, B, C or D"),
    ScoreColumn("score_trend", TEXT, "new, improving, steady or declining"),
    ScoreColumn("fit_score", INTEGER, "percentile of fit among training snapshots"),
    ScoreColumn("intent_score", INTEGER, "percentile of intent among training snapshots"),
    ScoreColumn("quadrant", TEXT, "pursue, nurture, qualify or hold"),
    ScoreColumn("passes_gate", BOOLEAN, "whether the lead is handed to sales"),
    ScoreColumn("disqualified", TEXT, "the reason of the rule that disqualifies the lead"),
    ScoreColumn("sla_tier", INTEGER, "1, 2 or 3"),
    ScoreColumn("sla_due_at", TIMESTAMP, "when the first touch is due"),
    ScoreColumn("nurture_track", TEXT, "educational, intent_acceleration or re_engagement"),
    ScoreColumn("reactivate_on", DATE, "when to try again after a rejection for timing or budget"),
    ScoreColumn("likely_rejection", TEXT, "code of the likeliest rejection reason"),
    ScoreColumn("p_won", NUMBER, "probability of being won within its horizon, given SQL"),
    ScoreColumn("expected_amount", NUMBER, "mean amount, given won"),
    ScoreColumn("base_log_odds", NUMBER, "log-odds that the reasons start from, before calibration"),
    ScoreColumn("log_odds", NUMBER, "log-odds before calibration"),
    ScoreColumn("reasons", JSON, "what moved the score, strongest first, and everything else"),
    ScoreColumn("qualification_reason", TEXT, "one sentence for the rep"),
    ScoreColumn("suggested_angle", TEXT, "angle of the first touch"),
    ScoreColumn("handoff", JSON, "what a rep must see"),
)
NAMES = tuple(column.name for column in SCORES)


@cache
def arrow_schema() -> "pa.Schema":
    """`SCORES` for Arrow: float64, int32, UTC timestamps in microseconds; JSON is text."""
    import pyarrow as pa

    types = {
        TEXT: pa.string(),
        NUMBER: pa.float64(),
        INTEGER: pa.int32(),
        BOOLEAN: pa.bool_(),
        TIMESTAMP: pa.timestamp("us", tz="UTC"),
        DATE: pa.date32(),
        JSON: pa.string(),
    }
    return pa.schema([pa.field(column.name, types[column.kind], column.nullable) for column in SCORES])


def conformed(scores: "pd.DataFrame") -> "pa.Table":
    """An Arrow table with the columns, order and types of `SCORES`.

    Nullable columns that `scores` does not have are null throughout; NaN is null; naive times are UTC; lists and
    objects in JSON columns become text.

    Raises
    ------
    ValueError
        If a column is unknown, one that must not be null is missing or holds a null, or a value does not fit its type.
    """
    import pyarrow as pa

    unknown = [str(name) for name in scores.columns if name not in NAMES]
    if unknown:
        raise ValueError(f"the scores table has no column {', '.join(unknown)}")
    arrays = []
    for column, declared in zip(SCORES, arrow_schema(), strict=True):
        if column.name in scores.columns:
            array = _array(scores[column.name], column, declared.type)
        else:
            array = pa.nulls(len(scores), declared.type)
        if not column.nullable and array.null_count:
            raise ValueError(f"column {column.name} of the scores table must not be null")
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=arrow_schema())


def _array(values: "pd.Series", column: ScoreColumn, declared: Any) -> "pa.Array":
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = values.isna().to_numpy(dtype=bool)
    if missing.all():  # of whatever type pandas gave to nothing
        return pa.nulls(len(values), declared)
    try:
        if column.kind == JSON and not isinstance(values.dtype, pd.StringDtype):
            texts = [None if gone else _as_json(value) for value, gone in zip(values, missing, strict=True)]
            return pa.array(texts, declared)
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            values = values.dt.tz_convert(None)  # naive UTC
        array = pa.array(values, from_pandas=True)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if column.kind == TIMESTAMP:
            # Nanoseconds beyond the microsecond are cut: nothing in mqlgate has them.
            return array.cast(declared, safe=False) if pa.types.is_timestamp(array.type) else pa.array(values, declared)
        if column.kind in (TEXT, JSON) and not _is_text(array.type):
            raise ValueError(f"{array.type} is not text")
        array = array.cast(declared)
        if column.kind == NUMBER and not pc.all(pc.is_finite(array)).as_py() and pc.any(pc.is_inf(array)).as_py():
            raise ValueError("a number is infinite")
        return array
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError) as error:
        raise ValueError(f"column {column.name} of the scores table is not {column.kind}: {error}") from error


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _as_json(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    raise ValueError(f"{type(value).__name__} is neither text, list nor object")
