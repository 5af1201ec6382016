"""The leads as Salesforce tells them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from ground.vendor_exports import people as p
from ground.vendor_exports.people import LOADED, Lead, Table, a_lead, day, events, head, soon, synced


def salesforce(lead: Lead) -> str:
    """Salesforce's id of a lead, of 18 characters."""
    return f"00Q5f0000{lead.number:06d}EAC"


def salesforce_status(lead: Lead) -> str:
    return (
        "Closed - Converted" if lead.accepted else "Closed - Not Converted" if lead.rejected else "Working - Contacted"
    )


def us(moment: datetime | None) -> str | None:
    """As a report writes it for people in the United States."""
    return day(moment, "%m/%d/%Y, %I:%M %p")


SALESFORCE_EXPORT = a_lead(
    {
        "Lead ID": salesforce,
        "First Name": lambda x: x.first,
        "Last Name": lambda x: x.last,
        "Title": lambda x: x.of(p.TITLES, 2),
        "Company / Account": lambda x: x.company,
        "Email": lambda x: x.email,
        "Phone": lambda x: x.phone,
        "Lead Source": lambda x: x.of(("Web", "Trade Show", "Partner"), 4),
        "Rating": lambda x: "Hot" if x.accepted else "Warm",
        "Lead Owner": lambda x: x.of(p.OWNERS, 1),
        "Lead Status": salesforce_status,
        "Industry": lambda x: x.industry,
        "No. of Employees": lambda x: x.size,
        "Country": lambda x: x.of(p.COUNTRIES, 3),
        "Create Date": lambda x: us(x.created),
        "MQL Date": lambda x: us(x.qualified),
        "Converted": lambda x: "1" if x.accepted else "0",
        "Converted Date": lambda x: day(x.accepted, "%m/%d/%Y"),
        "Last Modified Date": lambda x: us(x.end),
    }
)
SALESFORCE_LEAD = a_lead(
    {
        "id": salesforce,
        "_fivetran_synced": lambda _: LOADED,
        "is_deleted": lambda _: "false",
        "first_name": lambda x: x.first,
        "last_name": lambda x: x.last,
        "title": lambda x: x.of(p.TITLES, 2),
        "company": lambda x: x.company,
        "email": lambda x: x.email,
        "phone": lambda x: x.phone,
        "lead_source": lambda x: x.of(("Web", "Trade Show", "Partner"), 4),
        "status": salesforce_status,
        "rating": lambda x: "Hot" if x.accepted else "Warm",
        "industry": lambda x: x.industry,
        "number_of_employees": lambda x: x.size,
        "annual_revenue": lambda x: 90_000 * x.size,
        "country": lambda x: x.of(p.COUNTRIES, 3),
        "owner_id": lambda x: f"0055f0000{x.choice % 3:06d}AAA",
        "created_date": lambda x: synced(x.created),
        "last_modified_date": lambda x: synced(x.end),
        "mql_date_c": lambda x: synced(x.qualified),
        "is_converted": lambda x: "true" if x.accepted else "false",
        "converted_date": lambda x: day(x.accepted, "%Y-%m-%d"),
        "converted_opportunity_id": lambda x: f"0065f0000{x.number:06d}AAA" if x.accepted else None,
    }
)


def statuses(lead: Lead) -> list[tuple[str, str, datetime]]:
    """A lead's changes of status: before, after, when."""
    found = [("Open - Not Contacted", "Working - Contacted", lead.touched)]
    for at, after in ((lead.accepted, "Closed - Converted"), (lead.rejected, "Closed - Not Converted")):
        if at:
            found.append(("Working - Contacted", after, at))
    return found


def salesforce_history(lead: Lead) -> Iterator[Sequence[object]]:
    yield [f"h{lead.number}-0", salesforce(lead), "created", None, None, synced(lead.created), "false", LOADED]
    for n, (before, after, at) in enumerate(statuses(lead), start=1):
        yield [f"h{lead.number}-{n}", salesforce(lead), "Status", before, after, synced(at), "false", LOADED]
    if lead.number % 4 == 0:
        yield [
            f"h{lead.number}-9",
            salesforce(lead),
            "Industry",
            "Unknown",
            lead.industry,
            synced(lead.created),
            "false",
            LOADED,
        ]


TASKS = {"call": "Call", "open": "Email", "click": "Email", "meeting": "Task"}
MEMBERS = {"form": "Responded", "webinar": "Attended", "demo": "Requested Demo", "visit": "Sent"}


def tasks(lead: Lead) -> Iterator[Sequence[object]]:
    for n, (kind, at) in enumerate(lead.acts):
        if kind in TASKS:
            done = synced(at) if n % 5 else None
            yield [
                f"t{lead.number}-{n}",
                salesforce(lead),
                TASKS[kind],
                f"{TASKS[kind]} with {lead.first}",
                "Completed" if done else "Not Started",
                day(at, "%Y-%m-%d"),
                synced(at),
                done,
                soon(at),
            ]


def members(lead: Lead) -> Iterator[Sequence[object]]:
    for n, (kind, at) in enumerate(lead.acts):
        if kind in MEMBERS:
            responded = None if kind == "visit" else day(at, "%Y-%m-%d")
            yield [
                f"m{lead.number}-{n}",
                f"7015f0000{n:06d}AAA",
                salesforce(lead),
                MEMBERS[kind],
                "true" if responded else "false",
                responded,
                synced(at),
                soon(at),
            ]


SALESFORCE: dict[str, Table] = {
    "salesforce/leads.csv": SALESFORCE_EXPORT,
    "salesforce/campaign_members.csv": events(
        head("Campaign Name|Lead ID|Member Status|Member First Responded Date|Member Type"),
        lambda x: [
            [p.CAMPAIGNS[n % 3], salesforce(x), MEMBERS[k], None if k == "visit" else day(at, "%m/%d/%Y"), "Lead"]
            for n, (k, at) in enumerate(x.acts)
            if k in MEMBERS
        ],
    ),
    "salesforce/lead_history.csv": events(
        head("Lead ID|Field / Event|Old Value|New Value|Edit Date|Edited By"),
        lambda x: [
            [salesforce(x), "Lead Status", before, after, us(at), x.of(p.OWNERS, 1)]
            for before, after, at in statuses(x)
        ],
    ),
    "salesforce/warehouse/lead.csv": SALESFORCE_LEAD,
    "salesforce/warehouse/task.csv": events(
        head("id|who_id|task_subtype|subject|status|activity_date|created_date|completed_date_time|_fivetran_synced"),
        tasks,
    ),
    "salesforce/warehouse/campaign_member.csv": events(
        head("id|campaign_id|lead_id|status|has_responded|first_responded_date|created_date|_fivetran_synced"), members
    ),
    "salesforce/warehouse/lead_history.csv": events(
        head("id|lead_id|field|old_value|new_value|created_date|is_deleted|_fivetran_synced"), salesforce_history
    ),
}
