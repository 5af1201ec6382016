"""CRMs of a few rows, from DataFrames, for tests that state one rule each."""

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


def crm_of(now: datetime = NOW, as_of: datetime | None = None, directory: Path | str = ".", **tables: Any) -> crm.Crm:
    """A loaded CRM. `leads=(frame, {"qualified_at": "mql_at"})` gives a table and its section; other keys are sections."""
    frames: dict[str, pd.DataFrame] = {}
    sections: dict[str, Any] = {}
    for name, given in tables.items():
        if isinstance(given, tuple):
            frames[name], sections[name] = pd.DataFrame(given[0]), dict(given[1])
        elif name == "asked":
            frames[name] = pd.DataFrame(given)
        else:
            sections[name] = given
    return crm.load(config_of(directory, **sections), now=now, as_of=as_of, frames=frames)
