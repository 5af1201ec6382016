"""Since when and until when outcomes were recorded: found where zeros are incredible, and not where they are chance."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from ground.small_crm import crm_of
from mqlgate.contract.recording import evident_end, evident_start, outcomes_begin


def history(leads: int, days: float, rate: float, wait: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Qualification and acceptance in days; acceptances come after an exponential wait, and are known until `days`."""
    rng = np.random.default_rng(seed)
    qualified = np.sort(rng.uniform(0, days, leads))
    accepted = np.where(rng.random(leads) < rate, qualified + rng.exponential(wait, leads), np.nan)
    return qualified, np.where(accepted <= days, accepted, np.nan)


def hidden(qualified: np.ndarray, accepted: np.ndarray, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """The same, but acceptances were recorded from `start` to `end` only."""
    return qualified, np.where((accepted >= start) & (accepted <= end), accepted, np.nan)


def test_acceptances_that_were_not_recorded_at_first_are_noticed():
    qualified, accepted = hidden(*history(2_000, 400, 0.2, 30), start=150, end=400)
    assert evident_start(qualified, accepted, 400) == np.nanmin(accepted)


def test_acceptances_that_were_no_longer_recorded_are_noticed():
    qualified, accepted = hidden(*history(2_000, 400, 0.2, 30), start=0, end=300)
    assert evident_end(qualified, accepted, 400) == np.nanmax(accepted)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("rate", "wait"), [(0.2, 30.0), (0.05, 60.0), (0.02, 10.0)])
def test_a_complete_record_begins_and_ends_nowhere(rate, wait, seed):
    qualified, accepted = history(1_500, 400, rate, wait, seed)
    assert evident_start(qualified, accepted, 400) is None
    assert evident_end(qualified, accepted, 400) is None


def test_slow_acceptances_do_not_look_unrecorded():
    rng = np.random.default_rng(3)
    qualified = np.sort(rng.uniform(0, 400, 2_000))
    accepted = np.where(rng.random(2_000) < 0.3, qualified + 90 + rng.exponential(5, 2_000), np.nan)
    known = np.where(accepted <= 400, accepted, np.nan)
    assert np.nanmin(known) > 85
    assert evident_start(qualified, known, 400) is None


def test_few_early_leads_prove_nothing():
    qualified, accepted = history(1_000, 200, 0.2, 10)
    qualified, accepted = np.append(qualified, [-40.0, -30.0]), np.append(accepted, [np.nan, np.nan])
    assert evident_start(qualified, accepted, 200) is None


def test_hardly_any_acceptance_proves_nothing():
    qualified = np.arange(1_000.0)
    accepted = np.where(np.isin(qualified, [900, 950, 990]), qualified + 1, np.nan)
    assert evident_start(qualified, accepted, 1_000) is None
    assert evident_end(qualified, accepted, 1_000) is None


def test_without_any_acceptance_there_is_no_begin():
    assert evident_start(np.arange(100.0), np.full(100, np.nan), 200) is None


def late_crm(first: datetime, early: tuple[str, str] | None = None):
    start = datetime(2025, 1, 1)
    leads = {"lead_id": [f"L{i}" for i in range(600)], "mql_at": [start + timedelta(hours=8 * i) for i in range(600)]}
    done = [(f"L{i}", start + timedelta(hours=8 * i, days=12)) for i in range(0, 600, 3)]
    done = [(lead, at) for lead, at in done if at >= first]
    if early:
        done.append((early[0], datetime.fromisoformat(early[1])))
    outcomes = {"lead_id": [lead for lead, _ in done], "at": [at for _, at in done]}
    return crm_of(
        leads=(pd.DataFrame(leads), {"qualified_at": "mql_at"}), outcomes=(pd.DataFrame(outcomes), {"at": "at"})
    )


def test_outcomes_begin_at_the_first_recorded_acceptance():
    crm = late_crm(datetime(2025, 4, 1))
    assert outcomes_begin(crm, crm.as_of) == datetime(2025, 4, 1)


def test_an_acceptance_before_its_own_lead_does_not_hide_the_begin():
    crm = late_crm(datetime(2025, 4, 1), early=("L599", "2025-02-01"))
    assert outcomes_begin(crm, crm.as_of) == datetime(2025, 4, 1)


def test_outcomes_recorded_all_along_have_no_begin():
    crm = late_crm(datetime(2025, 1, 1))
    assert outcomes_begin(crm, crm.as_of) is None


def test_what_was_not_known_at_as_of_does_not_count():
    crm = late_crm(datetime(2025, 4, 1))
    assert outcomes_begin(crm, datetime(2025, 3, 1)) is None
