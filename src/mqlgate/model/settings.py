"""The section `[train]`: how a model is fitted and judged. Never reads data."""

from typing import Self

from pydantic import Field, model_validator

from mqlgate.config import Section, section


@section("train")
class TrainSection(Section):
    """How a model is fitted and judged; every key has a default that needs no thought."""

    seed: int = Field(
        0, ge=0, le=2**31 - 1, description="seed of all that is drawn: the same seed and data, the same model"
    )
    folds: int = Field(
        4, ge=2, le=24, description="moments of the past at which the model is fitted anew and judged by what came next"
    )
    tune: bool = Field(
        True,
        description="choose depth and number of trees on past folds; false takes a fixed one: faster",
    )
    bootstraps: int = Field(
        20, ge=5, le=200, description="refits on resampled leads that give p_sql_low and p_sql_high"
    )
    landmark_ages_days: tuple[float, ...] = Field(
        (7, 14, 30, 60),
        description="ages, in days since they became MQLs, at which leads still open are judged in training as well",
    )
    landmark_weight: float = Field(
        1.0,
        ge=0,
        le=10,
        description="what all later snapshots of one lead weigh together, where its MQL snapshot weighs 1",
    )
    threads: int = Field(2, ge=1, le=256, description="processor threads; the result does not depend on it")

    @model_validator(mode="after")
    def _ages_rise(self) -> Self:
        ages = self.landmark_ages_days
        if any(age <= 0 for age in ages) or sorted(set(ages)) != list(ages):
            raise ValueError("landmark_ages_days must be above 0 and rise, such as [7, 14, 30, 60]")
        return self
