"""The leads as HubSpot tells them."""

from collections.abc import Iterator, Sequence

from ground.vendor_exports import people as p
from ground.vendor_exports.people import LOADED, Lead, Table, a_lead, day, events, head, iso, soon, synced

HUBSPOT_STAGES = ("lead", "marketingqualifiedlead", "salesqualifiedlead", "customer")


def contact(lead: Lead) -> int:
    """HubSpot's id of a contact."""
    return 40_151 + 17 * lead.number


def hubspot_stage(lead: Lead) -> str:
    return HUBSPOT_STAGES[3 if lead.won else 2 if lead.accepted else 1]


def hubspot_status(lead: Lead) -> str:
    return "Unqualified" if lead.rejected else "Connected" if lead.accepted else "Attempted to Contact"


HUBSPOT_EXPORT = a_lead(
    {
        "Record ID": contact,
        "First Name": lambda x: x.first,
        "Last Name": lambda x: x.last,
        "Email": lambda x: x.email,
        "Phone Number": lambda x: x.phone,
        "Contact owner": lambda x: x.of(p.OWNERS, 1),
        "Company Name": lambda x: x.company,
        "Job Title": lambda x: x.of(p.TITLES, 2),
        "Industry": lambda x: x.industry,
        "Number of Employees": lambda x: x.size,
        "Country/Region": lambda x: x.of(p.COUNTRIES, 3),
        "Original Traffic Source": lambda x: x.of(p.SOURCES, 4),
        "Original Traffic Source Drill-Down 2": lambda x: x.of(p.CAMPAIGNS, 5),
        "Lifecycle Stage": lambda x: {
            "lead": "Lead",
            "marketingqualifiedlead": "Marketing Qualified Lead",
            "salesqualifiedlead": "Sales Qualified Lead",
            "customer": "Customer",
        }[hubspot_stage(x)],
        "Lead Status": hubspot_status,
        "Create Date": lambda x: day(x.created),
        "Became a Lead Date": lambda x: day(x.created),
        "Became a Marketing Qualified Lead Date": lambda x: day(x.qualified),
        "Became a Sales Qualified Lead Date": lambda x: day(x.accepted),
        "Became a Customer Date": lambda x: day(x.won),
        'Latest time in "Lead (Lifecycle Stage Pipeline)"': lambda x: int((x.qualified - x.created).total_seconds()),
        "Number of Pageviews": lambda x: sum(kind == "visit" for kind, _ in x.acts),
        "Number of Form Submissions": lambda x: sum(kind == "form" for kind, _ in x.acts),
        "Last Modified Date": lambda x: day(x.end),
    }
)

ENGAGEMENTS = {"call": "CALL", "meeting": "MEETING", "click": "EMAIL", "open": "EMAIL", "demo": "MEETING"}
FORMS = {
    "form": "Contact us",
    "webinar": "Register for the webinar",
    "demo": "Request a demo",
    "visit": "Newsletter",
    "open": "Download the guide",
}


def hubspot_history(lead: Lead) -> Iterator[Sequence[object]]:
    stages = zip(HUBSPOT_STAGES, (lead.created, lead.qualified, lead.accepted, lead.won), strict=True)
    for stage, at in stages:
        if at:
            yield [contact(lead), "lifecyclestage", "CRM_UI", "userId:7", iso(at), stage, soon(at)]
    yield [
        contact(lead),
        "hs_lead_status",
        "CRM_UI",
        "userId:7",
        iso(lead.touched),
        "ATTEMPTED_TO_CONTACT",
        soon(lead.touched),
    ]
    if lead.rejected:
        yield [
            contact(lead),
            "hs_lead_status",
            "CRM_UI",
            "userId:7",
            iso(lead.rejected),
            "UNQUALIFIED",
            soon(lead.rejected),
        ]
    for name, value in (("industry", lead.industry), ("jobtitle", lead.of(p.TITLES, 2))):
        yield [contact(lead), name, "FORM", "form-1", iso(lead.created), value, soon(lead.created)]


HUBSPOT: dict[str, Table] = {
    "hubspot/contacts.csv": HUBSPOT_EXPORT,
    "hubspot/activities.csv": events(
        head("Record ID|Activity type|Activity date|Activity assigned to|Associated Contact IDs"),
        lambda x: [
            [900_000 + 10 * x.number + n, ENGAGEMENTS[k].capitalize(), day(at), x.of(p.OWNERS, 1), contact(x)]
            for n, (k, at) in enumerate(x.acts)
            if k in ENGAGEMENTS
        ],
    ),
    "hubspot/warehouse/contact.csv": a_lead(
        {
            "id": contact,
            "_fivetran_deleted": lambda _: "false",
            "_fivetran_synced": lambda _: LOADED,
            "property_email": lambda x: x.email,
            "property_firstname": lambda x: x.first,
            "property_lastname": lambda x: x.last,
            "property_company": lambda x: x.company,
            "property_jobtitle": lambda x: x.of(p.TITLES, 2),
            "property_industry": lambda x: x.industry,
            "property_numemployees": lambda x: x.size,
            "property_hubspot_owner_id": lambda x: 5_101 + x.choice % 3,
            "property_hs_analytics_source": lambda x: x.of(p.SOURCES, 4).upper().replace(" ", "_"),
            "property_lifecyclestage": hubspot_stage,
            "property_hs_lead_status": lambda x: hubspot_status(x).upper().replace(" ", "_"),
            "property_createdate": lambda x: synced(x.created),
            "property_hs_lifecyclestage_marketingqualifiedlead_date": lambda x: synced(x.qualified),
            "property_hs_lifecyclestage_salesqualifiedlead_date": lambda x: synced(x.accepted),
            "property_hs_analytics_num_page_views": lambda x: sum(kind == "visit" for kind, _ in x.acts),
            "property_lastmodifieddate": lambda x: synced(x.end),
        }
    ),
    "hubspot/warehouse/engagement_of_contact.csv": events(
        head("engagement_id|contact_id|type|timestamp|_fivetran_synced"),
        lambda x: [
            [900_000 + 10 * x.number + n, contact(x), ENGAGEMENTS[k], iso(at), soon(at)]
            for n, (k, at) in enumerate(x.acts)
            if k in ENGAGEMENTS
        ],
    ),
    "hubspot/warehouse/contact_form_submission.csv": events(
        head("timestamp|form_id|contact_id|conversion_id|page_id|page_url|portal_id|title|_fivetran_synced"),
        lambda x: [
            [
                iso(at),
                f"form-{k}",
                contact(x),
                f"conversion-{x.number}-{n}",
                k,
                f"https://www.seller.example/{k}",
                5,
                FORMS[k],
                soon(at),
            ]
            for n, (k, at) in enumerate(x.acts)
            if k in FORMS
        ],
    ),
    "hubspot/warehouse/contact_property_history.csv": events(
        head("contact_id|name|source|source_id|timestamp|value|_fivetran_synced"), hubspot_history
    ),
}
