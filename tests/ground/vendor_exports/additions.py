"""What enrichment, account intent and sales engagement add to the leads of `salesforce/warehouse/lead.csv`."""

from collections.abc import Callable, Sequence

from ground.vendor_exports import people as p
from ground.vendor_exports.people import Lead, Table, day, events, head, iso, soon
from ground.vendor_exports.salesforce import salesforce


def firms(told: dict[str, Callable[[int], object]]) -> Table:
    """A table of one row a firm; each column is told from the firm's number."""

    def rows(people: Sequence[Lead]) -> list[list[object]]:
        return [[tell(firm) for tell in told.values()] for firm in sorted({lead.firm for lead in people})]

    return list(told), rows


def site(firm: int) -> str:
    return p.FIRMS[firm].lower().replace(" ", "-") + ".example"


def size(firm: int) -> int:
    return p.SIZES[firm % len(p.SIZES)]


def band(firm: int) -> str:
    return ("1-50", "51-200", "201-1,000", "1,001-5,000", "5,001-10,000")[firm % 5]


TECH = ("Salesforce, Slack", "HubSpot", "Marketo, Zendesk")
STAGES = ("Target", "Awareness", "Consideration", "Decision")
TOPICS = ("lead scoring", "sales automation", "data warehouses")
OUTREACH = {
    "open": "message_opened",
    "click": "message_clicked",
    "call": "outbound_call",
    "meeting": "meeting_booked",
    "form": "emails_replied",
}
SALESLOFT = {"open": "email", "click": "email", "call": "phone", "meeting": "meeting", "visit": "integration"}
GONG = {"call": "call", "meeting": "meeting", "open": "email", "click": "email"}

ADDITIONS: dict[str, Table] = {
    "zoominfo/companies.csv": firms(
        {
            "ZoomInfo Company ID": lambda f: 347_344_390 + f,
            "Company Name": lambda f: p.FIRMS[f],
            "Website": site,
            "Revenue Range (in USD)": lambda f: ("$1 mil. - $5 mil.", "$10 mil. - $25 mil.", "$100 mil. - $250 mil.")[
                f % 3
            ],
            "Employees": size,
            "Employee Range": band,
            "Primary Industry": lambda f: p.INDUSTRIES[f % 4],
            "Ownership Type": lambda f: ("Private", "Public")[f % 2],
            "Company HQ Phone": lambda f: f"+49 40 5550{200 + f}",
        }
    ),
    "apollo/accounts.csv": firms(
        {
            "Company": lambda f: p.FIRMS[f],
            "Apollo Account Id": lambda f: f"65a0{f:020x}",
            "# Employees": size,
            "Industry": lambda f: p.INDUSTRIES[f % 4].lower(),
            "Annual Revenue": lambda f: 90_000 * size(f),
            "Technologies": lambda f: TECH[f % 3],
            "Company Country": lambda f: p.COUNTRIES[f % 3],
            "Account Stage": lambda f: ("Cold", "Current Client")[f % 2],
            "Company Linkedin Url": lambda f: f"https://social.example/company/{f}",
        }
    ),
    "clearbit/companies.csv": firms(
        {
            "clearbit_company_name": lambda f: p.FIRMS[f],
            "clearbit_company_id": lambda f: f"c0-{f:04d}",
            "clearbit_company_category_industry": lambda f: p.INDUSTRIES[f % 4],
            "clearbit_company_metrics_employees_range": band,
            "clearbit_company_metrics_employees": size,
            "clearbit_company_metrics_estimated_annual_revenue": lambda f: ("$1M-$10M", "$10M-$50M")[f % 2],
            "clearbit_company_geo_lat": lambda f: 48.1 + f / 10,
        }
    ),
    "cognism/companies.csv": firms(
        {
            "Matched Company": lambda f: p.FIRMS[f],
            "Matched Website": site,
            "Headcount": band,
            "Industries": lambda f: p.INDUSTRIES[f % 4],
            "Revenue": lambda f: ("1M-10M", "10M-50M")[f % 2],
            "Company Type": lambda f: ("Privately Held", "Public Company")[f % 2],
            "Company Country": lambda f: p.COUNTRIES[f % 3],
            "Office": lambda f: f"+49 40 5550{300 + f}",
        }
    ),
    "6sense/accounts.csv": firms(
        {
            "Name": lambda f: p.FIRMS[f],
            "X6senseID__c": lambda f: f"6s-{f:05d}",
            "accountBuyingStage6sense__c": lambda f: STAGES[f % 4],
            "accountIntentScore6sense__c": lambda f: 20 + 3 * f,
            "accountProfileFit6sense__c": lambda f: ("Strong", "Moderate", "Weak")[f % 3],
            "accountReachScore6sense__c": lambda f: ("High", "Low")[f % 2],
        }
    ),
    "demandbase/accounts.csv": firms(
        {
            "Account Name": lambda f: p.FIRMS[f],
            "Engagement Points (7 days)": lambda f: 5 * (f % 9),
            "Engagement Points (3 mo.)": lambda f: 40 + 5 * (f % 13),
            "Journey Stage": lambda f: STAGES[f % 4],
            "All Qualification Score": lambda f: 30 + 2 * f,
            "All Pipeline Predict Score": lambda f: 90 - 3 * f,
            "High Intent Keywords": lambda f: "; ".join(TOPICS[: f % 3]),
        }
    ),
    "bombora/surge_of_leads.csv": events(
        head("lead_id|Company Name|Domain|Topic|Composite Score|Metro Area|Domain Origin|Date Stamp"),
        lambda x: [
            [
                salesforce(x),
                x.company,
                x.domain,
                TOPICS[(x.number + n) % 3],
                60 + (x.number + n) % 35,
                None,
                x.of(p.COUNTRIES, 3),
                day(at, "%Y-%m-%d"),
            ]
            for n, (_, at) in enumerate(x.acts[:3])
        ],
    ),
    "outreach/events.csv": events(
        head("id|name|event_at|relationship_prospect_id|crm_id"),
        lambda x: [
            [70_000 + 10 * x.number + n, OUTREACH[k], iso(at), 800 + x.number, salesforce(x)]
            for n, (k, at) in enumerate(x.acts)
            if k in OUTREACH
        ],
    ),
    "salesloft/actions.csv": events(
        head("id|person_id|cadence_id|step_id|type|status|created_at|crm_id|_fivetran_synced"),
        lambda x: [
            [
                60_000 + 10 * x.number + n,
                900 + x.number,
                4,
                n,
                SALESLOFT[k],
                "completed",
                iso(at),
                salesforce(x),
                soon(at),
            ]
            for n, (k, at) in enumerate(x.acts)
            if k in SALESLOFT
        ],
    ),
    "gong/conversations.csv": events(
        head("CONVERSATION_KEY|CONVERSATION_TYPE|CONVERSATION_DATETIME|CRM_LEAD_ID"),
        lambda x: [
            [f"k-{x.number}-{n}", GONG[k], iso(at), salesforce(x)] for n, (k, at) in enumerate(x.acts) if k in GONG
        ],
    ),
}
