"""The sections `[gate]` and `[[disqualifiers]]`: what the gate is to achieve, and the hard rules beside the model.

Never computes a gate.
"""

import math
from typing import Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from mqlgate.config import Section, section
from mqlgate.tables.settings import Names, Values

DEFAULT_CONFIDENCE = 0.95
MIN_SEGMENT_LEADS = 100


@section("gate")
class GateSection(Section):
    """What the gate is to achieve; any of these. The first given of the first four is the one in force."""

    target_sql_rate: float | None = Field(
        None, description="the SQL rate that MQLs at or above the gate are to have, such as 0.30 for 30 %"
    )
    confidence: float = Field(
        DEFAULT_CONFIDENCE, description="the probability with which the promise is to hold, such as 0.95"
    )
    keep_sqls: float | None = Field(
        None, description="the share of SQLs that must stay at or above the gate, such as 0.90"
    )
    capacity_per_week: float | None = Field(None, description="the leads that sales can work in a week, such as 120")
    value_per_sql: float | None = Field(None, description="what an SQL is worth, such as 900.0")
    cost_per_worked_lead: float | None = Field(None, description="what it costs sales to work one lead, such as 35.0")
    cost_per_mql: float | None = Field(
        None, description="what marketing pays for an MQL, such as 50.0; only for the cost per SQL"
    )
    segments: Names = Field((), description='columns whose values may get a gate of their own, such as ["source"]')
    in_force: float | None = Field(
        None, description="the gate that people signed, such as 0.31; it wins over the recommendation"
    )
    min_segment_leads: int = Field(
        MIN_SEGMENT_LEADS, ge=1, description="mature leads below which a segment takes the global gate"
    )

    @field_validator("target_sql_rate", "keep_sqls", "in_force", "confidence")
    @classmethod
    def _share(cls, value: float | None) -> float | None:
        if value is None or 0 < value < 1:
            return value
        if 1 < value < 100:
            raise ValueError(f"must lie between 0 and 1; {value:g} looks like per cent: write {value / 100:g}")
        raise ValueError("must lie between 0 and 1, both excluded: 0 asks for nothing and 1 can never be promised")

    @field_validator("confidence")
    @classmethod
    def _more_than_a_coin(cls, value: float) -> float:
        if value < 0.5:
            raise ValueError(f"must be at least 0.5: a promise that is kept with probability {value:g} is none")
        return value

    @field_validator("capacity_per_week", "value_per_sql")
    @classmethod
    def _positive(cls, value: float | None) -> float | None:
        if value is not None and not (0 < value < math.inf):
            raise ValueError("must be a number above 0; leave the key out where it does not matter")
        return value

    @field_validator("cost_per_worked_lead", "cost_per_mql")
    @classmethod
    def _not_negative(cls, value: float | None) -> float | None:
        if value is not None and not (0 <= value < math.inf):
            raise ValueError("must be 0 or more: a cost is written without a minus sign")
        return value

    @model_validator(mode="after")
    def _cost_below_value(self) -> Self:
        if self.value_per_sql and self.cost_per_worked_lead and self.cost_per_worked_lead >= self.value_per_sql:
            raise ValueError(
                f"cost_per_worked_lead is {self.cost_per_worked_lead:g} and value_per_sql is {self.value_per_sql:g}: "
                "no lead is worth working. Put the value of an SQL, not the cost of one, in value_per_sql"
            )
        if len(set(self.segments)) < len(self.segments):
            raise ValueError("segments names a column twice: name each once")
        return self


@section("disqualifiers", many=True)
class DisqualifierSection(Section):
    """A hard rule beside the model: a lead that meets any of its conditions never passes the gate.

    A missing value meets no condition, since nothing is known of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    column: str = Field(description="the lead's column that the rule looks at")
    not_in: Values | None = Field(None, description="the values that are fine; any other disqualifies")
    in_: Values | None = Field(None, alias="in", description="the values that disqualify")
    below: float | None = Field(None, description="a number; whatever is lower disqualifies", allow_inf_nan=False)
    above: float | None = Field(None, description="a number; whatever is higher disqualifies", allow_inf_nan=False)
    reason: str = Field(min_length=1, description="what the CRM shows for it, such as unsupported_geography")

    @model_validator(mode="after")
    def _some_condition(self) -> Self:
        if self.not_in is None and self.in_ is None and self.below is None and self.above is None:
            raise ValueError("no condition is given: add not_in, in, below or above")
        if self.not_in == () or self.in_ == ():
            raise ValueError("an empty list of values is given: name at least one, or leave the rule out")
        if self.below is not None and self.above is not None and self.below > self.above:
            raise ValueError(f"below {self.below:g} and above {self.above:g} disqualify every number: swap them")
        return self
