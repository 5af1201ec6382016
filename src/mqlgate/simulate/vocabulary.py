"""The levels that the verdict knows, and the words in which a CRM holds them, clean and not so clean.

All people, firms and domains are invented: businesses live under `.example`. Never draws a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MISSING: Final = "missing"

SENIORITY: Final = ("C-level", "VP", "director", "manager", "specialist", "student", MISSING)
FUNCTION: Final = (
    "marketing", "revenue operations", "sales", "IT and engineering", "finance", "operations", "human resources",
    "general management", MISSING,
)  # fmt: skip
SIZE: Final = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001+", MISSING)
SIZE_FROM: Final = (1, 11, 51, 201, 501, 1001, 5001)
BUDGET: Final = ("under 10k", "10k-50k", "50k-100k", "over 100k", MISSING)
INDUSTRY: Final = (
    "Software", "Financial Services", "Manufacturing", "Healthcare", "Retail", "Professional Services", "Education",
    "Logistics", MISSING,
)  # fmt: skip
COUNTRY: Final = ("US", "GB", "DE", "FR", "NL", "ES", "CA", "AU", "JP", MISSING)
SUPPORTED: Final = ("US", "GB", "DE", "FR", "NL", "ES", "CA")
EMAIL: Final = ("business", "free", "student", "role", MISSING)
SOURCE: Final = (
    "organic", "referral", "webinar", "event", "paid_search", "paid_social", "outbound", "partner", MISSING,
)  # fmt: skip
CAMPAIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "organic": ("blog", "docs", "resource-library"),
    "referral": ("customer-referral", "review-sites"),
    "webinar": ("revops-webinar", "product-tour-webinar", "analyst-webinar"),
    "event": ("field-dinner", "trade-show"),
    "paid_search": ("brand-search", "category-search", "competitor-search"),
    "paid_social": ("ebook-social", "retargeting", "lookalike-social"),
    "outbound": ("sdr-sequence-a", "sdr-sequence-b"),
    "partner": ("marketplace", "reseller"),
    MISSING: (MISSING,),
}
CAMPAIGN: Final = tuple(dict.fromkeys(name for names in CAMPAIGNS.values() for name in names))
TECH: Final = ("CRM", "no CRM", MISSING)
DUPLICATE: Final = ("no", "yes")
REPS: Final = (
    "Ana Ruiz", "Ben Okafor", "Chloe Martin", "David Lindqvist", "Elif Kaya", "Frank Huber", "Grace Chen", "Hugo Silva",
)  # fmt: skip

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "seniority": SENIORITY,
    "function": FUNCTION,
    "company_size": SIZE,
    "budget": BUDGET,
    "industry": INDUSTRY,
    "country": COUNTRY,
    "email": EMAIL,
    "source": SOURCE,
    "campaign": CAMPAIGN,
    "tech": TECH,
    "duplicate": DUPLICATE,
    "owner": REPS,
}
"""Every column that the verdict may depend on, with its levels in the order of their codes."""

TYPES: Final[Mapping[str, tuple[str, float, float]]] = {
    "demo_request": ("high", 10, 0.05),
    "contact_form": ("high", 10, 0.06),
    "trial_start": ("high", 10, 0.06),
    "pricing_view": ("high", 8, 0.42),
    "comparison_guide": ("high", 8, 0.15),
    "integration_page": ("high", 6, 0.16),
    "roi_calculator": ("high", 8, 0.10),
    "content_download": ("medium", 5, 0.30),
    "webinar_attended": ("medium", 8, 0.12),
    "case_study": ("medium", 5, 0.18),
    "demo_video": ("medium", 5, 0.14),
    "template_download": ("medium", 5, 0.08),
    "repeat_visit": ("medium", 2, 0.18),
    "blog_view": ("low", 1, 0.24),
    "page_view": ("low", 1, 0.26),
    "email_open": ("low", 1, 0.26),
    "email_click": ("low", 3, 0.12),
    "newsletter_click": ("low", 2, 0.07),
    "social_engagement": ("low", 1, 0.05),
    "review_site_visit": ("low", 1, 0.05),
    "email_reply": ("medium", 0, 0.0),
    "meeting_booked": ("high", 0, 0.0),
}
"""Activity type: tier, marketing's points, share within its tier. The last two happen only while sales is at work."""
ANSWERS: Final = ("email_reply", "meeting_booked")
THIRD_PARTY: Final = ("review_site_visit",)
KINDS: Final = tuple(TYPES)
TIERS: Final = ("high", "medium", "low")
COMMERCIAL: Final = (
    "demo_request", "contact_form", "trial_start", "pricing_view", "comparison_guide", "integration_page",
    "roi_calculator",
)  # fmt: skip
SCANNED: Final = ("email_open", "email_click", "page_view")

NOTHING_SAID: Final = ("n/a", "-", "?", "unknown", "N/A")
"""Values that fill a field and say nothing; whoever reads them knows no more than from an empty one."""

SIZE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "1-10": ("1-10", "1 - 10", "1 to 10", "1-10 employees", "<10"),
    "11-50": ("11-50", "11 - 50", "11 to 50", "11-50 employees", "11–50"),
    "51-200": ("51-200", "51 - 200", "51 to 200", "51-200 employees", "51–200"),
    "201-500": ("201-500", "201 - 500", "201 to 500", "201-500 employees", "201–500"),
    "501-1000": ("501-1000", "501-1,000", "501 to 1000", "501-1000 employees", "501-1k"),
    "1001-5000": ("1001-5000", "1,001-5,000", "1001 to 5000", "1k+", "1001-5k"),
    "5001+": ("5001+", "5,001+", "5k+", "5001+ employees", ">5000"),
}
BUDGET_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "under 10k": ("under 10k", "<10k", "Under 10k"),
    "10k-50k": ("10k-50k", "10-50k", "10k - 50k"),
    "50k-100k": ("50k-100k", "50-100k", "50k - 100k"),
    "over 100k": ("over 100k", "100k+", ">100k"),
}

_FUNCTION_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "marketing": ("Marketing", "Demand Generation", "Growth Marketing"),
    "revenue operations": ("Revenue Operations", "RevOps", "Sales Operations"),
    "sales": ("Sales", "Business Development"),
    "IT and engineering": ("IT", "Engineering", "Information Technology"),
    "finance": ("Finance", "Controlling"),
    "operations": ("Operations", "Logistics"),
    "human resources": ("Human Resources", "HR", "People"),
}
_CHIEFS: Final[Mapping[str, tuple[str, ...]]] = {
    "marketing": ("CMO", "Chief Marketing Officer"),
    "revenue operations": ("CRO & Head of RevOps",),
    "sales": ("Chief Sales Officer", "CRO"),
    "IT and engineering": ("CTO", "CIO", "Chief Technology Officer"),
    "finance": ("CFO", "Chief Financial Officer"),
    "operations": ("COO", "Chief Operating Officer"),
    "human resources": ("CHRO", "Chief People Officer"),
    "general management": ("CEO", "Founder", "Co-Founder & CEO", "Managing Director", "Geschäftsführer", "Owner"),
}
_RANKS: Final[Mapping[str, tuple[str, ...]]] = {
    "VP": ("VP {}", "VP of {}", "Vice President {}", "Vice President of {}", "SVP {}", "VP, {}"),
    "director": ("Director of {}", "Head of {}", "{} Director", "Director, {}", "Senior Director {}"),
    "manager": ("{} Manager", "Senior {} Manager", "Manager, {}", "{} Team Lead", "Sr. {} Manager"),
    "specialist": ("{} Specialist", "{} Analyst", "Junior {} Analyst", "{} Consultant"),
    "student": ("{} Intern", "Working Student {}", "{} Trainee"),
}
_RANKS_ALONE: Final[Mapping[str, tuple[str, ...]]] = {
    "VP": ("Vice President", "VP"),
    "director": ("Director", "Head of Department"),
    "manager": ("Manager", "Team Lead"),
    "specialist": ("Consultant", "Specialist"),
    "student": ("Student", "Intern"),
}
GARBAGE_TITLES: Final = ("asdf", "x", "n/a", "-", "Mr.", "none of your business")

INDUSTRY_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    name: (name, name.lower(), name.upper()) for name in INDUSTRY[:-1]
}
TOOLS_CRM: Final = ("Salesforce", "HubSpot", "Pipedrive", "Dynamics 365")
TOOLS: Final = ("AWS", "Azure", "Google Cloud", "Slack", "Zendesk", "Snowflake", "Marketo", "Segment", "Jira", "SAP")

FIRST_NAMES: Final = (
    "anna", "ben", "carla", "deniz", "emma", "farid", "greta", "hassan", "ines", "jonas", "kira", "liam", "maya",
    "noah", "olga", "pablo", "rosa", "samir", "tessa", "uma", "victor", "wei", "yara", "zoe",
)  # fmt: skip
LAST_NAMES: Final = (
    "abel", "brandt", "castro", "dietz", "ekberg", "fischer", "garcia", "hansen", "ito", "jensen", "keller",
    "lopez", "meyer", "novak", "okoye", "petit", "quinn", "rossi", "sato", "tanaka", "ueda", "vogel", "weber",
    "young", "zimmer",
)  # fmt: skip
FIRM_BEGINNINGS: Final = (
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel",
    "Lumen", "Maple", "North", "Opal", "Pine", "Quartz", "River", "Summit", "Tidal", "Umbra", "Vertex", "Willow",
    "Zephyr",
)  # fmt: skip
FIRM_ENDINGS: Final = (
    "Analytics", "Bank", "Care", "Data", "Energy", "Foods", "Goods", "Health", "Industries", "Labs", "Logistics",
    "Media", "Networks", "Partners", "Retail", "Software", "Systems", "Works",
)  # fmt: skip
FREE_MAIL: Final = ("gmail.com", "outlook.com", "yahoo.com", "gmx.de", "icloud.com", "hotmail.com")
UNIVERSITIES: Final = ("students.northgate.example", "student.lakeside.example", "uni-altstadt.example")
ROLE_ADDRESSES: Final = (
    "info", "sales", "office", "contact", "hello", "team", "support", "admin", "marketing", "it", "hr", "finance",
    "press", "purchasing",
)  # fmt: skip
LANDING_PAGES: Final = ("/home", "/pricing", "/blog", "/guide", "/webinar", "/demo", "/compare")
LANGUAGES: Final = ("en", "de", "fr", "es")

REASON_WORDS: Final[Mapping[str, str]] = {
    "poor_company_fit": "Poor fit",
    "wrong_company_size": "Company too small or too large",
    "wrong_contact_role": "Wrong contact",
    "student_vendor_or_competitor": "Student / vendor / competitor",
    "no_business_need": "Just researching",
    "already_a_customer": "Existing customer",
    "duplicate": "Duplicate record",
    "unsupported_geography": "Outside our regions",
    "no_response": "No response",
    "timing_not_active": "Bad timing",
    "no_budget": "No budget",
    "bad_contact_data": "Bad contact data",
}
"""Code of the closed list to the words that this CRM uses for it."""


@dataclass(frozen=True)
class Spellings:
    """The texts of a field: `texts[i]` means level `codes[i]`. Those of a level stand together, the cleanest first."""

    texts: tuple[str, ...]
    codes: tuple[int, ...]
    nothing: tuple[int, ...]
    """Indices of the texts that say nothing."""


def _spelled(levels: tuple[str, ...], words: Mapping[str, tuple[str, ...]], nothing: tuple[str, ...]) -> Spellings:
    pairs = [(text, code) for code, level in enumerate(levels) for text in words.get(level, ())]
    silent = tuple(range(len(pairs), len(pairs) + len(nothing)))
    missing = levels.index(MISSING)
    return Spellings(
        (*(text for text, _ in pairs), *nothing), (*(code for _, code in pairs), *[missing] * len(nothing)), silent
    )


def title_code(seniority: int, function: int) -> int:
    """One code for both."""
    return seniority * len(FUNCTION) + function


def _titles() -> Spellings:
    pairs: list[tuple[str, int]] = []
    for rank, seniority in enumerate(SENIORITY[:-1]):
        for number, function in enumerate(FUNCTION[:-1]):
            code = title_code(rank, number)
            if seniority == "C-level":
                texts = _CHIEFS.get(function, ("Chief of Staff",))
            elif function in _FUNCTION_WORDS:
                texts = tuple(
                    rank_words.format(word) for rank_words in _RANKS[seniority] for word in _FUNCTION_WORDS[function]
                )
            else:
                texts = _RANKS_ALONE[seniority]
            dirty = tuple(text.lower() for text in texts[:2]) + (texts[0].upper(), f" {texts[0]} ")
            pairs += [(text, code) for text in (*texts, *dirty)]
    nothing = title_code(SENIORITY.index(MISSING), FUNCTION.index(MISSING))
    silent = tuple(range(len(pairs), len(pairs) + len(GARBAGE_TITLES)))
    return Spellings(
        (*(text for text, _ in pairs), *GARBAGE_TITLES),
        (*(code for _, code in pairs), *[nothing] * len(silent)),
        silent,
    )


TITLE_SPELLINGS: Final = _titles()
SIZE_SPELLINGS: Final = _spelled(SIZE, SIZE_WORDS, NOTHING_SAID)
BUDGET_SPELLINGS: Final = _spelled(BUDGET, BUDGET_WORDS, NOTHING_SAID[:2])
