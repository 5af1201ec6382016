"""`[features]`: what cannot be inferred from the data. Never reads a table."""

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field, field_validator, model_validator

from mqlgate.config import Section, section

ACTIVITY_POINTS: Final[Mapping[str, int]] = {
    "high": 10, "medium": 5, "low": 1,
    "demo_request": 10, "demo": 10, "pricing_view": 8, "pricing_page": 8, "pricing": 8,
    "content_download": 5, "download": 5, "ebook_download": 5, "whitepaper_download": 5,
    "email_click": 3, "newsletter_click": 3, "return_visit": 2, "repeat_visit": 2,
}  # fmt: skip
"""Hand-made points, the field's usual ones: of a tier, and of the types that have points of their own."""


@section("features")
class FeaturesSection(Section):
    """Which columns are fit and which are intent, which activities count how much, and over which spans of time."""

    fit: tuple[str, ...] = Field((), description="columns that say who a lead is")
    intent: tuple[str, ...] = Field((), description="columns that say what a lead did")
    third_party: tuple[str, ...] = Field((), description="columns and activity types that another company reports")
    activity_tiers: Mapping[Literal["high", "medium", "low"], tuple[str, ...]] = Field(
        default_factory=dict, description="a list of activity types under each of high, medium and low"
    )
    points: Mapping[str, int] = Field(
        default_factory=dict, description="hand-made points of an activity type or of a tier, as whole numbers"
    )
    windows_days: tuple[int, ...] = Field((1, 7, 30, 90), description="spans in days over which acts are counted")
    half_lives_days: tuple[int, ...] = Field((3, 14, 45), description="days in which an act loses half its weight")
    undo_history: bool | None = Field(
        None,
        description="whether a field is, before its first change, what that change says it was; by default where "
        "[history] maps `old`; false where the history is incomplete: then it is missing before its first change",
    )
    most_types: int = Field(20, ge=0, le=200, description="how many activity types get features of their own, 0 to 200")

    @field_validator("windows_days", "half_lives_days")
    @classmethod
    def _rising(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days or list(days) != sorted(set(days)) or days[0] < 1:
            raise ValueError("should be rising whole numbers of days, the first at least 1")
        return days

    @model_validator(mode="after")
    def _one_group_each(self) -> "FeaturesSection":
        for column in self.fit:
            if column in self.intent:
                raise ValueError(f'"{column}" is both in fit and in intent: a column has one group')
        return self
