"""The inferred configuration tried out: it must load, and leakage suspects are excluded. Never writes a file."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from mqlgate import crm
from mqlgate.config import Config
from mqlgate.contract.leakage import suspects
from mqlgate.crm import Crm
from mqlgate.inference.decision import Draft
from mqlgate.inference.feature_groups import with_groups
from mqlgate.inference.inferred import Inferred
from mqlgate.inference.late_columns import exclude_draft, said_of
from mqlgate.inference.vocabulary import Vocabulary
from mqlgate.tables.settings import LookupSection


def with_suspects(draft: Draft, late: Sequence[tuple[str, str]], vocabulary: Vocabulary, now: datetime) -> Inferred:
    """The finished inference: `late` columns and suspects excluded, each with its reason.

    Raises
    ------
    InputError
        Where the configuration does not load.
    """
    tried = _inferred(draft + exclude_draft(late))
    loaded = crm.load(_config(tried), now=now)
    suspected, weak = _suspected(loaded)
    own = [(column, why) for column, why in suspected if not _source(loaded, column).startswith("lookups")]
    finished = draft + exclude_draft(in_file_order([*late, *own], loaded.raw["leads"].columns))
    gone = {column for column, _ in suspected}
    for number, lookup in enumerate(_config(tried).many(LookupSection), start=1):
        section = f"lookups[{number}]"
        mine = [(c.removeprefix(lookup.prefix), why) for c, why in suspected if _source(loaded, c) == section]
        columns = [c for c in loaded.raw[section].columns if c != lookup.id]
        apart = [(c, why) for c in columns if (why := vocabulary.set_apart(c))]
        finished += exclude_draft(in_file_order([*apart, *mine], loaded.raw[section].columns), section)
        gone |= {lookup.prefix + c for c, _ in apart}
    if weak:
        said = f"Weak leakage suspects, kept; look at them: {said_of(weak)}."
        finished += Draft(notes=(("leads", said),))
    kept = [c for c in loaded.columns if c.name not in gone]
    finished, groups = with_groups(finished, kept, vocabulary)
    return _inferred(finished, tuple((c.name, c.kind, groups.get(c.name, c.group)) for c in kept))


def in_file_order(found: Sequence[tuple[str, str]], columns: Sequence[str]) -> list[tuple[str, str]]:
    """Each excluded column once, with its first reason, in the order of the file."""
    first: dict[str, str] = {}
    for column, why in found:
        first.setdefault(column, why)
    return sorted(first.items(), key=lambda entry: columns.index(entry[0]))


def _inferred(draft: Draft, columns: tuple[tuple[str, str, str], ...] = ()) -> Inferred:
    return Inferred(draft.decisions, draft.notes, draft.answers, columns)


def _config(inferred: Inferred) -> Config:
    return Config(tomllib.loads(inferred.to_toml()), Path.cwd(), "the inferred mqlgate.toml")


def _source(loaded: Crm, column: str) -> str:
    return next((c.source for c in loaded.columns if c.name == column), "leads")


def _suspected(loaded: Crm) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Columns that are excluded, and those that are only named: weak ones hardly tell accepted leads from others."""
    found = suspects(loaded)
    strong = [(suspect.column, suspect.why) for suspect in found if suspect.strength == "strong"]
    return strong, [(suspect.column, suspect.why) for suspect in found if suspect.strength != "strong"]
