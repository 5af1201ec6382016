"""Which of these files belong together, the preset to read them by, and what each key must come to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Files of one shape, the preset to read them by, and what each key must come to."""

    preset: str
    leads: str
    acts: str | None
    verdicts: str | None
    further: tuple[str, ...]
    comes_to: dict[str, object]

    def __str__(self) -> str:
        return f"{self.preset}: {self.acts or self.leads}"


HISTORY = "hubspot/warehouse/contact_property_history.csv"
LEAD_HISTORY = "salesforce/warehouse/lead_history.csv"
CHANGES = "marketo/warehouse/activity_change_data_value.csv"
SALESFORCE = "salesforce/warehouse/lead.csv"
CASES = (
    Case(
        "hubspot",
        "hubspot/contacts.csv",
        "hubspot/activities.csv",
        None,
        (),
        {
            "leads.id": "Record ID",
            "leads.created_at": "Create Date",
            "leads.qualified_at": "Became a Marketing Qualified Lead Date",
            "leads.account": "Company Name",
            "leads.source": "Original Traffic Source",
            "leads.campaign": "Original Traffic Source Drill-Down 2",
            "leads.owner": "Contact owner",
            "leads.email": "Email",
            "leads.title": "Job Title",
            "activities.lead": "Associated Contact IDs",
            "activities.type": "Activity type",
            "activities.at": "Activity date",
            "outcomes.at": "Became a Sales Qualified Lead Date",
        },
    ),
    Case(
        "hubspot",
        "hubspot/warehouse/contact.csv",
        "hubspot/warehouse/engagement_of_contact.csv",
        HISTORY,
        (HISTORY,),
        {
            "leads.id": "id",
            "leads.qualified_at": "property_hs_lifecyclestage_marketingqualifiedlead_date",
            "leads.title": "property_jobtitle",
            "activities.lead": "contact_id",
            "activities.type": "type",
            "activities.recorded": "_fivetran_synced",
            "outcomes.stage": "value",
            "outcomes.at": "timestamp",
            "outcomes.accepted": ("salesqualifiedlead", "customer"),
            "outcomes.rejected": ("UNQUALIFIED",),
            "outcomes.won": ("customer",),
            "history.field": "name",
            "history.value": "value",
        },
    ),
    Case(
        "hubspot",
        "hubspot/warehouse/contact.csv",
        "hubspot/warehouse/contact_form_submission.csv",
        None,
        (),
        {
            "activities.type": "title",
            "activities.at": "timestamp",
            "outcomes.at": "property_hs_lifecyclestage_salesqualifiedlead_date",
        },
    ),
    Case(
        "salesforce",
        "salesforce/leads.csv",
        "salesforce/campaign_members.csv",
        "salesforce/lead_history.csv",
        ("salesforce/lead_history.csv",),
        {
            "leads.id": "Lead ID",
            "leads.qualified_at": "MQL Date",
            "leads.account": "Company / Account",
            "leads.dayfirst": False,
            "activities.type": "Member Status",
            "activities.at": "Member First Responded Date",
            "outcomes.stage": "New Value",
            "outcomes.accepted": ("Closed - Converted",),
            "outcomes.rejected": ("Closed - Not Converted",),
            "outcomes.touched": ("Working - Contacted",),
            "history.field": "Field / Event",
            "history.old": "Old Value",
        },
    ),
    Case(
        "salesforce",
        SALESFORCE,
        "salesforce/warehouse/task.csv",
        LEAD_HISTORY,
        (LEAD_HISTORY,),
        {
            "leads.id": "id",
            "leads.source": "lead_source",
            "leads.owner": "owner_id",
            "activities.lead": "who_id",
            "activities.type": "task_subtype",
            "activities.at": "completed_date_time",
            "outcomes.lead": "lead_id",
            "outcomes.stage": "new_value",
            "outcomes.recorded": None,
            "history.value": "new_value",
        },
    ),
    Case(
        "salesforce",
        SALESFORCE,
        "salesforce/warehouse/campaign_member.csv",
        None,
        (),
        {
            "activities.lead": "lead_id",
            "activities.type": "status",
            "activities.at": "first_responded_date",
            "outcomes.at": "converted_date",
        },
    ),
    Case(
        "pipedrive",
        "pipedrive/persons.csv",
        "pipedrive/activities.csv",
        "pipedrive/deals.csv",
        (),
        {
            "leads.id": "Person - ID",
            "leads.account": "Person - Organization",
            "activities.lead": "Person - ID",
            "activities.type": "Activity - Type",
            "activities.at": "Activity - Marked as done time",
            "outcomes.lead": "Person - ID",
            "outcomes.stage": None,
            "outcomes.at": "Deal - Deal created",
            "outcomes.amount": None,
        },
    ),
    Case(
        "pipedrive",
        "pipedrive/warehouse/person.csv",
        "pipedrive/warehouse/activity.csv",
        "pipedrive/warehouse/deal.csv",
        (),
        {
            "leads.id": "id",
            "leads.account": "org_id",
            "leads.title": "job_title",
            "activities.lead": "person_id",
            "outcomes.lead": "person_id",
            "outcomes.stage": None,
            "outcomes.at": "add_time",
        },
    ),
    Case(
        "marketo",
        "marketo/people.csv",
        "marketo/activities.csv",
        None,
        (),
        {
            "leads.id": "Id",
            "leads.campaign": "Acquisition Program",
            "activities.lead": "leadId",
            "activities.type": "activityTypeId",
            "activities.exclude": ("12", "13"),
            "features.activity_tiers.medium": ("2",),
            "outcomes.at": "SQL Date",
        },
    ),
    Case(
        "marketo",
        "marketo/warehouse/lead.csv",
        "marketo/warehouse/activities.csv",
        CHANGES,
        (CHANGES,),
        {
            "leads.qualified_at": "mql_date",
            "activities.type": "activity_type_id",
            "outcomes.stage": "new_value",
            "outcomes.accepted": ("SQL", "Customer"),
            "outcomes.rejected": ("Disqualified",),
            "outcomes.reason": None,
            "outcomes.amount": None,
            "history.field": "primary_attribute_value",
            "history.old": "old_value",
        },
    ),
    Case(
        "pardot",
        "pardot/prospects.csv",
        "pardot/visitor_activities.csv",
        "pardot/visitor_activities.csv",
        (),
        {
            "leads.id": "Prospect ID",
            "leads.qualified_at": "First Assigned",
            "activities.type": "Type Name",
            "outcomes.stage": "Type Name",
            "outcomes.won": ("Opportunity Won",),
        },
    ),
    Case(
        "pardot",
        "pardot/warehouse/prospect.csv",
        "pardot/warehouse/visitor_activity.csv",
        "pardot/warehouse/visitor_activity.csv",
        (),
        {
            "leads.owner": None,
            "activities.type": "type_name",
            "activities.exclude": ("New Opportunity", "Opportunity Lost", "Opportunity Won"),
            "outcomes.accepted": ("New Opportunity", "Opportunity Won"),
            "outcomes.rejected": ("Opportunity Lost",),
        },
    ),
    Case(
        "salesforce,clearbit,apollo,zoominfo,cognism,6sense,demandbase",
        SALESFORCE,
        None,
        LEAD_HISTORY,
        (
            "clearbit/companies.csv",
            "apollo/accounts.csv",
            "zoominfo/companies.csv",
            "cognism/companies.csv",
            "6sense/accounts.csv",
            "demandbase/accounts.csv",
        ),
        {"lookups[1].key": "company", "lookups[6].id": "Account Name"},
    ),
    Case(
        "salesforce,bombora",
        SALESFORCE,
        "bombora/surge_of_leads.csv",
        None,
        (),
        {
            "activities.lead": "lead_id",
            "activities.type": "Topic",
            "activities.at": "Date Stamp",
            "features.third_party": ("data warehouses", "lead scoring", "sales automation"),
        },
    ),
    Case(
        "salesforce,outreach",
        SALESFORCE,
        "outreach/events.csv",
        None,
        (),
        {"activities.lead": "crm_id", "activities.type": "name", "activities.at": "event_at"},
    ),
    Case(
        "salesforce,salesloft",
        SALESFORCE,
        "salesloft/actions.csv",
        None,
        (),
        {"activities.lead": "crm_id", "activities.type": "type", "activities.at": "created_at"},
    ),
    Case(
        "salesforce,gong",
        SALESFORCE,
        "gong/conversations.csv",
        None,
        (),
        {"activities.lead": "CRM_LEAD_ID", "activities.type": "CONVERSATION_TYPE"},
    ),
)
