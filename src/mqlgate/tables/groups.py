"""Which group a lead column belongs to by its name: fit (who they are), intent (what they did), other.

A guess from words of the field; `[features] fit` and `intent` overrule it.
"""

import re
from typing import Literal

Group = Literal["fit", "intent", "other"]

_INTENT = re.compile(
    r"visit|view|click|open(s|ed)?$|page|session|time.?(spent|on)|download|webinar|demo|pricing|engag|activit|activity|"
    r"interest|intent|surge|score|attend|repl(y|ies)|response|last.?(seen|contact|activity)|touch|call|contact(s|ed)?$|"
    r"campaign.?(count|number)|pdays|previous|poutcome|search(ed)?$|newspaper|magazine|forum|newsletter|quality",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"^(source|lead.?source|origin|lead.?origin|channel|medium|utm.*|campaign.*|landing.*|referrer|owner|rep|sales.?(agent|rep)|manager|"
    r"regional.?office|month|day|week|weekday|year|date|created|updated|modified|timestamp)$|_(at|date)$",
    re.IGNORECASE,
)


def group_of(column: str) -> Group:
    """`fit` unless the name speaks of behaviour (`intent`) or of channel, time or sales (`other`)."""
    if _OTHER.search(column):
        return "other"
    return "intent" if _INTENT.search(column) else "fit"
