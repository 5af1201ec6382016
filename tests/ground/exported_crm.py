"""A CRM small enough to be trained in seconds, written as a user would export it: five CSV files and a `mqlgate.toml`.

Leads become MQLs through 2025. Those that ask for a demo, and those of large companies, are accepted far more often.
Nothing here knows how mqlgate works; tests add rows of their own, each about one sentence of the contract.
"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HORIZON_DAYS = 30
START = datetime(2025, 1, 1, 8)

CONFIGURATION = """\
timezone = "UTC"

[leads]
path = "leads.csv"
id = "Lead No"
created_at = "created"
qualified_at = "mql_at"
account = "Company Id"
source = "source"
email = "email"
title = "Title"
exclude = ["Tags"]

[[lookups]]
path = "accounts.csv"
key = "Company Id"
id = "Id"
prefix = "account_"

[activities]
path = "activities.csv"
lead = "who"
type = "what"
at = "when"
recorded = "synced"

[history]
path = "history.csv"
lead = "who"
field = "field"
value = "value"
old = "old"
at = "when"

[outcomes]
path = "outcomes.csv"
lead = "who"
at = "when"
stage = "stage"
reason = "reason"
owner = "rep"
amount = "amount"
accepted = ["Accepted", "closed_won"]
rejected = ["rejected"]
won = ["closed_won"]
touched = ["contacted"]
horizon_days = 30
won_horizon_days = 60

[outcomes.reasons]
"Company too small" = "wrong_company_size"

[features]
fit = ["industry", "employees"]
intent = ["visits"]

[features.activity_tiers]
high = ["demo"]
low = ["mail"]

[[disqualifiers]]
column = "country"
not_in = ["US", "DE"]
reason = "unsupported_geography"

[train]
tune = false
bootstraps = 5

[gate]
target_sql_rate = 0.40
"""


@dataclass
class ExportedCrm:
    """The rows of each table, in order; `write` puts them and the configuration into a folder."""

    leads: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)

    def lead(self, lead_id: str, mql_at: str | None, **values: Any) -> dict[str, Any]:
        """A further lead, like the others but for what is said of it."""
        row = {
            "Lead No": lead_id,
            "created": "2025-01-01 00:00:00",
            "mql_at": mql_at,
            "Company Id": "A1",
            "source": "web",
            "email": "kim@example.com",
            "Title": "VP Operations",
            "industry": "steel",
            "employees": 100,
            "visits": 3,
            "country": "US",
            "Tags": "x",
            "stage_of_life": "lead",
        } | values
        self.leads.append(row)
        return row

    def act(self, lead_id: str, what: str, when: str, synced: str | None = None) -> None:
        self.activities.append({"who": lead_id, "what": what, "when": when, "synced": synced or when})

    def change(self, lead_id: str, name: str, old: str | None, value: str | None, when: str) -> None:
        self.history.append({"who": lead_id, "field": name, "old": old, "value": value, "when": when})

    def decide(self, lead_id: str, stage: str, when: str, **values: Any) -> None:
        row = {"who": lead_id, "stage": stage, "when": when, "reason": None, "rep": "Rae", "amount": None}
        self.outcomes.append(row | values)

    def write(self, folder: Path, configuration: str = CONFIGURATION) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        write_csv(folder / "leads.csv", self.leads)
        write_csv(folder / "accounts.csv", self.accounts)
        write_csv(folder / "activities.csv", self.activities)
        write_csv(folder / "history.csv", self.history)
        write_csv(folder / "outcomes.csv", self.outcomes)
        (folder / "mqlgate.toml").write_text(configuration, encoding="utf-8")
        return folder


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], columns: Iterable[str] | None = None) -> Path:
    """A CSV file with a header; None is an empty field."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(columns or rows[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    """Every field as the text that stands in the file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def exported_crm(leads: int = 300, seed: int = 1) -> ExportedCrm:
    """A CRM of `leads` leads; the same seed gives the same rows."""
    chance = random.Random(seed)
    crm = ExportedCrm()
    crm.accounts = [
        {"Id": f"A{i}", "size": chance.choice(["small", "medium", "large"]), "founded": 1950 + i % 70}
        for i in range(60)
    ]
    size = {row["Id"]: row["size"] for row in crm.accounts}
    span = 340 * 24 * 60
    for number in range(leads):
        mql_at = START + timedelta(minutes=span * number // leads)
        created = mql_at - timedelta(hours=chance.randint(1, 400))
        lead_id = f"{number:05d}"
        account = f"A{chance.randrange(60)}"
        row = crm.lead(
            lead_id,
            stamp(mql_at),
            **{
                "created": stamp(created),
                "Company Id": account,
                "source": chance.choice(["web", "event", "partner"]),
                "email": f"user{number}@{chance.choice(['example.com', 'gmail.com'])}",
                "Title": chance.choice(["VP Operations", "Sales Engineer", "Student", "CFO"]),
                "industry": chance.choice(["steel", "saas", "retail"]),
                "employees": chance.randint(5, 2000),
                "visits": chance.randint(0, 12),
                "country": chance.choice(["US", "US", "US", "DE", "FR"]),
                "stage_of_life": "mql",
            },
        )
        crm.change(lead_id, "stage_of_life", "lead", "mql", stamp(mql_at - timedelta(minutes=5)))
        demo = chance.random() < 0.3
        for _ in range(chance.randint(1, 5)):
            crm.act(lead_id, "mail", stamp(mql_at - timedelta(hours=chance.randint(1, 200))))
        if demo:
            crm.act(lead_id, "demo", stamp(mql_at - timedelta(hours=chance.randint(1, 60))))
        log_odds = -1.8 + 2.6 * demo + 1.3 * (size[account] == "large") + 0.08 * (row["visits"] - 6)
        crm.decide(lead_id, "contacted", stamp(mql_at + timedelta(days=1)))
        if chance.random() < 1 / (1 + 2.718281828**-log_odds):
            when = mql_at + timedelta(days=chance.randint(3, 25))
            crm.decide(lead_id, "accepted", stamp(when))
            if chance.random() < 0.4:
                crm.decide(lead_id, "closed_won", stamp(when + timedelta(days=10)), amount=chance.randint(100, 9000))
        elif chance.random() < 0.7:
            reason = chance.choice(["Company too small", "no budget", "duplicate"])
            crm.decide(lead_id, "rejected", stamp(mql_at + timedelta(days=chance.randint(2, 6))), reason=reason)
    return crm
