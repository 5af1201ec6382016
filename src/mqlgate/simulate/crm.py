"""`SimulatedCrm`: what an observer sees of a world at its end, with the truth beside it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pandas as pd

from mqlgate.errors import InputError
from mqlgate.simulate import tables
from mqlgate.simulate.scenario import Scenario
from mqlgate.simulate.scenarios import SCENARIOS
from mqlgate.simulate.truth import truth_of
from mqlgate.simulate.verdict import unknown_names
from mqlgate.simulate.world import World, simulate

_DEFAULT = "thresholds_and_interactions"


@dataclass(frozen=True, eq=False)
class SimulatedCrm:
    """A CRM's tables as exported at `as_of`, and what is true of its leads.

    `leads`, `accounts`, `activities`, `history` and `outcomes` hold what was recorded by `as_of`, the latest moment in
    them; times are naive UTC. `truth` is described at `truth_at`. `seed` and `scenario` give the same again.
    """

    leads: pd.DataFrame
    accounts: pd.DataFrame
    activities: pd.DataFrame
    history: pd.DataFrame
    outcomes: pd.DataFrame
    truth: pd.DataFrame
    as_of: datetime
    scenario: Scenario
    seed: int
    world: World = field(repr=False)


def scenario_of(scenario: str | Scenario) -> Scenario:
    """A scenario by itself, by its name, or by a beginning that only one name has.

    Raises
    ------
    InputError
        Where no scenario is meant, or more than one; or where its verdict names a column or level that no lead has.
    """
    if isinstance(scenario, str):
        meant = [name for name in SCENARIOS if name == scenario] or [n for n in SCENARIOS if n.startswith(scenario)]
        if len(meant) != 1:
            raise InputError("scenario", f'"{scenario}" means no scenario', f"one of {', '.join(SCENARIOS)}")
        scenario = SCENARIOS[meant[0]]
    if unknown := unknown_names(scenario.verdict):
        raise InputError(
            f"scenario {scenario.name}", f"no lead has {unknown[0]}", "columns and levels of the vocabulary"
        )
    return scenario


def generate(scenario: str | Scenario = _DEFAULT, *, leads: int = 5_000, seed: int = 0) -> SimulatedCrm:
    """Simulate a CRM of `leads` leads and two years, and know its truth.

    The same arguments give the same tables. `scenario` is one of SCENARIOS, by name, or any `Scenario`.

    >>> crm = generate("linear", leads=200, seed=1)
    >>> len(crm.leads), crm.scenario.name, f"{crm.as_of:%Y-%m-%d}"
    (200, 'linear', '2026-06-30')
    >>> known = crm.truth["p_sql_at_mql"].dropna()
    >>> bool(known.between(0, 1).all()), len(known) == int(crm.leads["mql_at"].notna().sum())
    (True, True)

    Raises
    ------
    InputError
        Where the scenario is unknown, `leads` is below 1 or `seed` below 0.
    """
    chosen = scenario_of(scenario)
    if leads < 1:
        raise InputError("leads", f"{leads:,} leads were asked for", "at least 1")
    if seed < 0:
        raise InputError("seed", f"{seed} is negative", "a whole number from 0 on")
    world = simulate(chosen, leads, seed)
    made = (
        tables.leads_table(world),
        tables.accounts_table(world),
        tables.activities_table(world),
        tables.history_table(world),
        tables.outcomes_table(world),
    )
    as_of = tables.latest(*made).to_pydatetime()
    truth = truth_of(world, int(as_of.replace(tzinfo=UTC).timestamp()), tables.lead_ids(world))
    return SimulatedCrm(*made, truth, as_of, chosen, seed, world)


def truth_at(crm: SimulatedCrm, moment: datetime) -> pd.DataFrame:
    """The truth of a CRM as of an earlier moment (naive UTC): see `truth.truth_of` for the columns.

    Raises
    ------
    ValueError
        If `moment` lies after the end of the simulated calendar.
    """
    at = int(moment.replace(tzinfo=UTC).timestamp())
    return truth_of(crm.world, at, tables.lead_ids(crm.world))
