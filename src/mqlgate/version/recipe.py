"""What is needed to train a version again: columns, features, hyperparameters, landmarks, seed. Never holds a fit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Self

from mqlgate.clock import iso

FORMAT = 1


@dataclass(frozen=True)
class RecipeColumn:
    """A column of the user's data that the version was trained on; scoring needs it again, of the same kind."""

    name: str
    kind: str
    group: str
    source: str
    words: str = ""


@dataclass(frozen=True)
class RecipeFeature:
    """A feature as the model knows it; `source` is the user's column that its reasons fold into."""

    name: str
    kind: str
    source: str
    group: str
    unit: str = ""
    words: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the model takes it as a number (float64); else as text."""
        return self.kind not in ("category", "text")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides what a training on the same data gives.

    `plan` is what `features.catalogue.FeaturePlan.from_json` reads: how to compute the features again. `landmarks` are
    the ages, in days since qualification, at which leads were judged; `data` and `configuration` are SHA-256
    fingerprints; `rows` counts the leads by what became of them (`mature`, `censored`, `used`).
    """

    features: tuple[RecipeFeature, ...]
    columns: tuple[RecipeColumn, ...]
    horizon_days: float
    seed: int
    as_of: datetime
    code_version: str
    plan: Mapping[str, Any] = field(default_factory=dict)
    landmarks: tuple[float, ...] = (0.0,)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    signal: bool = True
    rows: Mapping[str, int] = field(default_factory=dict)
    data: str = ""
    configuration: str = ""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The model's columns, in order."""
        return tuple(feature.name for feature in self.features)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back to an equal recipe."""
        return {"format": FORMAT, **asdict(self), "as_of": iso(self.as_of)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The recipe that `to_json` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            Where the object is not one, or was written in a later format.
        """
        if stored.get("format") != FORMAT:
            raise ValueError(f"the recipe has the format {stored.get('format')!r}; this release reads {FORMAT}")
        known = {f.name: stored[f.name] for f in fields(cls)}
        known["features"] = tuple(RecipeFeature(**feature) for feature in known["features"])
        known["columns"] = tuple(RecipeColumn(**column) for column in known["columns"])
        known["landmarks"] = tuple(known["landmarks"])
        known["as_of"] = datetime.fromisoformat(known["as_of"]).replace(tzinfo=None)
        return cls(**known)
