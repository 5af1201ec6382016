"""The leads as Pardot tells them."""

from collections.abc import Iterator
from datetime import datetime

from ground.vendor_exports import people as p
from ground.vendor_exports.people import LOADED, Lead, Table, a_lead, day, events, head, soon, synced


def pardot(lead: Lead) -> int:
    """Pardot's id of a prospect."""
    return 395_861_995 + 7 * lead.number


PARDOT_TYPES = {
    "visit": (20, "Visit"),
    "open": (11, "Email"),
    "click": (1, "Email"),
    "form": (4, "Form"),
    "demo": (4, "Form Handler"),
    "webinar": (24, "Webinar"),
    "call": (21, "Custom Redirect"),
    "meeting": (28, "Event"),
}


def log_of_pardot(lead: Lead) -> Iterator[tuple[int, int, str, datetime]]:
    """Number, type, its name and moment, opportunities among them."""
    for n, (kind, at) in enumerate(lead.acts):
        yield n, *PARDOT_TYPES[kind], at
    for n, (code, name, at) in enumerate(
        (
            (8, "New Opportunity", lead.accepted),
            (9, "Opportunity Won", lead.won),
            (10, "Opportunity Lost", lead.rejected),
        ),
        start=20,
    ):
        if at:
            yield n, code, name, at


PARDOT: dict[str, Table] = {
    "pardot/prospects.csv": a_lead(
        {
            "Prospect ID": pardot,
            "First Name": lambda x: x.first,
            "Last Name": lambda x: x.last,
            "Email": lambda x: x.email,
            "Company": lambda x: x.company,
            "Job Title": lambda x: x.of(p.TITLES, 2),
            "Industry": lambda x: x.industry,
            "Employees": lambda x: x.size,
            "Country": lambda x: x.of(p.COUNTRIES, 3),
            "Source": lambda x: x.of(p.SOURCES, 4),
            "Campaign": lambda x: x.of(p.CAMPAIGNS, 5),
            "Assigned User": lambda x: x.of(p.OWNERS, 1),
            "Score": lambda x: 10 * len(x.acts) + (40 if x.accepted else 0),
            "Grade": lambda x: "A" if x.accepted else "C",
            "Created Date": lambda x: day(x.created, "%Y-%m-%d %H:%M:%S"),
            "First Assigned": lambda x: day(x.qualified, "%Y-%m-%d %H:%M:%S"),
            "Last Activity": lambda x: day(x.end, "%Y-%m-%d %H:%M:%S"),
        }
    ),
    "pardot/visitor_activities.csv": events(
        head("Id|Prospect ID|Type|Type Name|Details|Created At"),
        lambda x: [
            [100 * x.number + n, pardot(x), code, name, f"{name} {code}", day(at, "%Y-%m-%d %H:%M:%S")]
            for n, code, name, at in log_of_pardot(x)
        ],
    ),
    "pardot/warehouse/prospect.csv": a_lead(
        {
            "id": pardot,
            "_fivetran_deleted": lambda _: "false",
            "_fivetran_synced": lambda _: LOADED,
            "user_id": lambda x: 56_686_231 + x.choice % 3,
            "campaign_id": lambda x: 77_640 + x.choice % 4,
            "first_name": lambda x: x.first,
            "last_name": lambda x: x.last,
            "email": lambda x: x.email,
            "company": lambda x: x.company,
            "job_title": lambda x: x.of(p.TITLES, 2),
            "industry": lambda x: x.industry,
            "employees": lambda x: x.size,
            "country": lambda x: x.of(p.COUNTRIES, 3),
            "source": lambda x: x.of(p.SOURCES, 4),
            "score": lambda x: 10 * len(x.acts) + (40 if x.accepted else 0),
            "grade": lambda x: "A" if x.accepted else "C",
            "crm_lead_fid": lambda x: f"00Q5f0000{x.number:06d}EAC",
            "created_at": lambda x: synced(x.created),
            "first_assigned_at": lambda x: synced(x.qualified),
            "updated_at": lambda x: synced(x.end),
            "last_activity_at": lambda x: synced(x.acts[-1][1]),
        }
    ),
    "pardot/warehouse/visitor_activity.csv": events(
        head("id|_fivetran_synced|campaign_id|created_at|prospect_id|type|type_name|visitor_id|details"),
        lambda x: [
            [
                100 * x.number + n,
                soon(at),
                77_640,
                synced(at),
                pardot(x),
                code,
                name,
                5_000 + x.number,
                f"{name} {code}",
            ]
            for n, code, name, at in log_of_pardot(x)
        ],
    ),
}
