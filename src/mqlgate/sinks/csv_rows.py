"""Rows of the scores table as CSV bytes, the same everywhere: in files, in checksums, on the way into PostgreSQL.

UTF-8, comma, one line feed a row; floats are the shortest text that reads back equal; true and false; null is empty
and an empty text is `""`; times are ISO 8601 with Z. For machines: values stand unchanged, also those that a
spreadsheet would take for a formula.
"""

import io
from typing import TYPE_CHECKING, Any

from mqlgate.clock import iso
from mqlgate.sinks.schema import NAMES, SCORES, TIMESTAMP

if TYPE_CHECKING:
    import pyarrow as pa

HEADER = (",".join(NAMES) + "\n").encode()


def csv_rows(table: "pa.Table") -> bytes:
    """The rows of a conformed table, without a header."""
    import pyarrow.csv as pc

    for position, column in enumerate(SCORES):
        if column.kind == TIMESTAMP:
            table = table.set_column(position, column.name, _iso(table.column(position)))
    text = io.BytesIO()
    pc.write_csv(table, text, pc.WriteOptions(include_header=False, quoting_style="needed"))
    return text.getvalue()


def _iso(column: Any) -> Any:
    """Times as text; there are few different ones, so each is written out once."""
    import pyarrow as pa

    coded = column.combine_chunks().dictionary_encode()
    texts = [iso(moment.replace(tzinfo=None)) for moment in coded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(texts, pa.string())).cast(pa.string())
