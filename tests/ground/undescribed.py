"""Files that nobody has described: a small CRM under any names of columns, stages and files. Never judges."""

import csv
import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from mqlgate import crm
from mqlgate.config import Config
from mqlgate.crm import Crm
from mqlgate.inference import Inferred

START = datetime(2024, 1, 1)
NOW = datetime(2026, 1, 1)
ENGLISH = ("lead_id", "created_at", "mql_at", "account_id", "source", "campaign", "owner", "email", "job_title")
OUTCOMES = ("lead_id", "occurred_at", "stage", "reason", "owner", "amount")
ACTIVITIES = ("lead_id", "activity_type", "occurred_at", "synced_at", "n")
STAGES = {"touched": "contacted", "accepted": "accepted", "rejected": "rejected", "won": "closed_won"}


def loaded(inferred: Inferred) -> Crm:
    """The CRM by the inferred configuration, as the file would give it."""
    return crm.load(Config(tomllib.loads(inferred.to_toml()), Path.cwd()), now=NOW)


def count(known: Crm, query: str) -> int:
    """The number that a query gives."""
    row = known.con.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def excluded(inferred: Inferred) -> set[str]:
    """The lead columns that are never features."""
    return set(inferred.get("leads", "exclude") or ())  # type: ignore[call-overload]


def write(
    path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]], *, mark: str = ",", encoding: str = "utf-8"
) -> Path:
    """A CSV file; None is an empty value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=mark)
        writer.writerow(columns)
        writer.writerows([["" if value is None else value for value in row] for row in rows])
    return path


def moment(days: float, form: str = "%Y-%m-%dT%H:%M:%S") -> str:
    """A moment some days after the start of the CRM, as text."""
    return (START + timedelta(days=days)).strftime(form)


def leads(
    path: Path, names: Sequence[str], *, n: int = 400, form: str = "%Y-%m-%d %H:%M", lead_id: str = "{:05d}", **how: str
) -> Path:
    """Id, creation, qualification (a day later), account, source, campaign, owner, e-mail and title, in this order."""
    rng = random.Random(1)
    rows = [
        [
            lead_id.format(i),
            moment(i * 0.7, form),
            moment(i * 0.7 + 1 + rng.random(), form),
            f"Firm {rng.randrange(n // 3)} Ltd",
            rng.choice(["web", "event", "partner", "outbound"]),
            rng.choice(["spring", "summer", "autumn"]),
            rng.choice(["Ann", "Bob", "Cy"]),
            f"person{i}@firm{rng.randrange(n)}.com",
            rng.choice(["VP Sales", "Head of IT", "Engineer", "CEO", "Student"]) + f" {rng.randrange(60)}",
        ]
        for i in range(n)
    ]
    return write(path, names, rows, **how)  # type: ignore[arg-type]


def outcomes(
    path: Path,
    names: Sequence[str],
    stages: Mapping[str, str],
    *,
    n: int = 400,
    form: str = "%Y-%m-%d %H:%M",
    lead_id: str = "{:05d}",
    **how: str,
) -> Path:
    """Lead, time, stage, reason, rep, amount.

    All are touched; a third is accepted after weeks, half of those are won; the rest is rejected after days. `stages`
    gives the words for touched, accepted, rejected, won and, divided by semicolons, reasons.
    """
    rng = random.Random(2)
    rows: list[list[object]] = []
    for i in range(n):
        begun, lead, rep = i * 0.7 + 2, lead_id.format(i), rng.choice(["Dora", "Ed"])
        rows.append([lead, moment(begun + 0.2, form), stages["touched"], None, rep, None])
        if i % 3:
            reason = rng.choice(stages.get("reasons", "no budget;student;whatever").split(";"))
            rows.append([lead, moment(begun + 1 + 4 * rng.random(), form), stages["rejected"], reason, rep, None])
            continue
        days = rng.gammavariate(4, 10)
        rows.append([lead, moment(begun + days, form), stages["accepted"], None, rep, None])
        if i % 2:
            rows.append([lead, moment(begun + days + 20, form), stages["won"], None, rep, rng.randrange(1000, 9000)])
    rng.shuffle(rows)
    return write(path, names, rows, **how)  # type: ignore[arg-type]


def activities(
    path: Path,
    names: Sequence[str],
    types: Sequence[str],
    *,
    n: int = 400,
    form: str = "%Y-%m-%d %H:%M",
    lead_id: str = "{:05d}",
    **how: str,
) -> Path:
    """Lead, type, time, time of recording (later), a running number within the lead."""
    rng = random.Random(3)
    rows: list[list[object]] = []
    for i in range(n):
        for k in range(rng.randrange(2, 9)):
            day = i * 0.7 + 5 * rng.random()
            rows.append([lead_id.format(i), rng.choice(types), moment(day, form), moment(day + rng.random(), form), k])
    return write(path, names, rows, **how)  # type: ignore[arg-type]
