"""A family: features that are computed from the same relation, in one SQL statement. Never holds a feature itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mqlgate.features.dialect import Dialect
from mqlgate.features.feature import Feature
from mqlgate.features.scope import Scope

Maker = Callable[[Scope, Dialect], Iterator[Feature]]
"""Makes the features of one idea; a new feature is a new maker in a family's list."""

Statement = Callable[[str, Sequence[Feature], Scope, Dialect], str]
"""From the quoted name of a snapshot table and the features wanted to one SELECT: `snapshot_id`, then f0, f1, …"""


@dataclass(frozen=True)
class Family:
    """Makers and the statement that computes what they make."""

    name: str
    makers: tuple[Maker, ...]
    statement: Statement

    def features(self, scope: Scope, dialect: Dialect) -> list[Feature]:
        """All features of this family that the scope allows, in the order of the makers."""
        return [feature for maker in self.makers for feature in maker(scope, dialect)]


def selected(features: Sequence[Feature], dialect: Dialect) -> str:
    """The features' expressions as f0, f1, …: to SQL, names that differ in case alone are the same."""
    return "".join(
        f",\n       {dialect.as_number(f.sql) if f.kind == 'number' else f.sql} AS f{i}" for i, f in enumerate(features)
    )


def used(features: Sequence[Feature], relation: str, measures: Iterable[str]) -> list[str]:
    """Those of a relation's measures that the features speak of, as `relation.measure`: no other need be computed."""
    spoken = {name for f in features for name in re.findall(rf"\b{relation}\.(\w+)", f.sql)}
    return [measure for measure in measures if measure in spoken]
