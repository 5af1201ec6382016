"""What the features of one CRM are about: its columns, activity types, roles and spans of time, as known at training.

Decided once, when a version is trained, and stored with it: scoring must use the same columns and the same types,
whatever the data look like by then. Never holds SQL; `survey` fills it.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from mqlgate.tables.groups import Group
from mqlgate.tables.kinds import Kind


@dataclass(frozen=True)
class LeadColumn:
    """A column of `lead_value`.

    Attributes
    ----------
    amounts
        How many of its texts are sizes such as `51-200`.
    history_field
        Its name among dated changes; None where it is taken as constant.
    on_form
        Whether it stands in the leads table itself and is neither free text nor a time.
    """

    name: str
    kind: Kind
    group: Group
    words: str
    amounts: Literal["none", "some", "all"] = "none"
    history_field: str | None = None
    on_form: bool = False


@dataclass(frozen=True)
class ActivityType:
    """An activity type that is common enough for features of its own."""

    name: str
    tier: str
    party: str
    points: int
    group: Group


@dataclass(frozen=True)
class Scope:
    """All that the families need to know to make their features; see `mqlgate.features.survey`."""

    columns: tuple[LeadColumn, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    types: tuple[ActivityType, ...] = ()
    tiers: tuple[str, ...] = ()
    tier_points: tuple[tuple[str, int], ...] = ()
    has_third_party: bool = False
    has_created: bool = False
    has_created_hour: bool = False
    has_qualified: bool = False
    has_accounts: bool = False
    has_outcomes: bool = False
    has_touches: bool = False
    has_seasons: bool = False
    undo_history: bool = False
    windows: tuple[int, ...] = (1, 7, 30, 90)
    half_lives: tuple[int, ...] = (3, 14, 45)

    @property
    def role(self) -> dict[str, str]:
        """Role to column."""
        return dict(self.roles)

    @property
    def has_activity(self) -> bool:
        """Whether leads did anything that was recorded."""
        return bool(self.tiers)

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `from_json` reads them."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Scope":
        """The scope that `to_json` told."""
        plain = {f.name: said[f.name] for f in fields(cls) if f.name in said}
        return cls(
            **{
                **{name: _tuples(value) for name, value in plain.items()},
                "columns": tuple(LeadColumn(**column) for column in plain["columns"]),
                "types": tuple(ActivityType(**kind) for kind in plain["types"]),
            }
        )


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value
