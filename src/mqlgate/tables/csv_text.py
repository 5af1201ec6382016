"""A CSV file as text: its encoding proved, its delimiter found, its header read, its records counted.

Never interprets a value. A file in another encoding than it claims is refused with the place of the first wrong byte.
"""

import codecs
import csv
import gzip
import io
import tempfile
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
        raise InputError(where, f"the file cannot be read: {error.strerror}") from None
    gzipped = start.startswith(b"\x1f\x8b")
    if start.startswith((b"PAR1", b"PK\x03\x04", b"%PDF", b"SQLi")):
        raise InputError(
            where, "this is no CSV text", "a CSV file", "Save a spreadsheet as CSV; name a Parquet file *.parquet"
        )
    codec = _codec(encoding, where)
    if start.startswith(_UTF16):
        codec = "utf-16"
    try:
        copy, has_nul, longest = _proved(path, gzipped, codec, where)
    except (OSError, EOFError) as error:
        raise InputError(where, f"the file cannot be read to its end: {error}") from None
    used = copy or path
    head = _head(used, gzipped and copy is None, where)
    delimiter = max(_DELIMITERS, key=lambda mark: (_outside_quotes(head).count(mark), -_DELIMITERS.index(mark)))
    text = CsvText(used, gzipped and copy is None, delimiter, (), has_nul, longest, temporary=copy is not None)
    csv.field_size_limit(1 << 30)
    with io.TextIOWrapper(_open(used, text.gzipped), "utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines, delimiter=delimiter), [])
    text.header = tuple(name.replace("\0", "") for name in header)
    return text


def _codec(encoding: str, where: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(
            f"{where}, encoding", f'"{encoding}" is no encoding', '"utf-8", "latin-1" or "utf-16"'
        ) from None


def _proved(path: Path, gzipped: bool, codec: str, where: str) -> tuple[Path | None, bool, int]:
    """Read the file once: a UTF-8 copy where one is needed, whether there are NUL bytes, and the longest line to allow."""
    decoder = codecs.getincrementaldecoder(codec)()
    copy: IO[bytes] | None = None
    if codec not in ("utf-8", "ascii", "utf-8-sig"):
        copy = tempfile.NamedTemporaryFile(prefix="mqlgate-", suffix=".csv", delete=False)
    has_nul, read, lines = False, 0, 0
    with _open(path, gzipped) as raw:
        while chunk := raw.read(_CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise _wrong_encoding(
                    where, codec, lines + chunk[: error.start].count(b"\n") + 1, chunk[error.start]
                ) from None
            has_nul = has_nul or "\0" in text
            read += len(chunk)
            lines += chunk.count(b"\n")
            if copy:
                copy.write(text.encode())
    if copy:
        copy.close()
    if read == 0:
        raise InputError(where, "the file is empty", "a header line and one line for each row")
    limit = min(max(read, _SMALLEST_LINE_LIMIT), _LARGEST_LINE_LIMIT)
    return (Path(copy.name) if copy else None), has_nul, limit


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
    line = head.lstrip("\r\n").split("\n")[0]
    if not line.strip():
        raise InputError(where, "the first line is empty", "a header that names the columns")
    return line


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
