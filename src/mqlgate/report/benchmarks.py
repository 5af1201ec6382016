"""SQL rates as RevOps practice quotes them, to be set beside a company's own. Never a target, never an input."""

from typing import Final

SOURCE: Final = (
    "Figures that RevOps practice quotes for the step from MQL to SQL. Definitions, horizons and markets differ, so "
    "they give orders of magnitude; your own cohorts are the better guide."
)
SQL_RATES: Final = (
    ("All B2B", "13% on average, a median of 84 days from MQL to SQL"),
    ("B2B by source", "website or organic 31.3%, referral 24.7%, webinar and event 17.8%, outbound e-mail 0.9%"),
    ("B2B SaaS", "25–40%"),
    ("By kind", "demo requests 50–70%, product-qualified leads 40–60%, events 15–30%, content 10–25%"),
)
TOO_LOOSE, TOO_STRICT = 0.10, 0.30


def reading(sql_rate: float | None) -> str:
    """What practice reads from an SQL rate."""
    if sql_rate is None:
        return "No lead passes, so there is no rate to compare."
    if sql_rate < TOO_LOOSE:
        return "Under 10% (some say 20%) practice suspects the criteria, or that marketing and sales are not aligned."
    if sql_rate > TOO_STRICT:
        return "Over 30% practice asks whether the gate is too strict and leaves pipeline on the table."
    return "Between 10% and 30% practice sees nothing unusual."
