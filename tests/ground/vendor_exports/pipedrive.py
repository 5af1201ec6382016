"""The leads as Pipedrive tells them."""

from collections.abc import Iterator, Sequence

from ground.vendor_exports import people as p
from ground.vendor_exports.people import LOADED, Lead, Table, a_lead, day, events, head, synced


def pipedrive(lead: Lead) -> int:
    """Pipedrive's id of a person, a running number as those of deals, activities and organizations are."""
    return lead.number + 1


PIPEDRIVE_TYPES = {
    "call": "call",
    "meeting": "meeting",
    "demo": "meeting",
    "open": "email",
    "click": "email",
    "form": "task",
}


def acts_of_pipedrive(lead: Lead, form: str) -> Iterator[tuple[int, str, str | None, str | None, str | None]]:
    for n, (kind, at) in enumerate(lead.acts):
        if kind in PIPEDRIVE_TYPES:
            done = day(at, form) if n % 5 else None
            yield 6 * lead.number + n + 1, PIPEDRIVE_TYPES[kind], day(at, "%Y-%m-%d"), done, day(at, form)


def deals_of_pipedrive(lead: Lead) -> Iterator[Sequence[object]]:
    if lead.accepted:
        status = "won" if lead.won else "lost" if lead.number % 4 else "open"
        lost = lead.accepted if status == "lost" else None
        yield [
            lead.number // 3 + 1,
            pipedrive(lead),
            lead.firm + 1,
            status,
            500 + 90 * lead.firm,
            "EUR",
            synced(lead.accepted),
            synced(lead.won),
            synced(lost),
            "No budget" if lost else None,
            LOADED,
        ]


PIPEDRIVE: dict[str, Table] = {
    "pipedrive/persons.csv": a_lead(
        {
            "Person - ID": pipedrive,
            "Person - Name": lambda x: f"{x.first} {x.last}",
            "Person - Organization": lambda x: x.company,
            "Person - Email - Work": lambda x: x.email,
            "Person - Phone - Work": lambda x: x.phone,
            "Person - Job title": lambda x: x.of(p.TITLES, 2),
            "Person - Owner": lambda x: x.of(p.OWNERS, 1),
            "Person - Labels": lambda x: "Customer" if x.won else "Hot lead",
            "Person - Source": lambda x: x.of(p.SOURCES, 4),
            "Person - Person created": lambda x: day(x.created, "%Y-%m-%d %H:%M:%S"),
            "Person - Update time": lambda x: day(x.end, "%Y-%m-%d %H:%M:%S"),
            "Person - Won deals": lambda x: int(x.won is not None),
            "Person - Done activities": lambda x: len(x.acts),
        }
    ),
    "pipedrive/activities.csv": events(
        head(
            "Activity - ID|Activity - Type|Activity - Due date|Activity - Marked as done time|"
            "Activity - Add time|Person - ID|Activity - Contact person"
        ),
        lambda x: [[*row, pipedrive(x), f"{x.first} {x.last}"] for row in acts_of_pipedrive(x, "%Y-%m-%d %H:%M:%S")],
    ),
    "pipedrive/deals.csv": events(
        head(
            "Deal - ID|Deal - Title|Person - ID|Deal - Contact person|Deal - Value|Deal - Status|"
            "Deal - Deal created|Deal - Won time|Deal - Lost reason|Deal - Owner"
        ),
        lambda x: [
            [
                row[0],
                f"{x.company} deal",
                pipedrive(x),
                f"{x.first} {x.last}",
                row[4],
                row[3],
                day(x.accepted, "%Y-%m-%d %H:%M:%S"),
                day(x.won, "%Y-%m-%d %H:%M:%S"),
                row[9],
                x.of(p.OWNERS, 1),
            ]
            for row in deals_of_pipedrive(x)
        ],
    ),
    "pipedrive/warehouse/person.csv": a_lead(
        {
            "id": pipedrive,
            "org_id": lambda x: x.firm + 1,
            "owner_id": lambda x: 1 + x.choice % 3,
            "add_time": lambda x: synced(x.created),
            "email": lambda x: x.email,
            "job_title": lambda x: x.of(p.TITLES, 2),
            "name": lambda x: f"{x.first} {x.last}",
            "phone": lambda x: x.phone,
            "label_ids": lambda x: "3" if x.won else "1",
            "postal_address_country": lambda x: x.of(p.COUNTRIES, 3),
            "update_time": lambda x: synced(x.end),
            "_fivetran_synced": lambda _: LOADED,
        }
    ),
    "pipedrive/warehouse/activity.csv": events(
        head("id|person_id|org_id|type|due_date|marked_as_done_time|add_time|subject|_fivetran_synced"),
        lambda x: [
            [n, pipedrive(x), x.firm + 1, kind, due, done, added, f"{kind} with {x.first}", LOADED]
            for n, kind, due, done, added in acts_of_pipedrive(x, "%Y-%m-%d %H:%M:%S.000 +0000")
        ],
    ),
    "pipedrive/warehouse/deal.csv": events(
        head("id|person_id|org_id|status|value|currency|add_time|won_time|lost_time|lost_reason|_fivetran_synced"),
        deals_of_pipedrive,
    ),
}
