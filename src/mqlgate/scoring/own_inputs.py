"""Scores never go where the data come from: a slip in `--out` would replace the leads by their scores.

Looks at names alone; never opens a table.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from mqlgate.config import Config
from mqlgate.errors import InputError, masked
from mqlgate.tables.settings import (
    ActivitiesSection,
    HistorySection,
    LeadsSection,
    LookupSection,
    OutcomesSection,
    TableSection,
)


def refuse_input_file(config: Config, out: Path, leads: Path | None) -> None:
    """Refuse a file of scores that is the configuration, the file of `--leads`, or a table of the configuration.

    Raises
    ------
    InputError
        Naming what would be lost.
    """
    if not out.exists():
        return
    inputs = [("the configuration", config.directory / config.where)]
    inputs += [("the file of --leads", leads)] if leads else []
    inputs += [
        (f"the data of {place}", file)
        for place, table in _tables(config)
        if table.path
        for file in _files(config.resolve(table.path))
    ]
    for what, file in inputs:
        if file.exists() and file.samefile(out):
            raise InputError(
                f"--out {out}",
                f"this is {what}, which scores would replace",
                "a file of its own",
                "Nothing was written",
            )


def refuse_inputs_table(config: Config, out: str, table: str) -> None:
    """Refuse a table of scores that a query of the configuration reads from the same database.

    Raises
    ------
    InputError
        Naming the section whose query reads it.
    """
    name = re.compile(rf"(?<!\w){re.escape(table.rpartition('.')[2])}(?!\w)", re.IGNORECASE)
    for place, section in _tables(config):
        if section.url == out and section.query and name.search(section.query):
            raise InputError(
                f"--out {masked(out)} --table {table}",
                f"the query of {place} reads this table, which scores would replace",
                "a table of its own",
                "Nothing was written",
            )


def _files(path: Path) -> list[Path]:
    """The files that a path names, itself or by a glob; those of a folder for a folder."""
    if path.is_dir():
        return list(path.rglob("*"))
    return [path] if path.exists() else list(Path(path.anchor).glob(str(path.relative_to(path.anchor))))


def _tables(config: Config) -> Iterator[tuple[str, TableSection]]:
    yield "[leads]", config[LeadsSection]
    for number, lookup in enumerate(config.many(LookupSection), start=1):
        yield f"[[lookups]] {number}", lookup
    for place, kind in (
        ("[activities]", ActivitiesSection),
        ("[history]", HistorySection),
        ("[outcomes]", OutcomesSection),
    ):
        section = config.optional(kind)
        if section is not None:
            yield place, section
