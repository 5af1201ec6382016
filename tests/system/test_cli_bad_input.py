"""Every kind of bad input at the command line: exit status 2 and one paragraph, or a finding; never a traceback.

And the kinds that only a command meets: what is typed wrongly, disks that refuse, commands out of order.
"""

import pytest

from bad_input_cases import CASES, Case, crm
from ground.commands import Mqlgate


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_check_tells_it(case: Case, tmp_path):
    ran = Mqlgate(tmp_path).inside("check", "--config", case.write(tmp_path), "--json")
    assert not ran.has_traceback
    if case.code is None:
        assert ran.status == 2
        assert ran.stdout == ""
        assert [part for part in case.says if part.lower() not in ran.stderr.lower()] == []
        return
    told = ran.json()
    assert case.code in [finding["code"] for finding in told["findings"]]
    assert ran.status == (0 if told["passed"] else 1)
    if case.severity == "error":
        assert ran.status == 1


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small CRM without fault and nothing trained."""
    folder = tmp_path_factory.mktemp("small")
    plain = next(case for case in CASES if case.code is not None and "mqlgate.toml" in case.files)
    plain.write(folder)
    made = crm()
    (folder / "leads.csv").write_text("\n".join(["lead_id,created_at,mql_at,industry,size,source", *made.leads]))
    return folder


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["frobnicate"], "No such command"),
        (["score"], "--out"),
        (["score", "--out", "scores.csv"], "mqlgate train"),
        (["gate"], "mqlgate train"),
        (["explain", "L0001"], "mqlgate train"),
        (["promote"], "mqlgate train"),
        (["promote", "3"], "mqlgate train"),
        (["rollback"], "mqlgate train"),
        (["score", "--out", "scores.xlsx"], ".csv or .parquet"),
        (["score", "--out", "nowhere/scores.csv"], "there is no folder"),
        (["score", "--out", "sqlite:///scores.db"], "--table"),
        (["score", "--out", "scores.csv", "--table", "scores"], "--table goes with a database URL"),
        (["check", "--as-of", "yesterday"], "such as 2018-02-28"),
        (["check", "--config", "nowhere.toml"], "mqlgate init"),
        (["check", "--config", "leads.csv"], "this is not TOML"),
        (["init"], "LEADS"),
        (["init", "nowhere.csv", "--config", "new.toml"], "there is no such file"),
        (["init", "leads.csv", "--preset", "nosuch", "--config", "new.toml"], "hubspot"),
        (["demo", "leads.csv"], "this is a file"),
        (["demo", "new", "--scenario", "nosuch"], "linear"),
        (["demo", "new", "--leads", "3"], "200"),
    ],
)
def test_what_is_typed_wrongly_is_told_and_nothing_is_written(small, typed, told):
    before = sorted(path.name for path in small.iterdir())
    ran = Mqlgate(small).inside(*typed)
    assert ran.status == 2
    assert told.lower() in (ran.stderr + ran.stdout).lower()
    assert not ran.has_traceback
    assert sorted(path.name for path in small.iterdir()) == before
