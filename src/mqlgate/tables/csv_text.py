"""A CSV file as text: its encoding proved, its delimiter found, its header read, its records counted.

Never interprets a value. A file in another encoding than it claims is refused with the place of the first wrong byte.
"""

import codecs
import csv
import gzip
import io
import os
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from mqlgate.errors import InputError

_CHUNK = 1 << 22
_DELIMITERS = ",;\t|"
_SMALLEST_LINE_LIMIT = 2 << 20
_LARGEST_LINE_LIMIT = 1 << 27
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class CsvText:
    """An open CSV file: where its UTF-8 text stands and how it is cut into values."""

    path: Path
    gzipped: bool
    delimiter: str
    header: tuple[str, ...]
    has_nul: bool
    longest_allowed: int
    temporary: bool

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Number (the header is 1) and values of each record after the header; empty lines are none."""
        csv.field_size_limit(1 << 30)
        with io.TextIOWrapper(_open(self.path, self.gzipped), "utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, delimiter=self.delimiter)
            next(reader)
            number = 1
            for values in reader:
                if values:
                    number += 1
                    yield number, values

    def close(self) -> None:
        """Remove the UTF-8 copy, if one was made."""
        if self.temporary:
            self.path.unlink(missing_ok=True)


def opened(path: Path, where: str, encoding: str) -> CsvText:
    """Prove that `path` is a text in `encoding` with a header.

    Raises
    ------
    InputError
        Where the file is missing, empty, no text, or in another encoding.
    """
    try:
        if path.is_dir():
            raise InputError(where, "this is a folder", "a file")
        with path.open("rb") as raw:
            start = raw.read(4)
    except FileNotFoundError:
        raise InputError(where, f"there is no such file (looked for {path})", mend="Mend the path") from None
    except OSError as error:
        raise InputError(where, f"the file cannot be read: {error.strerror}", mend="Mend its permissions") from None
    gzipped = start.startswith(b"\x1f\x8b")
    if start.startswith((b"PAR1", b"PK\x03\x04", b"%PDF", b"SQLi")):
        raise InputError(
            where, "this is no CSV text", "a CSV file", "Save a spreadsheet as CSV; name a Parquet file *.parquet"
        )
    codec = _codec(encoding, where)
    try:
        with _open(path, gzipped) as raw:
            if raw.read(2) in _UTF16:
                codec = "utf-16"
        copy, has_nul, longest = _proved(path, gzipped, codec, where)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            where, f"the file cannot be read to its end: {error}", mend="Copy the file again, or export it again"
        ) from None
    text = CsvText(copy or path, gzipped and copy is None, ",", (), has_nul, longest, temporary=copy is not None)
    try:
        _read_header(text, where)
    except BaseException:
        text.close()
        raise
    return text


def _read_header(text: CsvText, where: str) -> None:
    head = _head(text.path, text.gzipped, where)
    text.delimiter = max(_DELIMITERS, key=lambda mark: (_outside_quotes(head).count(mark), -_DELIMITERS.index(mark)))
    csv.field_size_limit(1 << 30)
    with io.TextIOWrapper(_open(text.path, text.gzipped), "utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines, delimiter=text.delimiter), [])
    text.header = tuple(name.replace("\0", "") for name in header)


def _codec(encoding: str, where: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(
            f"{where}, encoding", f'"{encoding}" is no encoding', '"utf-8", "latin-1" or "utf-16"'
        ) from None


def _proved(path: Path, gzipped: bool, codec: str, where: str) -> tuple[Path | None, bool, int]:
    """Read the file once: a UTF-8 copy where one is needed, whether it has NUL bytes, and the longest line to allow."""
    if codec in ("utf-8", "ascii", "utf-8-sig"):
        return None, *_read_through(path, gzipped, codec, where, None)
    descriptor, name = tempfile.mkstemp(prefix="mqlgate-", suffix=".csv")
    copy = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            return copy, *_read_through(path, gzipped, codec, where, out)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def _read_through(path: Path, gzipped: bool, codec: str, where: str, copy: IO[bytes] | None) -> tuple[bool, int]:
    decoder = codecs.getincrementaldecoder(codec)()
    has_nul, read, lines, ended = False, 0, 0, False
    with _open(path, gzipped) as raw:
        while not ended:
            chunk = raw.read(_CHUNK)
            ended = not chunk
            try:
                text = decoder.decode(chunk, final=ended)
            except UnicodeDecodeError as error:
                line = lines + error.object[: error.start].count(b"\n") + 1
                raise _wrong_encoding(where, codec, line, error.object[error.start]) from None
            has_nul = has_nul or "\0" in text
            read += len(chunk)
            lines += chunk.count(b"\n")
            if copy:
                copy.write(text.encode())
    if read == 0:
        raise InputError(where, "the file is empty", "a header line and one line for each row")
    return has_nul, min(max(read, _SMALLEST_LINE_LIMIT), _LARGEST_LINE_LIMIT)


def _wrong_encoding(where: str, codec: str, line: int, byte: int) -> InputError:
    other = "" if codec == "latin-1" else ', or say encoding = "latin-1" in its section'
    return InputError(
        f"{where}, line {line:,}",
        f"the byte 0x{byte:02x} is not {codec.upper()}",
        f"text in {codec.upper()}",
        f"Save the file as UTF-8{other}",
    )


def _open(path: Path, gzipped: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if gzipped else path.open("rb")


def _head(path: Path, gzipped: bool, where: str) -> str:
    with _open(path, gzipped) as raw:
        head = raw.read(1 << 20).decode("utf-8-sig", errors="replace")
    line = head.split("\n")[0]
    if not line.strip():
        raise InputError(
            where, "the first line is empty", "a header that names the columns", "Remove the empty lines above it"
        )
    return line


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
