"""CRMs of a few rows, from DataFrames or files, for tests that state one rule each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from mqlgate import crm
from mqlgate.config import Config

NOW = datetime(2026, 7, 1)


def config_of(directory: Path | str = ".", **sections: Any) -> Config:
    """A configuration of sections, given as plain tables; tables without a source get one that frames stand in for."""
    for name in ("leads", "activities", "history", "outcomes"):
        if name in sections and not {"path", "url", "column"} & set(sections[name]):
            sections[name] = {"path": f"{name}.csv", **sections[name]}
    return Config(sections, Path(directory))


def crm_of(
    now: datetime = NOW,
    as_of: datetime | None = None,
    directory: Path | str = ".",
    trained_kinds: Mapping[str, Any] | None = None,
    needed: Iterable[str] = (),
    **tables: Any,
) -> crm.Crm:
    """A loaded CRM.

    `leads=(frame, {"qualified_at": "mql_at"})` gives a table and its section, `asked` a frame or the path of a file; a
    list of such pairs for `lookups`; other keys are sections.
    """
    frames: dict[str, pd.DataFrame] = {}
    sections: dict[str, Any] = {}
    asked = None
    for name, given in tables.items():
        if isinstance(given, tuple):
            frames[name], sections[name] = pd.DataFrame(given[0]), dict(given[1])
        elif name == "lookups":
            sections[name] = [{"path": f"lookup{number}.csv", **section} for number, (_, section) in enumerate(given)]
            frames |= {f"lookups[{number}]": pd.DataFrame(frame) for number, (frame, _) in enumerate(given, start=1)}
        elif name == "asked" and isinstance(given, Path):
            asked = given
        elif name == "asked":
            frames[name] = pd.DataFrame(given)
        else:
            sections[name] = given
    return crm.load(
        config_of(directory, **sections),
        now=now,
        as_of=as_of,
        frames=frames,
        asked=asked,
        trained_kinds=trained_kinds,
        needed=needed,
    )


def rows(known: crm.Crm, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query over a CRM's tables."""
    return known.con.execute(query).fetchall()


def values(known: crm.Crm, column: str) -> list[Any]:
    """The values of a lead column in canonical form, in the order of the leads."""
    return [value for (value,) in rows(known, f'SELECT "{column}" FROM lead_value ORDER BY row')]


def set_aside(known: crm.Crm) -> list[tuple[Any, ...]]:
    """The rows that loading set aside: table, number as a person counts, column, value, reason."""
    return rows(
        known, "SELECT table_name, record, column_name, value, reason FROM bad_row ORDER BY table_name, record, reason"
    )
