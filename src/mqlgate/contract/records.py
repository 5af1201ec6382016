"""Records that are no rows: too many or too few values, NUL bytes; and tables without any row."""

from collections.abc import Iterator

from mqlgate.contract.evidence import gathered, rows_of
from mqlgate.contract.finding import Finding, Severity
from mqlgate.crm import Crm
from mqlgate.tables.settings import LeadsSection


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    for key, raw in crm.raw.items():
        if rows_of(crm, key) == 0:
            yield Finding(
                "no_rows",
                "error" if key == "leads" else "warning",
                key,
                raw.where,
                None,
                0,
                "there is a header but not a single row" if raw.first_record == 2 else "there is not a single row",
                "Export the table again, or leave its section out" if key != "leads" else "Export the leads again",
            )
        if raw.bad:
            yield _bad_records(crm, key)


def too_many(crm: Crm, key: str, rows: int) -> Severity:
    """`warning` up to the share of bad rows that `[leads] max_bad_share` allows, `error` beyond."""
    return "warning" if rows <= crm.config[LeadsSection].max_bad_share * rows_of(crm, key) else "error"


def _bad_records(crm: Crm, key: str) -> Finding:
    raw = crm.raw[key]
    evidence = gathered(
        crm,
        "SELECT record, reason AS value FROM bad_row WHERE table_name = $key AND column_name = ''",
        {"key": key},
    )
    return Finding(
        "bad_record",
        too_many(crm, key, evidence.rows),
        key,
        raw.where,
        None,
        evidence.rows,
        f"{evidence.rows:,} of {rows_of(crm, key):,} records are no rows and were left out ({evidence.shown()})",
        "Put values that hold a delimiter or a line break in double quotes, and remove NUL bytes",
        evidence.records,
    )
