"""What the steps of loading share: the connection, the raw tables, how dates are read, and the rows set aside."""

from typing import TYPE_CHECKING

import duckdb

from mqlgate.config import Config
from mqlgate.crm.records import Column
from mqlgate.tables import kinds
from mqlgate.tables.kinds import ColumnFacts, Kind
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW, RawTable, read_table
from mqlgate.tables.settings import LeadsSection, TableSection
from mqlgate.tables.times import TimeReading, read_times

if TYPE_CHECKING:
    import pandas as pd


class Loading:
    """State of one loading; it lives only inside `crm.load`."""

    def __init__(self, config: Config, frames: dict[str, "pd.DataFrame"], trained_kinds: dict[str, Kind]) -> None:
        self.con = duckdb.connect()
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute(
            """CREATE TABLE bad_row (table_name VARCHAR, row BIGINT, record BIGINT, column_name VARCHAR, value VARCHAR,
               reason VARCHAR)"""
        )
        self.config, self.frames, self.trained_kinds = config, frames, trained_kinds
        self.leads = config[LeadsSection]
        self.raw: dict[str, RawTable] = {}
        self.readings: dict[tuple[str, str], TimeReading] = {}
        self.facts: dict[str, ColumnFacts] = {}
        self.columns: list[Column] = []
        self.roles: dict[str, str] = {}

    @property
    def lead_tables(self) -> tuple[str, ...]:
        """The raw tables that leads come from, in the order of their rows in `lead`."""
        return ("asked", "leads") if "asked" in self.raw else ("leads",)

    def first_row(self, key: str) -> int:
        """The number in `lead` of the first row of a raw table of leads."""
        return self.raw["asked"].rows + len(self.raw["asked"].bad) if key == "leads" and "asked" in self.raw else 0

    def read(self, key: str, section: TableSection) -> RawTable:
        """Read the table of a section; records that are no rows go to `bad_row`."""
        raw = read_table(self.con, section, f"raw_{key}", self.config.directory, self.frames.get(key))
        self.raw[key] = raw
        for bad in raw.bad:
            self.con.execute(
                "INSERT INTO bad_row VALUES (?, ?, ?, '', '', ?)",
                [key, bad.record - raw.first_record, bad.record, bad.found],
            )
        return raw

    def reading(self, key: str, column: str, section: TableSection) -> TimeReading:
        """How a mapped date column is read; remembered for the contract layer."""
        self.raw[key].need(column, "the mapped time")
        dayfirst = section.dayfirst if section.dayfirst is not None else self.leads.dayfirst
        if dayfirst is None and key == "asked":
            dayfirst = self._dayfirst_of_leads(column)
        reading = read_times(self.con, self.raw[key].name, column, self.config.timezone, dayfirst)
        self.readings[key, column] = reading
        return reading

    def _dayfirst_of_leads(self, column: str) -> bool | None:
        """The order of day and month in the leads table: a short file of asked leads must not be read another way."""
        known = self.readings.get(("leads", column))
        return known.formats[0].startswith("%d") if known and known.formats else None

    def set_aside(self, key: str, condition: str, column: str, reason: str) -> None:
        """Put the rows of a raw table that meet `condition` into `bad_row`, each once for each reason."""
        raw = self.raw[key]
        self.con.execute(
            f"""INSERT INTO bad_row SELECT {quote_text(key)}, {ROW}, {ROW} + {raw.first_record}, {quote_text(column)},
                    CAST({quote_name(column)} AS VARCHAR), {quote_text(reason)}
                FROM {quote_name(raw.name)} WHERE {condition} ORDER BY {ROW}"""
        )

    def value_sql(self, column: str, kind: Kind, key: str) -> str:
        """SQL that reads a raw column as its kind."""
        if kind == "number":
            return f"CAST({kinds.number_sql(column)} AS DOUBLE)"
        if kind == "boolean":
            return kinds.boolean_sql(column)
        if kind == "time":
            return read_times(self.con, self.raw[key].name, column, self.config.timezone, self.leads.dayfirst).at
        return kinds.text_sql(column)


def unreadable(column: str, reading: TimeReading) -> str:
    """SQL that is true where a date column holds something that cannot be read as a date."""
    none = ", ".join(quote_text(word) for word in kinds.NO_VALUE)
    text = f"lower(trim(CAST({quote_name(column)} AS VARCHAR)))"
    return f"({text} <> '' AND {text} NOT IN ({none}) AND ({reading.at}) IS NULL)"


def id_sql(con: duckdb.DuckDBPyConnection, table: str, column: str) -> str:
    """SQL of an id as text, unchanged; a whole number that came as a float loses its `.0`."""
    row = con.execute(
        "SELECT data_type FROM duckdb_columns() WHERE table_name = ? AND column_name = ?", [table, column]
    ).fetchone()
    name = quote_name(column)
    if row and row[0] in ("DOUBLE", "FLOAT"):
        return f"CASE WHEN {name} = floor({name}) THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
    return f"CASE WHEN trim(CAST({name} AS VARCHAR)) <> '' THEN CAST({name} AS VARCHAR) END"
