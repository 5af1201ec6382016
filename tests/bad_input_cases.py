"""Kinds of bad input as a table of cases: the files, and what must be said about them.

Data only; nothing here runs mqlgate. `tests/unit/test_bad_input.py` reads the cases through the library, and the
command line is held to the same table: a case that is `told` is an InputError, exit status 2 there; one that is `found`
is a finding of `check`, exit status 1 where it is an error and else 0.
"""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2024, 1, 1)
LEADS_HEAD = "lead_id,created_at,mql_at,industry,employees,channel"


@dataclass(frozen=True)
class Case:
    """One kind of bad input.

    Attributes
    ----------
    says
        What the message must hold: where it is, what was found, how to mend it.
    code
        The finding's code; None where the input is refused with an InputError.
    severity
        The finding's severity.
    never
        What must not be shown.
    """

    name: str
    files: Mapping[str, bytes]
    says: tuple[str, ...] = ()
    code: str | None = None
    severity: str = "error"
    never: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Put the files into `folder`; returns the path of the configuration."""
        for name in self.folders:
            (folder / name).mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder / "mqlgate.toml"


@dataclass(frozen=True)
class Crm:
    """A small CRM without fault, from which each case departs in one thing."""

    leads: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    activities: list[str] = field(default_factory=list)


def crm(count: int = 80, per_day: int = 1) -> Crm:
    """`count` leads, every third accepted after 20 days, every third rejected after 5."""
    made = Crm()
    for number in range(count):
        day = FIRST_DAY + timedelta(days=number // per_day)
        name = f"L{number:04d}"
        industry = ("Software", "Retail", "Energy")[number * 7 % 11 % 3]
        made.leads.append(
            f"{name},{day}T08:00,{day}T09:00,{industry},{10 + number * 37 % 91},{'web' if number % 2 else 'ads'}"
        )
        made.activities.append(f"{name},pricing_view,{day}T08:30")
        made.activities.append(f"{name},blog_view,{day}T08:45")
        if number % 3 < 2:
            stage, wait = ("accepted", 20) if number % 3 == 0 else ("rejected", 5)
            made.outcomes.append(f"{name},{day + timedelta(days=wait)}T10:{number % 60:02d},{stage}")
    return made


LEADS = """
[leads]
path = "leads.csv"
id = "lead_id"
created_at = "created_at"
qualified_at = "mql_at"
"""
OUTCOMES = """
[outcomes]
path = "outcomes.csv"
lead = "lead_id"
at = "at"
stage = "stage"
accepted = ["accepted"]
rejected = ["rejected"]
horizon_days = 30
"""
ACTIVITIES = """
[activities]
path = "activities.csv"
lead = "lead_id"
type = "type"
at = "at"
"""
CONFIG = LEADS + OUTCOMES


def text(head: str, rows: list[str]) -> bytes:
    """A CSV file."""
    return ("\n".join([head, *rows]) + "\n").encode()


def good(made: Crm | None = None, config: str = CONFIG, **files: bytes) -> dict[str, bytes]:
    """The files of a CRM without fault, some of them replaced: `leads=…` stands for leads.csv."""
    made = made or crm()
    return {
        "mqlgate.toml": config.encode(),
        "leads.csv": text(LEADS_HEAD, made.leads),
        "outcomes.csv": text("lead_id,at,stage", made.outcomes),
        "activities.csv": text("lead_id,type,at", made.activities),
        **{f"{name}.csv": content for name, content in files.items()},
    }


def with_lead(row: int, change: Callable[[list[str]], list[str]], config: str = CONFIG) -> dict[str, bytes]:
    """A CRM in which the values of one lead are changed."""
    made = crm()
    made.leads[row] = ",".join(change(made.leads[row].split(",")))
    return good(made, config)


def set_to(place: int, value: str) -> Callable[[list[str]], list[str]]:
    """A change of one value of a row."""
    return lambda values: [*values[:place], value, *values[place + 1 :]]


def with_column(name: str, values: Callable[[int], str], config: str = CONFIG, count: int = 80) -> dict[str, bytes]:
    """A CRM whose leads have one more column."""
    made = crm(count)
    rows = [f"{row},{values(number)}" for number, row in enumerate(made.leads)]
    return good(made, config, leads=text(f"{LEADS_HEAD},{name}", rows))


def with_times(change: Callable[[int, date], str], config: str = CONFIG) -> dict[str, bytes]:
    """A CRM whose leads became MQLs at times that are written in another way."""
    made = crm()
    rows = []
    for number, row in enumerate(made.leads):
        values = row.split(",")
        rows.append(",".join([values[0], "", change(number, FIRST_DAY + timedelta(days=number)), *values[3:]]))
    return good(made, config, leads=text(LEADS_HEAD, rows))


def with_outcomes(
    rows: Callable[[list[str]], list[str]], config: str = CONFIG, made: Crm | None = None
) -> dict[str, bytes]:
    """A CRM whose outcomes are changed."""
    made = made or crm()
    return good(made, config, outcomes=text("lead_id,at,stage", rows(made.outcomes)))


def told(name: str, config: str, *says: str, never: tuple[str, ...] = (), **files: bytes) -> Case:
    """A configuration that is refused."""
    return Case(name, good(None, config, **files), says, never=never)


_PARQUET_MAGIC = b"PAR1" + bytes(40) + b"PAR1"
_UNICODE_LEADS = text(LEADS_HEAD, [row.replace("Retail", "Verkäufe") for row in crm().leads])

CONFIGURATION: tuple[Case, ...] = (
    Case("there is no configuration", {}, ("mqlgate.toml", "no such file", "mqlgate init")),
    told("the configuration is not TOML", "[leads\npath = 1", "mqlgate.toml", "not TOML", "line 1"),
    told("a key stands twice", LEADS + 'path = "other.csv"\n', "not TOML", "line"),
    Case(
        "the configuration is no UTF-8",
        {"mqlgate.toml": b'[leads]\npath = "l\xe9ads.csv"\n'},
        ("byte", "UTF-8", "Save"),
    ),
    Case("the configuration is empty", {"mqlgate.toml": b""}, ("[leads]", "path")),
    told("an unknown key at the top", 'timezome = "UTC"\n' + CONFIG, "mqlgate.toml", "timezome", '"timezone"?'),
    told("an unknown section", CONFIG + "[outcome]\nat = 'x'\n", "[outcome]", '"outcomes"?'),
    told("an unknown key", LEADS + 'qualifed_at = "mql_at"\n', "[leads]", "qualifed_at", '"qualified_at"?'),
    told(
        "a word for a number", CONFIG.replace("= 30", '= "thirty"'), "[outcomes]", "horizon_days", '"thirty"', "number"
    ),
    told("a horizon of no days", CONFIG.replace("= 30", "= 0"), "horizon_days", "greater than 0", "days"),
    told("a negative horizon", CONFIG.replace("= 30", "= -5"), "horizon_days", "greater than 0"),
    told("a horizon of centuries", CONFIG.replace("= 30", "= 99999"), "horizon_days", "3650"),
    told("an unknown time zone", 'timezone = "Mars/Olympus"\n' + CONFIG, "timezone", "Mars/Olympus", "Europe/Berlin"),
    told("a number for a time zone", "timezone = 2\n" + CONFIG, "timezone", '"2"'),
    told("many leads sections", CONFIG.replace("[leads]", "[[leads]]"), "leads", "[leads]"),
    told("one lookups section", CONFIG + '[lookups]\npath = "a.csv"\n', "[lookups]", "[[lookups]]"),
    told(
        "a lookup without a key",
        CONFIG + '[[lookups]]\npath = "a.csv"\nid = "id"\n',
        "[[lookups]] 1",
        '"key"',
        "missing",
    ),
    told("leads without a source", '[leads]\nid = "lead_id"\n', "[leads]", "path"),
    told("a path and a URL", LEADS + 'url = "sqlite:///x"\nquery = "q"\n', "[leads]", "path", "url", "keep one"),
    told("a URL without a query", '[leads]\nurl = "sqlite:///x"\n', "[leads]", "url needs a query"),
    told("a number for a path", "[leads]\npath = 3\n", "[leads]", "path", "string"),
    told("outcomes without a time", CONFIG.replace('at = "at"\n', ""), "[outcomes]", "`at` is missing"),
    told(
        "outcomes without accepted",
        CONFIG.replace('accepted = ["accepted"]\n', ""),
        "[outcomes]",
        "`accepted` is missing",
    ),
    told("outcomes without a stage", CONFIG.replace('stage = "stage"\n', ""), "[outcomes]", "`stage` is missing"),
    told("a table and a target column", CONFIG + 'column = "y"\n', "[outcomes]", "column", "keep one"),
    told("outcomes from nowhere", LEADS + "[outcomes]\naccepted = [1]\n", "[outcomes]", "path", "column"),
    told("a code outside the list", CONFIG + '[outcomes.reasons]\n"No"="no"\n', "reasons", '"No"', "no_budget"),
    told(
        "a variable that is not set",
        '[leads]\nurl = "postgresql://u:${NO_SUCH_MQLGATE_VARIABLE}@h/d"\nquery = "q"\n',
        "NO_SUCH_MQLGATE_VARIABLE",
        "Set",
    ),
    told(
        "a column of two groups", CONFIG + '[features]\nfit = ["a"]\nintent = ["a"]\n', "[features]", '"a"', "one group"
    ),
    told("an unknown tier", CONFIG + '[features.activity_tiers]\nhot = ["x"]\n', "[features]", "hot", "high"),
    told("a word for a truth", LEADS + 'dayfirst = "perhaps"\n', "[leads]", "dayfirst", "perhaps"),
    told("a share above one", LEADS + "max_bad_share = 2\n", "[leads]", "max_bad_share", "less than or equal to 1"),
    told("a rate in per cent", CONFIG + "[gate]\ntarget_sql_rate = 30\n", "[gate]", "target_sql_rate", "0.3"),
    told("a rate of zero", CONFIG + "[gate]\ntarget_sql_rate = 0\n", "[gate]", "target_sql_rate", "between 0 and 1"),
)

FILES: tuple[Case, ...] = (
    told("a missing file", CONFIG.replace("leads.csv", "laeds.csv"), "laeds.csv", "no such file"),
    Case(
        "a folder for a file",
        good(None, CONFIG.replace("leads.csv", "export")),
        ("export", "Parquet"),
        folders=("export",),
    ),
    told("a glob without files", CONFIG.replace("leads.csv", "leads/*.parquet"), "leads/*.parquet", "no such file"),
    told("an empty file", CONFIG, "leads.csv", "empty", "header", leads=b""),
    told(
        "an empty first line",
        CONFIG,
        "leads.csv",
        "first line is empty",
        "header",
        leads=b"\n" + text(LEADS_HEAD, crm().leads),
    ),
    told(
        "Latin-1 for UTF-8",
        CONFIG,
        "leads.csv",
        "line 3",
        "0xe4",
        "latin-1",
        leads=_UNICODE_LEADS.decode().encode("latin-1"),
    ),
    told("an unknown encoding", LEADS + 'encoding = "utf-7b"\n', "leads.csv", "utf-7b", "latin-1"),
    told("a spreadsheet", CONFIG, "leads.csv", "no CSV", "Save", leads=b"PK\x03\x04" + bytes(100)),
    told("a PDF", CONFIG, "leads.csv", "no CSV", leads=b"%PDF-1.7 x"),
    told("Parquet under the name of CSV", CONFIG, "leads.csv", "Parquet", leads=_PARQUET_MAGIC),
    Case(
        "a broken Parquet file",
        {**good(None, CONFIG.replace("leads.csv", "leads.parquet")), "leads.parquet": _PARQUET_MAGIC},
        ("leads.parquet", "Parquet"),
    ),
    told(
        "half a gzip file",
        CONFIG,
        "leads.csv",
        "read to its end",
        leads=gzip.compress(text(LEADS_HEAD, crm().leads))[:300],
    ),
    told(
        "a column name twice",
        CONFIG,
        "leads.csv",
        '"mql_at"',
        "more than once",
        "Rename",
        leads=text(LEADS_HEAD + ",mql_at", []),
    ),
    told(
        "names that differ in case",
        CONFIG,
        "leads.csv",
        '"Industry"',
        "case",
        "Rename",
        leads=text(LEADS_HEAD + ",Industry", []),
    ),
    told("a name that mqlgate uses", CONFIG, "leads.csv", "__row", "Rename", leads=text(LEADS_HEAD + ",__row", [])),
    told(
        "no id column", CONFIG.replace('"lead_id"', '"leadid"', 1), "leads.csv", "[leads] id", '"leadid"', '"lead_id"?'
    ),
    told("no time column", CONFIG.replace('"mql_at"', '"mqlat"'), "leads.csv", '"mqlat"', '"mql_at"?'),
    told(
        "an excluded column that is not there",
        LEADS + 'exclude = ["industri"]\n',
        "exclude",
        '"industri"',
        '"industry"?',
    ),
    told("a role that is not there", LEADS + 'source = "chanel"\n', "[leads] source", '"chanel"', '"channel"?'),
    told(
        "no stage column", CONFIG.replace('stage = "stage"', 'stage = "stages"'), "outcomes.csv", '"stages"', '"stage"?'
    ),
    told("no type column", CONFIG + ACTIVITIES.replace('"type"', '"typ"'), "activities.csv", '"typ"', '"type"?'),
    told("no time of the activity", CONFIG + ACTIVITIES.replace('"at"', '"when"'), "activities.csv", '"when"'),
    told(
        "a lookup without its id",
        CONFIG + '[[lookups]]\npath = "a.csv"\nkey = "industry"\nid = "name"\n',
        "a.csv",
        '"name"',
        a=b"industrie,size\nx,1\n",
    ),
    told(
        "a lookup whose key no lead has",
        CONFIG + '[[lookups]]\npath = "a.csv"\nkey = "branch"\nid = "name"\n',
        "leads.csv",
        '"branch"',
        a=b"name,size\nx,1\n",
    ),
    told(
        "a lookup that brings a column again",
        CONFIG + '[[lookups]]\npath = "a.csv"\nkey = "industry"\nid = "name"\n',
        "employees",
        "prefix",
        a=b"name,employees\nx,1\n",
    ),
    told(
        "a malformed URL",
        '[leads]\nurl = "postgres//nowhere"\nquery = "select 1"\n',
        "postgres//nowhere",
        "no database URL",
        "sqlite:///",
    ),
    told("a database without a driver", '[leads]\nurl = "nosuchdb://h/d"\nquery = "select 1"\n', "nosuchdb", "driver"),
    told(
        "an unreachable server",
        '[leads]\nurl = "postgresql+psycopg://ana:hush-hush@127.0.0.1:1/crm"\nquery = "select 1"\n',
        "127.0.0.1",
        "database says",
        never=("hush-hush",),
    ),
    told(
        "a SQLite file that is not there",
        '[leads]\nurl = "sqlite:///none.db"\nquery = "select 1"\n',
        "none.db",
        "no such file",
    ),
    told(
        "a query that fails",
        '[leads]\nurl = "sqlite://"\nquery = "select * from nothing"\n',
        "nothing",
        "database says",
        "query",
    ),
)

_HISTORY = '[history]\npath = "history.csv"\nlead = "lead_id"\nfield = "field"\nvalue = "value"\nat = "at"\n'
_PRODUCTS = '[[lookups]]\npath = "products.csv"\nkey = "product"\nid = "product"\n'
_TARGET = '[leads]\npath = "leads.csv"\n[outcomes]\ncolumn = "y"\naccepted = ["yes"]\n'


def found(name: str, code: str, severity: str, files: Mapping[str, bytes], *says: str) -> Case:
    """Input that `check` finds something in."""
    return Case(name, files, says, code, severity)


_LATE = crm(800, per_day=5)
_LONG = crm(160)

FINDINGS: tuple[Case, ...] = (
    found(
        "a header without rows",
        "no_rows",
        "error",
        good(None, CONFIG, leads=text(LEADS_HEAD, [])),
        "leads.csv",
        "not a single row",
        "Export",
    ),
    found(
        "a row with too few values",
        "bad_record",
        "error",
        with_lead(4, lambda values: values[:3]),
        "leads.csv",
        "row 6",
        "3 values where the header has 6",
        "quotes",
    ),
    found(
        "a row with too many values",
        "bad_record",
        "error",
        with_lead(4, lambda values: [*values, "x"]),
        "row 6",
        "7 values where the header has 6",
    ),
    found(
        "a quote that is never closed",
        "bad_record",
        "error",
        with_lead(70, set_to(3, '"Software')),
        "leads.csv",
        "quotes",
    ),
    found("a NUL byte", "bad_record", "error", with_lead(4, set_to(3, "Soft\0ware")), "leads.csv", "row 6", "NUL"),
    found(
        "a lead without an id",
        "missing_id",
        "error",
        with_lead(4, set_to(0, "")),
        "leads.csv",
        '"lead_id"',
        "row 6",
        "Give each lead an id",
    ),
    found(
        "an id that stands twice",
        "duplicate_id",
        "error",
        with_lead(4, set_to(0, "L0001")),
        "leads.csv",
        '"lead_id"',
        "row 6",
        '"L0001"',
        "Keep one row",
    ),
    found(
        "a date of February 31",
        "unreadable_date",
        "error",
        with_lead(4, set_to(2, "2024-02-31")),
        "leads.csv",
        '"mql_at"',
        "row 6",
        '"2024-02-31"',
        "2018-02-28T09:30",
    ),
    found(
        "a word for a date",
        "unreadable_date",
        "error",
        with_lead(4, set_to(2, "next week")),
        '"mql_at"',
        "row 6",
        '"next week"',
    ),
    found(
        "a word for an outcome's date",
        "unreadable_date",
        "error",
        with_outcomes(lambda rows: [rows[0].replace("2024-01-21T10:00", "soon"), *rows[1:]]),
        "outcomes.csv",
        '"at"',
        "row 2",
        '"soon"',
    ),
    found(
        "an acceptance without a date",
        "missing_date",
        "error",
        with_outcomes(lambda rows: ["L0000,,accepted", *rows[1:]]),
        "outcomes.csv",
        "row 2",
        '"accepted"',
        "Fill in",
    ),
    found(
        "months first and days first in one column",
        "unreadable_date",
        "error",
        with_times(lambda i, day: day.strftime("%m/%d/%Y" if i % 2 else "%d/%m/%Y")),
        '"mql_at"',
    ),
    found(
        "five formats in one column",
        "mixed_date_formats",
        "warning",
        with_times(lambda i, day: day.strftime(("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%Y/%m/%d", "%Y%m%d")[i % 5])),
        '"mql_at"',
        "formats",
        "DD.MM.YYYY",
        "2018-02-28",
    ),
    found(
        "dates that read both ways",
        "ambiguous_day_month",
        "warning",
        with_times(lambda i, day: f"0{1 + i % 9}/0{1 + i // 9}/2024"),
        '"mql_at"',
        "month first",
        "dayfirst",
    ),
    found(
        "a date of 1900",
        "implausible_date",
        "error",
        with_lead(4, set_to(2, "1900-01-01")),
        '"mql_at"',
        "row 6",
        '"1900-01-01"',
        "2099",
    ),
    found(
        "a date of 2099",
        "implausible_date",
        "error",
        with_lead(4, set_to(2, "2099-12-31")),
        '"mql_at"',
        "row 6",
        '"2099-12-31"',
    ),
    found(
        "a date in the future",
        "future_date",
        "warning",
        with_lead(4, set_to(2, "2027-03-01")),
        '"mql_at"',
        "row 6",
        '"2027-03-01"',
        "ignored",
    ),
    found(
        "times with and without a zone",
        "mixed_zones",
        "warning",
        with_times(lambda i, day: f"{day}T09:00{'+02:00' if i % 2 else ''}"),
        '"mql_at"',
        "UTC",
        "timezone",
    ),
    found(
        "an MQL before it was created",
        "qualified_before_created",
        "warning",
        with_lead(4, set_to(1, "2024-01-20T08:00")),
        '"mql_at"',
        "row 6",
        '"created_at"',
    ),
    found(
        "an act before the lead was created",
        "activity_before_created",
        "warning",
        good(config=CONFIG + ACTIVITIES, activities=text("lead_id,type,at", ["L0004,demo,2023-12-01T10:00"])),
        "activities.csv",
        "row 2",
        '"2023-12-01 10:00"',
    ),
    found(
        "recorded before it happened",
        "recorded_before_happened",
        "warning",
        good(
            config=CONFIG + ACTIVITIES + 'recorded = "seen"\n',
            activities=text("lead_id,type,at,seen", ["L0004,demo,2024-01-06T10:00,2024-01-05T10:00"]),
        ),
        "activities.csv",
        '"seen"',
        "row 2",
        "later time",
    ),
    found(
        "an act of nobody",
        "missing_lead",
        "warning",
        good(
            config=CONFIG + ACTIVITIES,
            activities=text("lead_id,type,at", [*crm().activities, ",demo,2024-01-06T10:00"]),
        ),
        "activities.csv",
        "row 162",
    ),
    found(
        "acts of unknown leads",
        "orphan_activity",
        "warning",
        good(
            config=CONFIG + ACTIVITIES,
            activities=text("lead_id,type,at", [*crm().activities, "X9,demo,2024-01-06T10:00"]),
        ),
        "activities.csv",
        "row 162",
        '"X9"',
    ),
    found(
        "outcomes of unknown leads",
        "orphan_outcome",
        "warning",
        with_outcomes(lambda rows: [*rows, "X9,2024-02-01T10:00,accepted"]),
        "outcomes.csv",
        '"X9"',
    ),
    found(
        "ids that lost their zeros",
        "orphan_outcome",
        "error",
        good(
            leads=text(LEADS_HEAD, [row.replace("L", "", 1) for row in crm().leads]),
            outcomes=text(
                "lead_id,at,stage",
                [str(int(row[1:5])) + row[5:] for row in crm().outcomes if row[1] == "0" and row[:5] != "L0000"],
            ),
        ),
        "outcomes.csv",
        "looks like",
        "in the same way",
    ),
    found(
        "a stage in neither list",
        "unknown_stage",
        "warning",
        with_outcomes(lambda rows: [*rows, "L0002,2024-02-01T10:00,Parked"]),
        "outcomes.csv",
        '"stage"',
        '"Parked" (1)',
        "accepted or rejected",
    ),
    found(
        "an accepted stage that never occurs",
        "value_never_occurs",
        "error",
        good(config=CONFIG.replace('["accepted"]', '["acepted"]')),
        '"stage"',
        '"acepted"',
        'nearest value is "accepted"',
    ),
    found(
        "a rejected stage that never occurs",
        "value_never_occurs",
        "warning",
        good(config=CONFIG.replace('["rejected"]', '["rejected", "closed_lost"]')),
        '"closed_lost"',
    ),
    found(
        "a stage in both lists",
        "value_in_both_lists",
        "error",
        good(config=CONFIG.replace('["rejected"]', '["rejected", "accepted"]')),
        '"accepted"',
        "one list",
    ),
    found(
        "won but not accepted",
        "won_not_accepted",
        "warning",
        good(config=CONFIG + 'won = ["closed_won"]\n'),
        '"closed_won"',
        "Add",
    ),
    found(
        "a reason outside the list",
        "unknown_reason",
        "warning",
        good(
            config=CONFIG + 'reason = "why"\n',
            outcomes=text("lead_id,at,stage,why", [row + ",did not fit" for row in crm().outcomes]),
        ),
        "outcomes.csv",
        '"why"',
        '"did not fit"',
        "[outcomes.reasons]",
    ),
    found(
        "a verdict before the MQL",
        "outcome_before_qualified",
        "warning",
        with_outcomes(lambda rows: ["L0002,2023-11-01T10:00,rejected", *rows]),
        "outcomes.csv",
        "row 2",
        "do not count",
    ),
    found(
        "hardly any acceptance",
        "few_positives",
        "error",
        with_outcomes(lambda rows: [row for row in rows if "rejected" in row] + rows[:3]),
        "accepted",
        "10 are needed",
        "horizon_days",
    ),
    found(
        "hardly any lead without acceptance",
        "few_negatives",
        "error",
        with_outcomes(lambda rows: [f"L{i:04d},{FIRST_DAY + timedelta(days=i + 3)}T11:00,accepted" for i in range(80)]),
        "not accepted",
        "10 are needed",
    ),
    found(
        "outcomes that begin later than leads",
        "outcomes_begin_late",
        "warning",
        with_outcomes(
            lambda rows: [row for row in rows if row[7:17] > "2024-03-31" or row[6:16] > "2024-03-31"], made=_LATE
        ),
        "outcomes.csv",
        "2024-04-01",
        "not trained on",
    ),
    found(
        "outcomes that stop early",
        "outcomes_stop_early",
        "warning",
        with_outcomes(lambda rows: [row for row in rows if row[6:16] < "2024-04-01"], made=_LATE),
        "outcomes.csv",
        "2024-03-31",
        "--as-of",
    ),
    found(
        "a month without leads",
        "volume_gap",
        "warning",
        good(replace(_LONG, leads=[row for row in _LONG.leads if not "2024-03-01" <= row[6:16] <= "2024-03-25"])),
        "leads.csv",
        "2024-02-29 to 2024-03-26",
    ),
    found("young leads", "immature_cohort", "info", good(), "leads.csv", '"mql_at"', "30 days"),
    found("no outcomes at all", "no_outcomes", "error", good(config=LEADS), "[outcomes]", "nothing to learn"),
    found(
        "outcomes without times of the leads",
        "no_qualification_time",
        "error",
        good(config='[leads]\npath = "leads.csv"\n' + OUTCOMES),
        "qualified_at",
    ),
    found(
        "a column with one value",
        "constant_column",
        "info",
        with_column("team", lambda i: "North"),
        "leads.csv",
        '"team"',
    ),
    found("an empty column", "empty_column", "info", with_column("fax", lambda i: ""), '"fax"', "not a single value"),
    found(
        "a near-unique column",
        "near_unique_column",
        "info",
        with_column("ref", lambda i: f"ref-{i * 7919 % 1000:x}q"),
        '"ref"',
        "nearly unique",
    ),
    found(
        "a word among numbers",
        "mixed_types",
        "warning",
        with_column("visits", lambda i: "many" if i == 4 else str(i % 7)),
        '"visits"',
        "row 6",
        '"many"',
        "missing",
    ),
    found(
        "numbers among words",
        "mixed_types",
        "warning",
        with_column("size", lambda i: str(i % 7) if i % 10 else "large"),
        '"size"',
        "categories",
        '"large"',
    ),
    found(
        "an infinite number",
        "infinite_value",
        "warning",
        with_column("ratio", lambda i: "inf" if i == 4 else f"{i / 7:.3f}"),
        '"ratio"',
        "row 6",
        '"inf"',
        "missing",
    ),
    found(
        "a field that changes without history",
        "unproved_constant",
        "warning",
        with_column("page_views", lambda i: str(i % 5)),
        '"page_views"',
        "[history]",
    ),
    found(
        "history of other fields",
        "unproved_constant",
        "info",
        good(config=CONFIG + _HISTORY, history=b"lead_id,field,value,at\nL0004,stage,new,2024-01-06T10:00\n"),
        '"industry"',
        "[history]",
    ),
    found(
        "history of a field that leads do not have",
        "unknown_history_field",
        "info",
        good(config=CONFIG + _HISTORY, history=b"lead_id,field,value,at\nL0004,stagename,new,2024-01-06T10:00\n"),
        "history.csv",
        '"stagename"',
    ),
    found(
        "an activity type without a tier",
        "unknown_activity_type",
        "warning",
        good(
            config=CONFIG + ACTIVITIES,
            activities=text("lead_id,type,at", [*crm().activities, "L0004,waved,2024-01-06T10:00"]),
        ),
        "activities.csv",
        '"waved" (1)',
        "activity_tiers",
    ),
    found(
        "an excluded type that never occurs",
        "value_never_occurs",
        "warning",
        good(config=CONFIG + ACTIVITIES + 'exclude = ["blog_veiw"]\n'),
        '"blog_veiw"',
        "[activities] exclude",
        '"blog_view"',
    ),
    found(
        "a tier of a type that never occurs",
        "value_never_occurs",
        "warning",
        good(config=CONFIG + ACTIVITIES + '[features.activity_tiers]\nhigh = ["pricing_veiw"]\n'),
        '"pricing_veiw"',
        '"pricing_view"',
    ),
    found(
        "an activity that is the outcome",
        "activity_is_outcome",
        "warning",
        good(
            config=CONFIG + ACTIVITIES,
            activities=text(
                "lead_id,type,at",
                [f"{row.split(',')[0]},approved,{row.split(',')[1]}" for row in crm().outcomes if "accepted" in row],
            ),
        ),
        "activities.csv",
        '"approved"',
        "outcome itself",
    ),
    found(
        "a lookup with an id twice",
        "duplicate_lookup_id",
        "warning",
        {
            **with_column("product", lambda i: "GTX Pro", CONFIG + _PRODUCTS),
            "products.csv": b"product,price\nGTX Pro,4821\nGTX Pro,1\n",
        },
        "products.csv",
        '"product"',
        "row 3",
    ),
    found(
        "a key that is spelt otherwise",
        "unmatched_lookup_key",
        "warning",
        {
            **with_column("product", lambda i: "GTXPro" if i % 4 == 0 else "GTX Pro", CONFIG + _PRODUCTS),
            "products.csv": b"product,price\nGTX Pro,4821\nMG,55\n",
        },
        "leads.csv",
        '"GTXPro" (20)',
        '"GTX Pro"',
        "aliases",
    ),
    found(
        "a fit column that is not there",
        "unknown_feature_column",
        "error",
        good(config=CONFIG + '[features]\nfit = ["industri"]\n'),
        "[features] fit",
        '"industri"',
        '"industry"',
    ),
    found(
        "a target column that is not there",
        "missing_target_column",
        "error",
        good(config='[leads]\npath = "leads.csv"\n[outcomes]\ncolumn = "chanel"\naccepted = ["web"]\n'),
        "leads.csv",
        '"chanel"',
        '"channel"',
    ),
    found(
        "a target column without times",
        "no_times",
        "info",
        with_column("y", lambda i: "yes" if i % 3 else "no", _TARGET),
        "leads.csv",
        "order",
    ),
    found(
        "a target value in neither list",
        "unknown_target_value",
        "warning",
        with_column("y", lambda i: ("yes", "no", "yes", "no", "perhaps")[i % 5], _TARGET + 'rejected = ["no"]\n'),
        '"y"',
        '"perhaps" (16)',
    ),
    found(
        "a column that knows the outcome",
        "leakage_suspect",
        "warning",
        with_column("deal", lambda i: str(9000 + i) if i % 3 == 0 else "", count=400),
        '"deal"',
        "exclude",
    ),
)

CASES: tuple[Case, ...] = (*CONFIGURATION, *FILES, *FINDINGS)

ODD_NAMES = ("a:b", "[c]", 'd"e', "f,g", "h{i}", "🙂", "j k ", "select", "row", "'l'", "m;n", "per cent %")


def _odd_names() -> bytes:
    head = LEADS_HEAD + "".join(',"' + name.replace('"', '""') + '"' for name in ODD_NAMES)
    rows = [
        row + "".join(f",{(number * (place + 3)) % 5}" for place in range(len(ODD_NAMES)))
        for number, row in enumerate(crm().leads)
    ]
    return text(head, rows)


def _in(encoding: str, config: str = CONFIG) -> dict[str, bytes]:
    return good(config=config, leads=_UNICODE_LEADS.decode().encode(encoding))


FINE: tuple[Case, ...] = (
    Case("a CRM without fault", good()),
    Case("a BOM", _in("utf-8-sig")),
    Case("UTF-16 with a BOM", _in("utf-16")),
    Case(
        "Latin-1 that is said", _in("latin-1", CONFIG.replace('"leads.csv"\n', '"leads.csv"\nencoding = "latin-1"\n'))
    ),
    Case("semicolons", good(leads=text(LEADS_HEAD, crm().leads).replace(b",", b";"))),
    Case("tabs", good(leads=text(LEADS_HEAD, crm().leads).replace(b",", b"\t"))),
    Case("line ends of Windows", good(leads=text(LEADS_HEAD, crm().leads).replace(b"\n", b"\r\n"))),
    Case("no line end at the end", good(leads=text(LEADS_HEAD, crm().leads).rstrip(b"\n"))),
    Case("gzip", good(leads=gzip.compress(text(LEADS_HEAD, crm().leads)))),
    Case("quotes, delimiters and line breaks in values", with_lead(4, set_to(3, '"Soft""ware, and\nmore"'))),
    Case("a cell of 10 MB", with_lead(4, set_to(3, "x" * 10_000_000))),
    Case("odd column names", good(leads=_odd_names())),
    Case("a column without a name", with_column("", lambda i: str(i % 4))),
    Case(
        "ids with leading zeros",
        good(
            leads=text(LEADS_HEAD, [row[1:] for row in crm().leads]),
            outcomes=text("lead_id,at,stage", [row[1:] for row in crm().outcomes]),
        ),
    ),
)
"""Unusual input that is read all the same: 80 leads, and no error among the findings."""
