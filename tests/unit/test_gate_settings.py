"""What [gate] and [[disqualifiers]] refuse, and in which words."""

from pathlib import Path

import pytest

from mqlgate.config import Config
from mqlgate.errors import InputError
from mqlgate.gate.settings import DisqualifierSection, GateSection

LEADS = {"leads": {"path": "leads.csv"}}
GOOD = {
    "target_sql_rate": 0.3, "confidence": 0.95, "keep_sqls": 0.9, "capacity_per_week": 120, "value_per_sql": 900.0,
    "cost_per_worked_lead": 35.0, "cost_per_mql": 50.0, "segments": ["source"], "in_force": 0.31,
}  # fmt: skip


def test_the_contracts_example_is_read():
    config = Config({**LEADS, "gate": GOOD}, Path())
    assert config[GateSection].target_sql_rate == 0.3
    assert config[GateSection].segments == ("source",)


def test_an_absent_section_asks_for_nothing():
    assert Config(LEADS, Path())[GateSection] == GateSection()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"target_sql_rate": 30}, "per cent: write 0.3"),
        ({"target_sql_rate": 0}, "must lie between 0 and 1"),
        ({"target_sql_rate": 1}, "must lie between 0 and 1"),
        ({"target_sql_rate": -0.3}, "must lie between 0 and 1"),
        ({"target_sql_rate": float("nan")}, "must lie between 0 and 1"),
        ({"target_sql_rate": "a third"}, "target_sql_rate"),
        ({"confidence": 95}, "per cent: write 0.95"),
        ({"confidence": 1.0}, "must lie between 0 and 1"),
        ({"confidence": 0.3}, "at least 0.5"),
        ({"keep_sqls": 90}, "per cent: write 0.9"),
        ({"in_force": 31}, "per cent: write 0.31"),
        ({"in_force": 1}, "must lie between 0 and 1"),
        ({"capacity_per_week": 0}, "above 0"),
        ({"capacity_per_week": float("inf")}, "above 0"),
        ({"cost_per_worked_lead": -35}, "without a minus sign"),
        ({"cost_per_mql": -1}, "without a minus sign"),
        ({"value_per_sql": 0}, "above 0"),
        ({"value_per_sql": 30, "cost_per_worked_lead": 35}, "no lead is worth working"),
        ({"segments": ["source", "source"]}, "twice"),
        ({"target_rate": 0.3}, '"target_sql_rate"?'),
    ],
)
def test_a_mistake_in_gate_is_told_with_its_mend(said, words):
    with pytest.raises(InputError) as told:
        Config({**LEADS, "gate": said}, Path())
    assert "[gate]" in str(told.value)
    assert words.casefold() in str(told.value).casefold()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"column": "country", "reason": "x"}, "add not_in, in, below or above"),
        ({"column": "country", "reason": "x", "in": []}, "empty list"),
        ({"column": "size", "reason": "x", "below": 10, "above": 5}, "swap them"),
        ({"column": "country", "not_in": ["US"]}, '"reason" is missing'),
        ({"column": "country", "notin": ["US"], "reason": "x"}, '"not_in"?'),
        ({"column": "country", "reason": "", "in": ["US"]}, "reason"),
    ],
)
def test_a_mistake_in_disqualifiers_is_told_with_its_mend(said, words):
    with pytest.raises(InputError) as told:
        Config({**LEADS, "disqualifiers": [said]}, Path())
    assert "[[disqualifiers]] 1" in str(told.value)
    assert words.casefold() in str(told.value).casefold()


def test_conditions_are_read_as_they_stand_in_the_file():
    said = [{"column": "c", "in": "student", "reason": "r"}, {"column": "s", "below": 1, "reason": "r"}]
    rules = Config({**LEADS, "disqualifiers": said}, Path()).many(DisqualifierSection)
    assert rules[0].in_ == ("student",)
    assert rules[1].below == 1.0
