"""A CRM whose truth is known: accounts, leads, acts, sales and, for each lead, the exact probability of an SQL.

A scientific instrument: what other parts promise is proved on it. Imports only `errors` and `domain` of the package.

Read it in this order: `scenario` and `mechanisms` (the parameters of a world), `scenarios` (the named worlds),
`people`, `recorded`, `stream`, `qualification` (what happens up to the MQL moment), `seen` and `verdict` (what an
observer knows, and the log-odds that follow), `sales` and `answers` (what happens afterwards), `world` (all of it, in
order), `odds` and `truth` (what is true), `tables`, `files`, `card` (what is shown).

    from dataclasses import replace
    from mqlgate.simulate import BARE, SCENARIOS, generate, mechanisms, truth_at, write

    crm = generate("account_driven", leads=20_000, seed=7)            # a named world
    crm = generate(SCENARIOS["linear"].without("late_records"))       # a named world less a mechanism
    crm = generate(replace(BARE, drift=mechanisms.Drift(base=-1.0)))  # one mechanism alone
    truth_at(crm, datetime(2026, 1, 31))                              # the truth on an earlier day
    write(crm, "demo")                                                # files and mqlgate.toml
"""

from mqlgate.simulate import mechanisms
from mqlgate.simulate.card import data_card
from mqlgate.simulate.crm import SimulatedCrm, generate, truth_at
from mqlgate.simulate.files import configuration, write
from mqlgate.simulate.scenario import Scenario
from mqlgate.simulate.scenarios import BARE, SCENARIOS, SCENARIOS_VERSION

__all__ = [
    "BARE",
    "SCENARIOS",
    "SCENARIOS_VERSION",
    "Scenario",
    "SimulatedCrm",
    "configuration",
    "data_card",
    "generate",
    "mechanisms",
    "truth_at",
    "write",
]
