"""The dialect of DuckDB, the engine that is always there."""

from mqlgate.features.dialect import UNITS, Dialect
from mqlgate.tables.names import quote_text


class DuckDB(Dialect):
    """DuckDB 2 and later."""

    name = "duckdb"

    def age_days(self, later: str, earlier: str) -> str:
        return f"((epoch_us({later}) - epoch_us({earlier})) / 86400e6)"

    def days_after(self, time: str, days: float) -> str:
        return f"({time} + to_microseconds({round(days * 86_400_000_000)}))"

    def day(self, time: str) -> str:
        return f"date_trunc('day', {time})"

    def weekday(self, time: str) -> str:
        return f"isodow({time})"

    def hour(self, time: str) -> str:
        return f"hour({time})"

    def month(self, time: str) -> str:
        return f"month({time})"

    def quantile(self, values: str, share: float) -> str:
        return f"quantile_cont({values}, {float(share)!r}e0)"

    def fixed(self, value: str) -> str:
        return f"CAST(round({value} * {UNITS / 1.0!r}e0) AS BIGINT)"

    def as_number(self, expression: str) -> str:
        return f"CAST({expression} AS DOUBLE)"

    def read_number(self, text: str) -> str:
        number = f"TRY_CAST({text} AS DOUBLE)"
        return f"CASE WHEN isfinite({number}) THEN {number} END"

    def plain(self, text: str) -> str:
        return f"trim(lower(strip_accents({text})))"

    def matches(self, text: str, pattern: str) -> str:
        return f"regexp_matches({text}, {quote_text(pattern)})"

    def extract(self, text: str, pattern: str, group: int) -> str:
        return f"regexp_extract({text}, {quote_text(pattern)}, {group})"

    def substitute(self, text: str, pattern: str, by: str) -> str:
        return f"regexp_replace({text}, {quote_text(pattern)}, {quote_text(by)}, 'g')"
