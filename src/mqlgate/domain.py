"""The field's closed lists and default numbers, each in one place. Never holds logic.

Where a number is a choice of a team, a section of `mqlgate.toml` overrides it.
"""

from typing import Final

REJECTION_REASONS: Final = {
    "poor_company_fit": "poor company fit",
    "wrong_company_size": "wrong company size",
    "wrong_contact_role": "wrong contact role or title",
    "student_vendor_or_competitor": "student, vendor or competitor",
    "no_business_need": "no business need or just researching",
    "already_a_customer": "already a customer",
    "duplicate": "duplicate",
    "unsupported_geography": "unsupported geography",
    "no_response": "no response after sequence",
    "timing_not_active": "timing not active",
    "no_budget": "no budget",
    "bad_contact_data": "bad contact data",
}
"""Code to words. The list is closed: `[outcomes.reasons]` maps the data's words to these codes."""

ACTIVITY_TIERS: Final = {
    "high": (
        "demo_request", "demo", "pricing_view", "pricing_page", "pricing", "packaging_view", "contact_form",
        "contact_sales", "trial_start", "trial_signup", "comparison_guide", "integration_page", "integration_view",
        "roi_calculator", "meeting_booked", "meeting",
    ),
    "medium": (
        "content_download", "ebook_download", "whitepaper_download", "download", "form_submission", "webinar_attended",
        "webinar_registered", "webinar", "case_study", "case_study_view", "template_download", "demo_video",
        "video_view", "repeat_visit", "return_visit", "event_attended", "email_reply",
    ),
    "low": (
        "blog_view", "page_view", "website_visit", "newsletter_click", "email_click", "email_open", "social_engagement",
        "social_click", "ad_click", "email_sent", "unsubscribe", "email_bounce",
    ),
}  # fmt: skip
"""Tier to the usual names of activity types; `[features.activity_tiers]` adds to it. Anything else is low."""

DEFAULT_HORIZON_DAYS: Final = 90
DEFAULT_WON_HORIZON_DAYS: Final = 180
MIN_POSITIVES: Final = 10
MIN_NEGATIVES: Final = 10
"""Fewer of either among mature leads: nothing is trained."""

TREND_DAYS: Final = 7
TREND_POINTS: Final = 5
