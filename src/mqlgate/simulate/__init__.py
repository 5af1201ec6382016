"""A CRM whose truth is known: accounts, leads, acts, sales and, for each lead, the exact probability of an SQL.

A scientific instrument: what other parts promise is proved on it. Imports only `errors` and `domain` of the package.
"""

from mqlgate.simulate.card import data_card
from mqlgate.simulate.crm import SimulatedCrm, generate, truth_at
from mqlgate.simulate.files import write
from mqlgate.simulate.scenario import Scenario
from mqlgate.simulate.scenarios import BARE, SCENARIOS, SCENARIOS_VERSION

__all__ = [
    "BARE",
    "SCENARIOS",
    "SCENARIOS_VERSION",
    "Scenario",
    "SimulatedCrm",
    "data_card",
    "generate",
    "truth_at",
    "write",
]
