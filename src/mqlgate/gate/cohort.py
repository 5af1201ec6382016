"""The cohort that a gate is chosen on, from a table to checked arrays. Never judges a gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from mqlgate.config import named_columns
from mqlgate.errors import AnswerIsNo, InputError, listed, quoted
from mqlgate.gate.bounds import BoolArray, FloatArray, IntArray
from mqlgate.gate.tally import cells

if TYPE_CHECKING:
    import pandas as pd

MOST_SEGMENTS = 200
MISSING = -1
_NEEDED = ("p_sql", "label")
_WHERE = "the cohort of out-of-time predictions"


@dataclass(frozen=True)
class Leads:
    """Checked arrays, one entry a lead without a disqualifier, shape (n,).

    `score`; `mature` and `is_sql` (False where not mature); `cell`: the highest candidate gate reached, -1 for none;
    `days_ago`: since its MQL moment, 0 for the latest, NaN where unknown; `segment`: index into `segments`, -1 where a
    segment column has no value.
    """

    score: FloatArray
    mature: BoolArray
    is_sql: BoolArray
    cell: IntArray
    days_ago: FloatArray
    first: datetime | None
    last: datetime | None
    segment: IntArray
    segments: tuple[dict[str, str], ...]
    disqualified: int


def read(cohort: "pd.DataFrame", segments: Sequence[str]) -> Leads:
    """Check a cohort's table.

    Columns: `p_sql` (probability at the MQL snapshot, predicted without the lead's outcome), `label` (1, 0, missing
    where the lead is not mature: then it counts for volumes only), `qualified_at` (naive UTC; optional),
    `disqualified` (optional: rows with a reason are left out), and the segment columns.

    Raises
    ------
    InputError
        A column is missing, a probability or label is none, or a segment column has far too many values.
    AnswerIsNo
        No lead is mature.
    """
    for column in _NEEDED:
        if column not in cohort.columns:
            raise InputError(_WHERE, f"there is no column {quoted(column)}", _named(cohort, column))
    out = _disqualified(cohort)
    kept = cohort.loc[~out] if out.any() else cohort
    score, label = _numbers(kept, "p_sql"), _numbers(kept, "label")
    _check(kept, "p_sql", (score >= 0) & (score <= 1), "probabilities from 0 to 1")
    _check(kept, "label", np.isnan(label) | (label == 0) | (label == 1), "1, 0, or missing where a lead is not mature")
    mature = ~np.isnan(label)
    if not mature.any():
        raise AnswerIsNo(
            f"No gate: none of the {len(kept):,} leads without a disqualifier is mature: no outcome is certain. "
            "Wait until leads are older than [outcomes] horizon_days, shorten that horizon, or bring older leads."
        )
    days_ago, first, last = _ages(kept)
    segment, names = _segments(kept, segments)
    return Leads(
        score, mature, label == 1, cells(score), days_ago, first, last, segment, names, int(out.sum())
    )  # fmt: skip


def _disqualified(cohort: "pd.DataFrame") -> BoolArray:
    if "disqualified" not in cohort.columns:
        return np.zeros(len(cohort), dtype=bool)
    reason = cohort["disqualified"]
    # In a table that was a CSV file an empty text stands for no reason.
    return np.asarray(reason.notna() & (reason.astype(str).str.strip() != ""), dtype=bool)


def _numbers(cohort: "pd.DataFrame", column: str) -> FloatArray:
    import pandas as pd

    numbers = pd.to_numeric(cohort[column], errors="coerce")
    unread = cohort[column].notna() & numbers.isna()
    if unread.any():
        raise InputError(
            _where_rows(column, np.flatnonzero(unread)), f"{quoted(cohort[column][unread].iloc[0])} is no number"
        )
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def _check(cohort: "pd.DataFrame", column: str, good: BoolArray, expected: str) -> None:
    if not good.all():
        found = cohort[column].iloc[int(np.flatnonzero(~good)[0])]
        raise InputError(_where_rows(column, np.flatnonzero(~good)), f"{quoted(found)} stands there", expected)


def _where_rows(column: str, rows: IntArray) -> str:
    return f"{_WHERE}, column {quoted(column)}, rows {listed([int(row) + 1 for row in rows])}"


def _ages(cohort: "pd.DataFrame") -> tuple[FloatArray, datetime | None, datetime | None]:
    import pandas as pd

    if "qualified_at" not in cohort.columns or not cohort["qualified_at"].notna().any():
        return np.full(len(cohort), np.nan), None, None
    at = pd.to_datetime(cohort["qualified_at"], utc=True).dt.tz_localize(None).dt.floor("us")
    last = at.max()
    days = np.asarray(((last - at) / pd.Timedelta(days=1)).to_numpy(), dtype=np.float64)
    return days, at.min().to_pydatetime(), last.to_pydatetime()


def _segments(cohort: "pd.DataFrame", columns: Sequence[str]) -> tuple[IntArray, tuple[dict[str, str], ...]]:
    import pandas as pd

    if not columns:
        return np.full(len(cohort), MISSING, dtype=np.int64), ()
    texts = {}
    for column in columns:
        if column not in cohort.columns:
            known = [str(name) for name in cohort.columns if name not in (*_NEEDED, "lead_id", "disqualified")]
            raise InputError(
                "[gate] segments", f"the leads have no column {quoted(column)}", named_columns(known, column)
            )
        codes, values = pd.factorize(cohort[column])
        said = [str(value).strip() for value in values]
        if len(values) > MOST_SEGMENTS:
            raise InputError(
                "[gate] segments",
                f"column {quoted(column)} has {len(values):,} values, such as {quoted(said[0])}",
                f"at most {MOST_SEGMENTS}: a segment needs leads enough to learn from",
                "Name a column of few values, such as the source, or group the values",
            )
        shown = np.array([*(text or None for text in said), None], dtype=object)
        texts[column] = shown[codes]  # the code of a missing value is -1: the last
    together = pd.DataFrame(texts)
    whole = together.notna().all(axis=1).to_numpy()
    number = together[whole].groupby(list(columns), sort=True).ngroup().to_numpy()
    segment = np.full(len(cohort), MISSING, dtype=np.int64)
    segment[whole] = number
    names = together[whole].drop_duplicates().sort_values(list(columns))
    if len(names) > MOST_SEGMENTS:
        raise InputError(
            "[gate] segments",
            f"the columns {listed([quoted(column) for column in columns])} make {len(names):,} segments",
            f"at most {MOST_SEGMENTS}: a segment needs leads enough to learn from",
            "Name fewer columns",
        )
    return segment, tuple({column: str(row[column]) for column in columns} for row in names.to_dict("records"))


def _named(cohort: "pd.DataFrame", column: str) -> str:
    return named_columns([str(name) for name in cohort.columns], column)
