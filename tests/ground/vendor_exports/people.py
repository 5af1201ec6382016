"""Sixty invented leads and what they did, before any vendor tells of them."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

START = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)
KINDS = ("visit", "open", "click", "form", "demo", "webinar", "call", "meeting")
FIRMS = tuple(
    f"{a} {b}"
    for a in ("Aldane", "Brimont", "Corvex", "Dunmoor", "Elvast")
    for b in ("Labs", "Freight", "Foods", "Health")
)
INDUSTRIES = ("Software", "Logistics", "Food production", "Hospitals")
SIZES = (12, 80, 350, 2400, 9000)
FIRST = ("Ada", "Bruno", "Celia", "Dario", "Edda", "Farid", "Greta", "Hugo", "Ines", "Jonas")
LAST = ("Quill", "Rastow", "Sandvik", "Tarrant", "Ulmer", "Vossen")
TITLES = ("VP of Operations", "Head of IT", "Marketing Manager", "Engineer", "Managing Director")
SOURCES = ("Organic Search", "Paid Search", "Direct Traffic", "Referrals")
CAMPAIGNS = ("spring guide", "autumn webinar", "price list")
OWNERS = ("Mara Feld", "Nils Orban", "Olga Petri")
COUNTRIES = ("Germany", "France", "Netherlands")
REASONS = ("No budget", "Student", "No response", "Too small")


@dataclass(frozen=True)
class Lead:
    """One lead: who it is, when it became what, and its acts as (kind, moment)."""

    number: int
    firm: int
    choice: int
    created: datetime
    qualified: datetime
    touched: datetime
    accepted: datetime | None
    rejected: datetime | None
    won: datetime | None
    acts: tuple[tuple[str, datetime], ...]

    @property
    def first(self) -> str:
        return FIRST[self.number % len(FIRST)]

    @property
    def last(self) -> str:
        return LAST[self.number // len(FIRST)]

    @property
    def company(self) -> str:
        return FIRMS[self.firm]

    @property
    def domain(self) -> str:
        return self.company.lower().replace(" ", "-") + ".example"

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}@{self.domain}".lower()

    @property
    def phone(self) -> str:
        return f"+49 30 5550{100 + self.number}"

    def of(self, words: Sequence[str], salt: int = 0) -> str:
        """One of some words, always the same for a lead."""
        return words[(self.choice // (7 + salt) + salt) % len(words)]

    @property
    def industry(self) -> str:
        return INDUSTRIES[self.firm % len(INDUSTRIES)]

    @property
    def size(self) -> int:
        return SIZES[self.firm % len(SIZES)]

    @property
    def end(self) -> datetime:
        """When something last happened to it."""
        return max(t for t in (self.won, self.accepted, self.rejected, self.acts[-1][1]) if t)


Rows = Callable[[Sequence[Lead]], Iterable[Sequence[object]]]
Table = tuple[Sequence[str], Rows]
Told = dict[str, Callable[[Lead], object]]


@cache
def leads() -> tuple[Lead, ...]:
    """Two leads a week; a third is accepted after weeks, a third rejected within days, of the rest nothing is heard."""
    chance, found = random.Random(7), []
    for i in range(60):
        created = START + timedelta(days=3.5 * i, minutes=chance.randrange(400))
        qualified = created + timedelta(days=1 + 3 * chance.random())
        accepted = qualified + timedelta(days=6 + 40 * chance.random()) if i % 3 == 0 else None
        rejected = qualified + timedelta(days=1 + 5 * chance.random()) if i % 3 == 1 else None
        won = accepted + timedelta(days=20 + 10 * chance.random()) if accepted and i % 2 else None
        acts = sorted(
            (created + timedelta(days=9 * chance.random(), minutes=1), chance.choice(KINDS))
            for _ in range(chance.randint(3, 6))
        )
        touched = qualified + timedelta(hours=2 + 20 * chance.random())
        firm, choice = chance.randrange(len(FIRMS)), chance.randrange(1_000)
        found.append(
            Lead(i, firm, choice, created, qualified, touched, accepted, rejected, won, tuple((k, t) for t, k in acts))
        )
    return tuple(found)


def a_lead(told: Told) -> Table:
    """A table of one row a lead."""
    return list(told), lambda people: [[tell(lead) for tell in told.values()] for lead in people]


def events(columns: Sequence[str], of: Callable[[Lead], Iterable[Sequence[object]]]) -> Table:
    """A table of the rows that each lead gives."""
    return columns, lambda people: [row for lead in people for row in of(lead)]


def head(columns: str) -> list[str]:
    """The names of columns, divided by bars."""
    return columns.split("|")


def day(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str | None:
    """A moment as a vendor writes it, None where there is none."""
    return moment.strftime(form) if moment else None


def iso(moment: datetime | None) -> str | None:
    """2024-01-08T09:00:00Z."""
    return day(moment, "%Y-%m-%dT%H:%M:%SZ")


def synced(moment: datetime | None) -> str | None:
    """As a warehouse copy writes it."""
    return day(moment, "%Y-%m-%d %H:%M:%S.000 +0000")


def soon(moment: datetime) -> str | None:
    """When the warehouse copied what happened at a moment: at the next six hours."""
    return synced(moment + timedelta(hours=6))


LOADED = "2025-03-01 04:00:00.000 +0000"
"""When a table was last loaded as a whole."""
