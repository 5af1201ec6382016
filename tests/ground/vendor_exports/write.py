"""Writes the files of this folder: sixty invented leads, told as each vendor's exports and warehouse tables tell them.

    python -m ground.vendor_exports.write

What a vendor's tables hold stands in the module of its name, what others add in `additions.py`. Uses no clock and no
chance but a seeded one.
"""

import csv
import io
from pathlib import Path

from ground.vendor_exports import FOLDER
from ground.vendor_exports.additions import ADDITIONS
from ground.vendor_exports.hubspot import HUBSPOT
from ground.vendor_exports.marketo import MARKETO
from ground.vendor_exports.pardot import PARDOT
from ground.vendor_exports.people import Table, leads
from ground.vendor_exports.pipedrive import PIPEDRIVE
from ground.vendor_exports.salesforce import SALESFORCE

TABLES: dict[str, Table] = {**HUBSPOT, **SALESFORCE, **PIPEDRIVE, **MARKETO, **PARDOT, **ADDITIONS}


def text(name: str) -> str:
    """The file `name` as it should stand."""
    columns, rows = TABLES[name]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if value is None else value for value in row] for row in rows(leads())])
    return file.getvalue()


def main(folder: Path = FOLDER) -> None:
    """Write them all."""
    for name in TABLES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
