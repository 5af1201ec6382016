"""The leads as Marketo tells them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from ground.vendor_exports import people as p
from ground.vendor_exports.people import LOADED, Lead, Table, a_lead, day, events, head, iso, soon, synced


def marketo(lead: Lead) -> int:
    """Marketo's id of a person."""
    return 1_031_229 + 31 * lead.number


MARKETO_TYPES = {"visit": 1, "form": 2, "open": 10, "click": 11, "demo": 46, "webinar": 2, "call": 46, "meeting": 46}


def log_of_marketo(lead: Lead) -> Iterator[tuple[str, int, datetime, str]]:
    """Id, type, moment and what it is about, changes of values among them."""
    yield f"g{lead.number}-n", 12, lead.created, lead.company
    for n, (kind, at) in enumerate(lead.acts):
        yield f"g{lead.number}-{n}", MARKETO_TYPES[kind], at, kind
    yield f"g{lead.number}-c", 13, lead.qualified, "Lead Status"


def changes_of_marketo(lead: Lead) -> Iterator[Sequence[object]]:
    steps = (
        ("New", "MQL", lead.qualified),
        ("MQL", "Working", lead.touched),
        ("Working", "SQL", lead.accepted),
        ("Working", "Disqualified", lead.rejected),
        ("SQL", "Customer", lead.won),
    )
    for n, (before, after, at) in enumerate(steps):
        if at:
            yield [
                f"v{lead.number}-{n}",
                marketo(lead),
                synced(at),
                13,
                5_001,
                "Lead Status",
                before,
                after,
                "Web service API",
                soon(at),
            ]
    score = lead.created
    yield [
        f"v{lead.number}-s",
        marketo(lead),
        synced(score),
        13,
        5_002,
        "Industry",
        None,
        lead.industry,
        "Form fill",
        soon(score),
    ]


def marketo_status(lead: Lead) -> str:
    return "Customer" if lead.won else "SQL" if lead.accepted else "Disqualified" if lead.rejected else "Working"


MARKETO: dict[str, Table] = {
    "marketo/people.csv": a_lead(
        {
            "Id": marketo,
            "First Name": lambda x: x.first,
            "Last Name": lambda x: x.last,
            "Email Address": lambda x: x.email,
            "Company Name": lambda x: x.company,
            "Job Title": lambda x: x.of(p.TITLES, 2),
            "Phone Number": lambda x: x.phone,
            "Industry": lambda x: x.industry,
            "Num Employees": lambda x: x.size,
            "Country": lambda x: x.of(p.COUNTRIES, 3),
            "Lead Source": lambda x: x.of(p.SOURCES, 4),
            "Acquisition Program": lambda x: x.of(p.CAMPAIGNS, 5),
            "Lead Owner": lambda x: x.of(p.OWNERS, 1),
            "Lead Status": marketo_status,
            "Lead Score": lambda x: 10 * len(x.acts) + (40 if x.accepted else 0),
            "Created At": lambda x: day(x.created, "%Y-%m-%d %H:%M:%S"),
            "MQL Date": lambda x: day(x.qualified, "%Y-%m-%d %H:%M:%S"),
            "SQL Date": lambda x: day(x.accepted, "%Y-%m-%d %H:%M:%S"),
            "Updated At": lambda x: day(x.end, "%Y-%m-%d %H:%M:%S"),
        }
    ),
    "marketo/activities.csv": events(
        head(
            "marketoGUID|leadId|activityDate|activityTypeId|campaignId|primaryAttributeValueId|"
            "primaryAttributeValue|attributes"
        ),
        lambda x: [
            [guid, marketo(x), iso(at), code, None, 1_670, about, "{}"] for guid, code, at, about in log_of_marketo(x)
        ],
    ),
    "marketo/warehouse/lead.csv": a_lead(
        {
            "id": marketo,
            "created_at": lambda x: synced(x.created),
            "updated_at": lambda x: synced(x.end),
            "email": lambda x: x.email,
            "first_name": lambda x: x.first,
            "last_name": lambda x: x.last,
            "company": lambda x: x.company,
            "title": lambda x: x.of(p.TITLES, 2),
            "phone": lambda x: x.phone,
            "industry": lambda x: x.industry,
            "number_of_employees": lambda x: x.size,
            "country": lambda x: x.of(p.COUNTRIES, 3),
            "lead_source": lambda x: x.of(p.SOURCES, 4),
            "lead_status": marketo_status,
            "lead_score": lambda x: 10 * len(x.acts) + (40 if x.accepted else 0),
            "mql_date": lambda x: synced(x.qualified),
            "unsubscribed": lambda x: "true" if x.rejected else "false",
            "_fivetran_synced": lambda _: LOADED,
        }
    ),
    "marketo/warehouse/activities.csv": events(
        head(
            "id|lead_id|activity_date|activity_type_id|campaign_id|primary_attribute_value_id|"
            "primary_attribute_value|_fivetran_synced"
        ),
        lambda x: [
            [guid, marketo(x), synced(at), code, None, 1_670, about, soon(at)]
            for guid, code, at, about in log_of_marketo(x)
        ],
    ),
    "marketo/warehouse/activity_change_data_value.csv": events(
        head(
            "id|lead_id|activity_date|activity_type_id|primary_attribute_value_id|primary_attribute_value|"
            "old_value|new_value|reason|_fivetran_synced"
        ),
        changes_of_marketo,
    ),
}
