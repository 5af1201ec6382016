"""What is known of a gate, as one table of facts: read by people as a page, by programs as `gate.json`. Never computes.

Shares and rates are numbers from 0 to 1; what is not known is None, null in JSON. `leads` and `sqls` count mature leads
of the cohort at or above the gate in question.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from mqlgate.clock import iso
from mqlgate.gate.bands import Band
from mqlgate.gate.grades import GradeBands


@dataclass(frozen=True)
class NextMonth:
    """The interval that next month's realised SQL rate hits with probability `level`; `leads` are expected to pass."""

    low: float | None
    high: float | None
    level: float
    leads: float | None


@dataclass(frozen=True)
class Objective:
    """The gate for one objective.

    `wanted` is what was asked for, in the objective's own unit (a rate, a share, leads a week, a probability); `bound`
    is what could be shown of it, in the same unit: a lower bound of the rate or of the share kept, the upper one of a
    week's count. `gate` is None where it cannot be known; `met` False goes with the closest gate. `lower_bound` is of
    the SQL rate at this gate taken alone.
    """

    objective: str
    wanted: float | None
    gate: float | None
    met: bool
    bound: float | None
    confidence: float
    lower_bound: float | None
    expected_sql_rate: float | None
    leads: int
    sqls: int
    leads_per_week: float | None
    sqls_kept: float | None
    cost_per_sql: float | None
    why: str


@dataclass(frozen=True)
class Segment:
    """A segment's gate: its own where the promise can be kept, else the global one, and why.

    `segment` is how people call it, `values` how it is found again: column to value. `mature_leads` and `sql_rate` are
    of the whole segment.
    """

    segment: str
    values: dict[str, str]
    gate: float | None
    own: bool
    mature_leads: int
    sql_rate: float | None
    leads: int
    sqls: int
    expected_sql_rate: float | None
    lower_bound: float | None
    leads_per_week: float | None
    why: str


@dataclass(frozen=True)
class CurvePoint:
    """The trade-off at one gate. `low95`, `high95`: exact two-sided 95 % interval of the rate at this gate alone."""

    gate: float
    leads: int
    sqls: int
    rate: float | None
    low95: float
    high95: float
    leads_per_week: float | None
    sqls_kept: float | None


@dataclass(frozen=True)
class Cohort:
    """What the gate was chosen on. `first` and `last` are MQL moments, naive UTC; `weeks` are those volumes rest on."""

    leads: int
    sqls: int
    sql_rate: float | None
    not_mature: int
    disqualified: int
    first: datetime | None
    last: datetime | None
    weeks: int | None
    lowest_score: float
    highest_score: float


@dataclass(frozen=True)
class GateReport:
    """The recommendation and all that speaks for and against it.

    `objective` is the one in force, `wanted` what it asks for; `recommended` and `recommended_gate` are what would be
    in force without a signed gate (the same, where none is signed). `met` says whether there is a gate that does what
    was asked; a signed gate stands whatever the data say, so it is met. Where `met` is False, `gate` is the closest.
    `lower_bound` is the exact lower bound of the expected SQL rate at `gate`, at the confidence it was tested with.
    """

    as_of: datetime
    model_version: str
    objective: str
    wanted: float | None
    gate: float
    met: bool
    confidence: float
    lower_bound: float | None
    expected_sql_rate: float | None
    next_month: NextMonth
    leads: int
    sqls: int
    leads_per_week: float | None
    sqls_kept: float | None
    cost_per_sql: float | None
    recommended: str
    recommended_gate: float
    recommended_met: bool
    grades: GradeBands
    cohort: Cohort
    bands: tuple[Band, ...]
    objectives: tuple[Objective, ...]
    segments: tuple[Segment, ...]
    curve: tuple[CurvePoint, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON knows."""
        plain = asdict(self)
        plain["as_of"] = iso(self.as_of)
        for end in ("first", "last"):
            moment = getattr(self.cohort, end)
            plain["cohort"][end] = iso(moment) if moment else None
        return plain

    def to_json(self) -> str:
        """The text of `gate.json`; floats round-trip."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "GateReport":
        """The inverse of `to_json`."""
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "GateReport":
        """The inverse of `to_dict`."""
        cohort = dict(plain["cohort"])
        for end in ("first", "last"):
            cohort[end] = _moment(cohort[end]) if cohort[end] else None
        return cls(
            **{
                **plain,
                "as_of": _moment(plain["as_of"]),
                "next_month": NextMonth(**plain["next_month"]),
                "grades": GradeBands.from_dict(plain["grades"]),
                "cohort": Cohort(**cohort),
                "bands": tuple(Band(**band) for band in plain["bands"]),
                "objectives": tuple(Objective(**objective) for objective in plain["objectives"]),
                "segments": tuple(Segment(**segment) for segment in plain["segments"]),
                "curve": tuple(CurvePoint(**point) for point in plain["curve"]),
                "notes": tuple(plain["notes"]),
            }
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
