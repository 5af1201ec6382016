"""A scores table into a CSV or Parquet file, chunk by chunk, in bounded memory; replaced whole or not at all.

Never computes a score and never orders rows. The same rows give the same bytes, however they were cut into chunks.
"""

import hashlib
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Protocol, Self

from mqlgate.errors import InputError
from mqlgate.sinks.csv_rows import HEADER, csv_rows
from mqlgate.sinks.manifest import METADATA_KEY, Facts, Manifest, manifest_path
from mqlgate.sinks.rejected import RejectedRow, write_rejected
from mqlgate.sinks.replacement import replacing
from mqlgate.sinks.schema import NAMES, arrow_schema, conformed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PARQUET, CSV = (".parquet", ".pq"), (".csv",)
_ROWS_PER_GROUP = 65_536


def refuse_unwritable(path: Path) -> None:
    """Refuse a place for scores before a long computation, not after it.

    Raises
    ------
    InputError
        If the name ends in neither .csv nor .parquet, its folder is not there, or it is a folder itself.
    """
    if path.is_dir():
        raise InputError(f"--out {path}", "this is a folder", "a file that ends in .csv or .parquet")
    if path.suffix.lower() not in PARQUET + CSV:
        raise InputError(
            f"--out {path}", f'"{path.suffix}" is no format of scores', "a name that ends in .csv or .parquet"
        )
    if not path.parent.is_dir():
        raise InputError(f"--out {path}", f"there is no folder {path.parent}", mend="Make it first")


class ScoresSink(Protocol):
    """Where scores go, a chunk at a time. A context: what stood there is replaced where nothing was raised in it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def write(self, scores: "pd.DataFrame") -> None:
        """Append rows of the scores table."""

    def reject(self, rows: Iterable[RejectedRow]) -> None:
        """Note rows that could not be scored."""

    @property
    def manifest(self) -> Manifest:
        """What was written; known once the context was left."""


class ScoresWriter:
    """A `ScoresSink` that is a file.

    >>> with ScoresWriter(Path("scores.csv"), facts) as writer:  # doctest: +SKIP
    ...     writer.write(chunk)
    >>> writer.manifest.rows  # doctest: +SKIP

    Raises
    ------
    InputError
        If the name ends in neither .csv nor .parquet, or the disk refuses; the old file is then as it was.
    """

    def __init__(self, path: Path, facts: Facts) -> None:
        refuse_unwritable(path)
        self.path, self.facts = path, facts
        self._stack = ExitStack()
        self._manifest: Manifest | None = None
        self._rows = 0
        self._rejected: list[RejectedRow] = []
        self._digest = hashlib.sha256(HEADER)

    def __enter__(self) -> Self:
        file = self._stack.enter_context(replacing(self.path))
        try:
            self._body: _CsvBody | _ParquetBody = (
                _ParquetBody(file) if self.path.suffix.lower() in PARQUET else _CsvBody(file)
            )
        except BaseException as error:
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def write(self, scores: "pd.DataFrame") -> None:
        """Append rows of the scores table, in order.

        Raises
        ------
        ValueError
            If they are not of its schema.
        """
        table = conformed(scores)
        rows = csv_rows(table)
        self._digest.update(rows)
        self._rows += table.num_rows
        self._body.append(table, rows)

    def reject(self, rows: Iterable[RejectedRow]) -> None:
        """Note rows that could not be scored: they go to OUT.rejected.csv."""
        self._rejected.extend(rows)

    @property
    def manifest(self) -> Manifest:
        """What was written; known once the context was left."""
        if self._manifest is None:
            raise RuntimeError("the scores table is not written yet")
        return self._manifest

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._body.abandon()
            self._stack.__exit__(kind, error, trace)
            return
        manifest = Manifest.of(self.facts, self._rows, self._digest.hexdigest(), NAMES)
        with self._stack:
            try:
                self._body.finish(manifest)
            except BaseException:
                self._body.abandon()
                raise
        write_rejected(self.path, self._rejected)
        # Last: where a kill falls before it, the manifest's checksum tells that it is of another table.
        with replacing(manifest_path(self.path)) as file:
            file.write(manifest.to_text().encode())
        self._manifest = manifest


class _CsvBody:
    """CSV text."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.write(HEADER)

    def append(self, table: "pa.Table", rows: bytes) -> None:  # noqa: ARG002 (Parquet takes the table)
        self._file.write(rows)

    def finish(self, manifest: Manifest) -> None: ...

    def abandon(self) -> None: ...


class _ParquetBody:
    """Parquet in row groups of a fixed size, so that the bytes do not depend on the chunks."""

    def __init__(self, file: IO[bytes]) -> None:
        import pyarrow.parquet as pq

        self._waiting: pa.Table = arrow_schema().empty_table()
        # store_schema: Arrow's own copy of the schema would hide the manifest from who reads the schema's metadata.
        self._writer = pq.ParquetWriter(file, arrow_schema(), compression="zstd", version="2.6", store_schema=False)

    def append(self, table: "pa.Table", rows: bytes) -> None:  # noqa: ARG002 (CSV takes the rows)
        import pyarrow as pa

        self._waiting = pa.concat_tables([self._waiting, table])
        while self._waiting.num_rows >= _ROWS_PER_GROUP:
            self._write_group(_ROWS_PER_GROUP)

    def finish(self, manifest: Manifest) -> None:
        if self._waiting.num_rows:
            self._write_group(self._waiting.num_rows)
        self._writer.add_key_value_metadata({METADATA_KEY: manifest.to_text()})
        self._writer.close()

    def abandon(self) -> None:
        self._writer.is_open = False  # else its destructor would write a footer into a closed file

    def _write_group(self, rows: int) -> None:
        self._writer.write_table(self._waiting.slice(0, rows).combine_chunks(), row_group_size=rows)
        self._waiting = self._waiting.slice(rows)
