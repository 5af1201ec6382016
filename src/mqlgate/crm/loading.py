"""What the steps of loading share: the connection, the raw tables, how dates are read, and the rows set aside."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

from mqlgate.config import Config
from mqlgate.crm.records import Column
from mqlgate.errors import InputError, quoted
from mqlgate.tables import kinds
from mqlgate.tables.kinds import ColumnFacts, Kind
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.raw import native_types
from mqlgate.tables.read import ROW, RawTable, read_table
from mqlgate.tables.settings import LeadsSection, TableSection
from mqlgate.tables.times import TimeReading, read_times

if TYPE_CHECKING:
    import pandas as pd

_HUGE = 1e38


class Loading:
    """State of one loading; it lives only inside `crm.load`."""

    def __init__(self, config: Config, frames: dict[str, "pd.DataFrame"], trained_kinds: dict[str, Kind]) -> None:
        self.config, self.frames, self.trained_kinds = config, frames, trained_kinds
        self.leads = config[LeadsSection]
        self.raw: dict[str, RawTable] = {}
        self.readings: dict[tuple[str, str], TimeReading] = {}
        self.value_readings: dict[tuple[str, str], TimeReading] = {}
        self.facts: dict[str, ColumnFacts] = {}
        self.columns: list[Column] = []
        self.roles: dict[str, str] = {}
        self.stored: dict[tuple[str, str], str] = {}
        self.con = connected()
        try:
            self._refuse_unknown_zone()
            self.con.execute(
                """CREATE TABLE bad_row (table_name VARCHAR, row BIGINT, record BIGINT, column_name VARCHAR,
                   value VARCHAR, reason VARCHAR)"""
            )
        except BaseException:
            self.con.close()
            raise

    @property
    def lead_tables(self) -> tuple[str, ...]:
        """The raw tables that leads come from; the leads table first, because it settles how dates are read."""
        return ("leads", "asked") if "asked" in self.raw else ("leads",)

    def first_row(self, key: str) -> int:
        """The number in `lead` of the first row of a raw table of leads: those asked for come first."""
        return self.raw["asked"].rows + len(self.raw["asked"].bad) if key == "leads" and "asked" in self.raw else 0

    def read(self, key: str, section: TableSection) -> RawTable:
        """Read the table of a section, the leads' own file once; records that are no rows go to `bad_row`."""
        name, main = f"raw_{key}", self.raw.get("leads")
        if main is not None and key not in self.frames and self.is_leads_own(section):
            self.con.execute(f"CREATE VIEW {quote_name(name)} AS SELECT * FROM {quote_name(main.name)}")
            raw = replace(main, name=name)
        else:
            raw = read_table(self.con, section, name, self.config.directory, self.frames.get(key))
        self.raw[key] = raw
        for bad in raw.bad:
            self.con.execute(
                "INSERT INTO bad_row VALUES (?, ?, ?, '', '', ?)",
                [key, bad.record - raw.first_record, bad.record, bad.found],
            )
        return raw

    def reading(self, key: str, column: str, section: TableSection, role: str) -> TimeReading:
        """How a mapped date column is read; remembered for the contract layer. `role` is its key in the section."""
        self.raw[key].need(column, f"[{'leads' if key == 'asked' else key}] {role}")
        dayfirst = self.dayfirst(key, column, section)
        reading = read_times(self.con, self.raw[key].name, column, self.config.timezone, dayfirst)
        self.readings[key, column] = reading
        return reading

    def dayfirst(self, key: str, column: str, section: TableSection) -> bool | None:
        """What is said of the section's dates, or else of those of the leads.

        A file of asked leads is read as the leads table is: a few rows must not be read another way than all.
        """
        if section.dayfirst is not None:
            return section.dayfirst
        before = ("leads", column)
        known = (self.readings.get(before) or self.value_readings.get(before)) if key == "asked" else None
        if self.leads.dayfirst is None and known is not None:
            return next((form.startswith("%d") for form in known.formats if form.startswith(("%d", "%m"))), None)
        return self.leads.dayfirst

    def is_leads_own(self, section: TableSection) -> bool:
        """Whether a section names the leads' own file or query, read in the same way."""
        return self._source_of(section) == self._source_of(self.leads)

    def _source_of(self, section: TableSection) -> tuple[object, ...]:
        path = self.config.resolve(section.path).resolve() if section.path else None
        return (path, section.url, section.query, section.encoding)

    def set_aside(self, key: str, condition: str, column: str, reason: str) -> None:
        """Put the rows of a raw table that meet `condition` into `bad_row`, each once for each reason."""
        raw = self.raw[key]
        self.con.execute(
            f"""INSERT INTO bad_row SELECT {quote_text(key)}, {ROW}, {ROW} + {raw.first_record}, {quote_text(column)},
                    CAST({quote_name(column)} AS VARCHAR), {quote_text(reason)}
                FROM {quote_name(raw.name)} WHERE {condition} ORDER BY {ROW}"""
        )

    def value_sql(self, column: str, kind: Kind, key: str, section: TableSection) -> str:
        """SQL that reads a raw column as its kind."""
        if kind == "number":
            return f"CAST({kinds.number_sql(column)} AS DOUBLE)"
        if kind == "boolean":
            return kinds.boolean_sql(column)
        return self.time_reading(column, key, section).at if kind == "time" else kinds.text_sql(column)

    def time_reading(self, column: str, key: str, section: TableSection) -> TimeReading:
        """How a column of times that may become a feature is read: as its table's dates are, else as it can be."""
        table, zone = self.raw[key].name, self.config.timezone
        said = read_times(self.con, table, column, zone, self.dayfirst(key, column, section))
        reading = said if said.formats else read_times(self.con, table, column, zone, None)
        self.value_readings[key, column] = reading
        return reading

    def _refuse_unknown_zone(self) -> None:
        zone = self.config.timezone.key
        try:
            self.con.execute(f"SELECT timezone({quote_text(zone)}, TIMESTAMP '2026-01-01')")
        except duckdb.Error:
            raise InputError(
                f"{self.config.where}, timezone",
                f"{quoted(zone)} is no time zone that DuckDB knows",
                'a name of the IANA list such as "UTC", "Europe/Berlin" or "America/New_York"',
            ) from None


def connected() -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own in memory: UTC, rows kept in their order, nothing fetched from a network.

    What does not fit goes to a folder of the system's temporary ones, which DuckDB makes when it needs it and removes
    when the connection closes; never to the working directory.
    """
    spill = Path(tempfile.gettempdir()) / f"mqlgate-{uuid4().hex[:12]}"
    con = duckdb.connect(
        config={
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "true",
        }
    )
    con.execute("SET TimeZone = 'UTC'")
    return con


def unreadable(column: str, reading: TimeReading) -> str:
    """SQL that is true where a date column holds something that cannot be read as a date, and is no word for none."""
    return f"(({reading.at}) IS NULL AND NOT {kinds.is_no_value_sql(quote_name(column))})"  # the cheap look first


def id_sql(con: duckdb.DuckDBPyConnection, table: str, column: str) -> str:
    """SQL of an id as text, unchanged; a whole number that came as a fraction loses its `.0`: 17.0 is 17.

    So an id matches itself in a table where it is a number, a nullable number or a text.
    """
    kind = native_types(con, table).get(column, "VARCHAR")
    name = quote_name(column)
    text = f"CAST({name} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        whole = f"{name} = floor({name}) AND abs({name}) < {_HUGE}"
        return f"CASE WHEN {whole} THEN CAST(CAST({name} AS HUGEINT) AS VARCHAR) ELSE {text} END"
    return f"CASE WHEN trim({text}) <> '' THEN {text} END"


def key_sql(con: duckdb.DuckDBPyConnection, table: str, column: str) -> str:
    """SQL of a key to another table: an id without the spaces around it; a word for 'none' is none."""
    plain = f"trim({id_sql(con, table, column)})"
    return f"CASE WHEN NOT {kinds.is_no_value_sql(plain)} THEN {plain} END"
