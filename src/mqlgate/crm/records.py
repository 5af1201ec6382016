"""What a loaded CRM is: canonical tables in one DuckDB connection, and what is known about them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from duckdb import DuckDBPyConnection

from mqlgate.config import Config
from mqlgate.tables.groups import Group
from mqlgate.tables.kinds import ColumnFacts, Kind
from mqlgate.tables.names import quote_name
from mqlgate.tables.read import RawTable
from mqlgate.tables.settings import LeadsSection, OutcomesSection
from mqlgate.tables.times import TimeReading


@dataclass(frozen=True)
class Column:
    """A lead column that may become a feature."""

    name: str
    kind: Kind
    group: Group
    source: str
    words: str


@dataclass(frozen=True)
class Crm:
    """Canonical tables (see docs/development/architecture.md) and what is known about them.

    Attributes
    ----------
    con
        The DuckDB connection that holds them.
    columns
        Lead columns, lookups included, that may become features.
    roles
        Role to column: source, campaign, owner, email, title, account.
    as_of
        The moment that the CRM is seen at, naive UTC: the one asked for, else the latest mapped time that is not
        after the wall clock, else the wall clock.
    now
        The wall clock.
    raw
        The raw tables by their section: leads, asked, activities, history, outcomes, lookups[1], …
    readings
        How each mapped date column is read, by (section, column).
    facts
        Facts of the lead and lookup columns, by name.
    """

    con: DuckDBPyConnection
    config: Config
    columns: tuple[Column, ...]
    roles: Mapping[str, str]
    as_of: datetime
    now: datetime
    raw: Mapping[str, RawTable]
    readings: Mapping[tuple[str, str], TimeReading] = field(default_factory=dict)
    facts: Mapping[str, ColumnFacts] = field(default_factory=dict)

    @property
    def horizon_days(self) -> float:
        """Days within which an acceptance counts."""
        outcomes = self.config.optional(OutcomesSection)
        return outcomes.horizon_days if outcomes else float(OutcomesSection.model_fields["horizon_days"].default)

    @property
    def closing_days(self) -> float | None:
        """Days after which no acceptance counts any more; None with a target column, which knows no horizon."""
        return None if self.has_target_column else self.horizon_days

    @property
    def has_target_column(self) -> bool:
        """Whether the leads carry their own target."""
        outcomes = self.config.optional(OutcomesSection)
        return bool(outcomes and outcomes.column)

    @property
    def is_dated(self) -> bool:
        """Whether the leads' qualification has a time."""
        return self.config[LeadsSection].snapshot_at is not None

    def fingerprint(self) -> str:
        """SHA-256 of all raw tables: the same rows, in whatever order, the same fingerprint."""
        told = []
        for key in sorted(self.raw):
            columns = ", ".join(quote_name(column) for column in self.raw[key].columns)
            row = self.con.execute(
                f"""SELECT count(*), bit_xor(hash({columns})), sum(hash({columns}) >> 20)
                    FROM {quote_name(self.raw[key].name)}"""
            ).fetchone()
            told.append(f"{key}:{columns}:{row}")
        return hashlib.sha256("\n".join(told).encode()).hexdigest()
