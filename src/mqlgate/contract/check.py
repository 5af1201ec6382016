"""`check`: all findings about a loaded CRM, in one deterministic order. Never stops at the first, never prints."""

from mqlgate.contract import acts, columns, constancy, dates, keys, leaks, maturity, records, rules, stages
from mqlgate.contract.finding import Checked, Finding, checked
from mqlgate.crm import Crm

__all__ = ["Checked", "Finding", "check"]


def check(crm: Crm, labels: bool = True) -> Checked:
    """Validate a CRM against the contract.

    Parameters
    ----------
    labels
        Whether outcomes are needed, as for training; False where leads are only scored.

    Returns
    -------
    All findings, errors first, then in the order of the kinds: records, keys, dates, stages, maturity, columns,
    history, activities, rules, leakage. The same data give the same findings in the same order.
    """
    found: list[Finding] = []
    found.extend(records.find(crm))
    found.extend(keys.find(crm))
    found.extend(dates.find(crm))
    found.extend(stages.find(crm))
    found.extend(maturity.find(crm, labels))
    found.extend(columns.find(crm))
    found.extend(constancy.find(crm))
    found.extend(acts.find(crm))
    found.extend(rules.find(crm))
    if labels:
        found.extend(leaks.find(crm))
    return checked(found)
