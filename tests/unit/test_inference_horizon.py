"""The horizon is learnt without the bias of leads that are too young, or older than the recording of outcomes."""

import random
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from ground.undescribed import moment, write
from mqlgate.inference import infer
from mqlgate.inference.horizon import FEWEST, rounded_up, time_to_acceptance


def seen(rng: np.random.Generator, leads: int, longest: float) -> tuple[np.ndarray, np.ndarray]:
    """Gamma(2, 20 days) to acceptance (nine in ten within 77.8 days), followed 0 to `longest` days: what was seen."""
    taken, followed = rng.gamma(2, 20, leads), rng.uniform(0, longest, leads)
    told = taken <= followed
    return taken[told], followed[told]


def test_young_leads_do_not_shorten_the_horizon() -> None:
    rng = np.random.default_rng(0)
    corrected, naive = [], []
    for _ in range(60):
        found = time_to_acceptance(*seen(rng, 1500, 180))
        assert found is not None
        corrected.append(found.days)
        naive.append(found.naive_days)
    assert np.mean(corrected) == pytest.approx(77.8, abs=2.5)
    assert np.mean(naive) < 70  # what an uncorrected quantile would have said


def test_fully_followed_leads_give_the_plain_quantile() -> None:
    taken = np.random.default_rng(1).gamma(2, 20, 4000)
    found = time_to_acceptance(taken, np.full(4000, 10_000.0))
    assert found is not None
    assert found.days == pytest.approx(np.quantile(taken, 0.9), rel=0.01)
    assert found.days == pytest.approx(found.naive_days, rel=0.01)


def test_too_few_acceptances_teach_no_horizon() -> None:
    few = np.arange(FEWEST - 1, dtype=float)
    assert time_to_acceptance(few, few + 10) is None


def test_equal_times_and_leads_followed_just_so_long_are_no_trouble() -> None:
    same = np.full(50, 7.0)
    found = time_to_acceptance(same, same)
    assert found is not None
    assert found.days == 7.0


@pytest.mark.parametrize(
    ("days", "rounded"), [(0.3, 1), (6.2, 7), (28.6, 30), (30.1, 30), (31.0, 45), (84, 90), (163.8, 180), (5000, 1095)]
)
def test_horizons_are_lengths_that_people_use(days: float, rounded: int) -> None:
    assert rounded_up(days) == rounded


def test_leads_from_before_outcomes_were_recorded_do_not_lengthen_the_horizon(tmp_path: Path) -> None:
    rng = random.Random(0)
    leads = [[f"L{i}", moment(i * 0.4)] for i in range(1000)]
    wins = []
    for i in range(1000):
        won = i * 0.4 + rng.gammavariate(2, 10) * (1 if rng.random() < 0.9 else 12)
        if i % 2 == 0 and won > 150:  # nothing was written down in the first 150 days
            wins.append([f"L{i}", moment(won)])
    inferred = infer(
        write(tmp_path / "leads.csv", ["lead_id", "mql_at"], leads),
        write(tmp_path / "wins.csv", ["lead_id", "won_date"], wins),
        now=datetime(2027, 1, 1),
    )
    assert "The first outcome is of 2024-0" in inferred.to_toml()
    assert inferred.get("outcomes", "horizon_days") in (45, 60, 75)
