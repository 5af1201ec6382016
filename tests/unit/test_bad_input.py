"""Every kind of bad input is told in one paragraph, an InputError or a finding: where, what, how to mend it."""

from datetime import datetime
from pathlib import Path

import pytest

import mqlgate.config
from bad_input_cases import CASES, FINE, Case
from mqlgate import crm
from mqlgate.contract.check import check
from mqlgate.contract.finding import Checked
from mqlgate.errors import InputError

NOW = datetime(2026, 7, 1)


def read(case: Case, folder: Path) -> tuple[crm.Crm, Checked]:
    loaded = crm.load(mqlgate.config.load(case.write(folder)), now=NOW)
    return loaded, check(loaded)


def test_at_least_sixty_kinds_are_tested_each_once():
    assert len(CASES) >= 60
    assert len({case.name for case in (*CASES, *FINE)}) == len(CASES) + len(FINE)


@pytest.mark.parametrize("case", [case for case in CASES if case.code is None], ids=lambda case: case.name)
def test_what_cannot_be_read_is_refused_with_where_and_mend(case: Case, tmp_path: Path):
    with pytest.raises(InputError) as refused:
        read(case, tmp_path)
    error, message = refused.value, str(refused.value)
    assert error.where
    assert error.found
    assert error.expected or error.mend or ": " in error.found  # a rule of several keys says its mend after a colon
    assert message.startswith(error.where)
    assert [part for part in case.says if part.lower() not in message.lower()] == []
    assert [part for part in case.never if part in message] == []
    assert not any(ord(character) < 32 and character != "\n" for character in message)
    assert "\n\n" not in message
    assert len(message) < 1200


@pytest.mark.parametrize("case", [case for case in CASES if case.code is not None], ids=lambda case: case.name)
def test_what_is_wrong_with_the_data_is_a_finding_with_place_and_mend(case: Case, tmp_path: Path):
    _, checked = read(case, tmp_path)
    alike = [finding for finding in checked.findings if finding.code == case.code and finding.severity == case.severity]
    assert alike, [finding.code for finding in checked.findings]
    told = [finding for finding in alike if all(part in finding.words() for part in case.says)]
    assert told, "\n\n".join(finding.words() for finding in alike)
    finding = told[0]
    assert finding.where
    assert finding.table
    assert finding.mend
    assert checked.passed == (not checked.errors)
    assert "\n\n" not in finding.words()


@pytest.mark.parametrize("case", FINE, ids=lambda case: case.name)
def test_unusual_input_is_read_without_an_error(case: Case, tmp_path: Path):
    loaded, checked = read(case, tmp_path)
    assert [finding.words() for finding in checked.errors] == []
    assert loaded.con.execute("SELECT count(*) FROM lead").fetchone() == (80,)
    assert loaded.con.execute("SELECT count(*) FROM bad_row").fetchone() == (0,)
