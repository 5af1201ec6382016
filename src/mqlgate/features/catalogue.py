"""The catalogue: which features a CRM has, decided once at training and stored with the version.

`plan` looks at the data; a plan read back from JSON makes the same features without looking at any.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mqlgate.errors import InputError, listed, quoted
from mqlgate.features.account import ACCOUNT
from mqlgate.features.activity import ACTIVITY
from mqlgate.features.context import CONTEXT
from mqlgate.features.dialect import Dialect
from mqlgate.features.engine_duckdb import DuckDB
from mqlgate.features.family import Family
from mqlgate.features.feature import Feature
from mqlgate.features.history import HISTORY
from mqlgate.features.lead import LEAD
from mqlgate.features.rhythm import RHYTHM
from mqlgate.features.scope import Scope
from mqlgate.features.survey import survey

if TYPE_CHECKING:
    from mqlgate.crm.records import Crm

FAMILIES: tuple[Family, ...] = (LEAD, HISTORY, ACTIVITY, RHYTHM, ACCOUNT, CONTEXT)
"""In the order of the model's columns; on a clash of names the earlier family keeps the name."""


@dataclass(frozen=True)
class FeaturePlan:
    """The features of a version: what they are about, and their names in the model's order."""

    scope: Scope
    names: tuple[str, ...]

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """The features, in the order of `names`, in DuckDB's SQL."""
        return self.made_for(DuckDB())

    def made_for(self, dialect: Dialect) -> tuple[Feature, ...]:
        """The features in an engine's SQL.

        Raises
        ------
        InputError
            Where this release no longer makes one of them.
        """
        made = {feature.name: feature for feature in _all_features(self.scope, dialect)}
        lost = [name for name in self.names if name not in made]
        if lost:
            raise InputError(
                "the version's recipe",
                f"this release of mqlgate does not make the features {listed(map(quoted, lost))}",
                mend="Score with the release that trained the version, or train a new one",
            )
        return tuple(made[name] for name in self.names)

    def required_columns(self) -> tuple[str, ...]:
        """The lead columns that must be there to compute the features, in alphabetical order."""
        return tuple(sorted({column for feature in self.features for column in feature.needs}))

    def kinds(self) -> dict[str, str]:
        """Kinds of the lead columns as they were at training: number, boolean, category, time, text."""
        return {column.name: column.kind for column in self.scope.columns}

    def only(self, names: "tuple[str, ...] | list[str]") -> "FeaturePlan":
        """A plan with some of the features, in this plan's order."""
        return replace(self, names=tuple(name for name in self.names if name in set(names)))

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `from_json` reads them."""
        return {"scope": self.scope.to_json(), "names": list(self.names)}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "FeaturePlan":
        """The plan that `to_json` told."""
        return cls(Scope.from_json(said["scope"]), tuple(said["names"]))


def plan(crm: "Crm", *, as_of: datetime | None = None, snapshots: str | None = None) -> FeaturePlan:
    """Which features this CRM has.

    Parameters
    ----------
    crm
        The canonical tables.
    as_of
        Only what was seen by then decides; the default is the CRM's own as-of.
    snapshots
        A table of snapshots. With it an activity type is as common as the snapshots see it, so that types that only
        ever follow the outcome get no features.
    """
    dialect = DuckDB()
    scope = survey(crm, as_of or crm.as_of, snapshots, dialect)
    return FeaturePlan(scope, tuple(feature.name for feature in _all_features(scope, dialect)))


def _all_features(scope: Scope, dialect: Dialect) -> Iterator[Feature]:
    """Every feature of every family; a name that is taken, whatever its case, gets the next free number."""
    taken: set[str] = set()
    for family in FAMILIES:
        for feature in family.features(scope, dialect):
            name, number = feature.name, 2
            while name.casefold() in taken:
                name, number = f"{feature.name}_{number}", number + 1
            taken.add(name.casefold())
            yield replace(feature, name=name)
