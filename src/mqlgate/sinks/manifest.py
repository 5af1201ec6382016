"""What a scores table is: as of when, by which version and configuration, all leads or some, and its checksum.

It stands in the Parquet metadata, beside every file as OUT.manifest.json, and beside a database table as
NAME_manifest. Never reads a score.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from mqlgate.clock import iso
from mqlgate.errors import InputError

FULL, PARTIAL = "full", "partial"
METADATA_KEY = "mqlgate.manifest"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a scores table before its first row is.

    `scope` is `full` (every lead that is open or not yet an MQL) or `partial` (the rows of `--leads`).
    """

    as_of: datetime
    model_version: str
    configuration: str
    scope: str
    mqlgate_version: str


@dataclass(frozen=True, kw_only=True)
class Manifest(Facts):
    """The facts, and what was written.

    `checksum` is the SHA-256 of the table as CSV, header included: of the very file where that is CSV, and the same
    figure for the same table in Parquet or in a database.
    """

    rows: int
    checksum: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, facts: Facts, rows: int, checksum: str, columns: tuple[str, ...]) -> Self:
        """The manifest of a table of which all rows were written."""
        return cls(**asdict(facts), rows=rows, checksum=checksum, columns=columns)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back to an equal manifest."""
        return {**asdict(self), "as_of": iso(self.as_of), "columns": list(self.columns)}

    def to_text(self) -> str:
        """The manifest as it stands in a file."""
        return json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The manifest that `to_json` wrote; keys of later releases are ignored.

        Raises
        ------
        KeyError, TypeError, ValueError
            Where it is none.
        """
        known = {f.name: stored[f.name] for f in fields(cls)}
        known["as_of"] = datetime.fromisoformat(known["as_of"]).replace(tzinfo=None)
        known["columns"] = tuple(known["columns"])
        return cls(**known)


def manifest_path(out: Path) -> Path:
    """OUT.manifest.json."""
    return out.with_name(f"{out.name}.manifest.json")


def read_manifest(out: Path) -> Manifest:
    """The manifest beside the scores file `out`.

    Raises
    ------
    InputError
        Where there is none, or it cannot be read.
    """
    path = manifest_path(out)
    mend = "Write the scores again with `mqlgate score`"
    try:
        return Manifest.from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(str(path), f"the manifest cannot be read: {error.strerror}", mend=mend) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(str(path), "this is no manifest of a scores table", mend=mend) from None
