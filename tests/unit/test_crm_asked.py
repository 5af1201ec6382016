"""Leads of `--leads FILE` beside those of the leads table: which of both counts, and what the file may lack."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from ground.small_crm import NOW, crm_of, rows, set_aside, values
from mqlgate import labels
from mqlgate.errors import InputError

KNOWN = {
    "lead_id": ["a", "b", "c"],
    "made": ["2026-01-01T08:00", "2026-01-02T08:00", "2026-01-03T08:00"],
    "mql_at": ["2026-02-01T08:00", "2026-02-02T08:00", None],
    "firm": ["Acme", "Bolt", "Acme"],
    "place": [10, 20, 30],
    "size": [1, 2, 3],
}
ROLES = {"created_at": "made", "qualified_at": "mql_at", "account": "firm", "order": "place"}


def asked(frame, **more):
    return crm_of(leads=(KNOWN, ROLES), asked=frame, **more)


def test_exactly_the_rows_of_the_file_are_asked_for_and_come_first_in_its_order():
    known = asked({**{name: reversed(list(column)) for name, column in KNOWN.items()}, "lead_id": ["c", "new", "a"]})
    assert rows(known, "SELECT row, lead_id, asked FROM lead ORDER BY row") == [
        (0, "c", True),
        (1, "new", True),
        (2, "a", True),
        (4, "b", False),
    ]


def test_a_lead_of_both_tables_is_as_the_file_has_it():
    known = asked({**KNOWN, "mql_at": ["2026-03-01T08:00", None, None], "size": [7, 8, 9]})
    found = rows(known, "SELECT lead_id, qualified_at FROM lead WHERE asked ORDER BY row")
    assert found == [("a", datetime(2026, 3, 1, 8)), ("b", None), ("c", None)]
    assert values(known, "size") == [7.0, 8.0, 9.0]


def test_what_the_configuration_maps_and_the_file_lacks_is_as_the_leads_table_has_it():
    known = asked({"lead_id": ["b", "new"], "size": [5, 6]})
    found = rows(known, "SELECT lead_id, created_at, qualified_at, qualified_seen, account, order_key FROM lead")
    mql_at = datetime(2026, 2, 2, 8)
    assert found[:2] == [
        ("b", datetime(2026, 1, 2, 8), mql_at, mql_at, "Bolt", 20.0),
        ("new", None, None, None, None, None),
    ]
    labels.build(known, NOW)
    states = rows(known, "SELECT lead_id, state FROM label JOIN lead USING (row, lead_id) WHERE asked ORDER BY row")
    assert states == [("b", "expired"), ("new", "not_mql")]


def test_an_account_that_the_file_does_have_is_its_own_even_where_it_is_empty():
    known = asked({"lead_id": ["a", "b"], "firm": ["Other", None]})
    assert rows(known, "SELECT lead_id, account FROM lead WHERE asked ORDER BY row") == [("a", "Other"), ("b", None)]


def test_a_row_of_the_file_that_cannot_be_read_is_set_aside_and_not_replaced_by_the_known_lead():
    known = asked({"lead_id": ["a", "b"], "mql_at": ["soon", "2026-02-05T08:00"]})
    assert rows(known, "SELECT lead_id FROM lead WHERE asked") == [("b",)]
    assert set_aside(known) == [("asked", 0, "mql_at", "soon", "not a date")]


def test_the_file_needs_no_target_column_and_its_leads_are_open_whatever_the_leads_table_says():
    target = {"column": "y", "accepted": ["yes"]}
    known = crm_of(
        leads=({"lead_id": ["a", "b"], "y": ["yes", "no"], "size": [1, 2]}, {}),
        outcomes=target,
        asked={"lead_id": ["b"], "size": [2]},
    )
    labels.build(known, known.as_of)
    assert rows(known, "SELECT lead_id, state FROM label ORDER BY row") == [("b", "open"), ("a", "accepted")]


def test_days_and_months_are_read_as_in_the_leads_table_however_few_rows_there_are():
    known = crm_of(
        leads=({"lead_id": ["a", "b"], "mql_at": ["25/01/2026", "03/02/2026"]}, {"qualified_at": "mql_at"}),
        asked={"lead_id": ["n"], "mql_at": ["04/03/2026"]},
    )
    assert rows(known, "SELECT qualified_at FROM lead WHERE asked") == [(datetime(2026, 3, 4),)]


def test_so_is_a_column_of_times_that_is_not_mapped():
    known = crm_of(
        leads=({"lead_id": ["a", "b"], "last_visit": ["25/01/2026", "03/02/2026"]}, {}),
        asked={"lead_id": ["n"], "last_visit": ["04/03/2026"]},
    )
    assert values(known, "last_visit")[0] == datetime(2026, 3, 4)


def test_a_file_with_more_columns_and_other_types_fits_the_leads_table():
    known = asked(
        {
            "extra": ["x"],
            "lead_id": [1.0],
            "size": ["12"],
            "place": ["7"],
            "firm": ["Acme"],
            "mql_at": pd.to_datetime(["2026-03-01"]),
            "made": pd.to_datetime(["2026-01-01"]),
        }
    )
    assert rows(known, "SELECT lead_id, qualified_at, order_key FROM lead WHERE asked") == [
        ("1", datetime(2026, 3, 1), 7.0)
    ]
    assert values(known, "size") == [12.0, 1.0, 2.0, 3.0]
    assert "extra" not in [column.name for column in known.columns]


def test_a_lookup_key_that_the_file_lacks_is_an_error_that_names_the_file():
    lookup = ({"name": ["Acme"], "staff": [5]}, {"key": "firm", "id": "name"})
    with pytest.raises(InputError) as refused:
        asked({"lead_id": ["a"], "size": [1]}, lookups=[lookup])
    assert "the asked DataFrame" in str(refused.value)
    assert '"firm"' in str(refused.value)


def test_lookups_are_joined_to_the_asked_leads_too():
    lookup = ({"name": ["Acme", "Bolt"], "staff": [5, 50]}, {"key": "firm", "id": "name"})
    known = asked({"lead_id": ["new"], "firm": ["Bolt"]}, lookups=[lookup])
    assert values(known, "staff") == [50.0, 5.0, 50.0, 5.0]


def test_a_needed_column_that_the_file_lacks_is_an_error():
    with pytest.raises(InputError, match='"size" is missing'):
        asked({"lead_id": ["a"]}, needed=["size"], trained_kinds={"size": "number"})


@pytest.mark.parametrize(
    ("kind", "good", "bad", "reason"),
    [
        ("number", "12", "many", "not a number"),
        ("boolean", "yes", "perhaps", "neither true nor false"),
        ("time", "2026-01-05", "soon", "not a date"),
    ],
)
def test_a_value_that_a_needed_column_cannot_hold_sets_its_row_aside(kind, good, bad, reason):
    known = crm_of(
        leads=({"lead_id": ["a", "b"], "x": [good, good]}, {}),
        asked={"lead_id": ["n", "m", "o"], "x": [good, bad, "n/a"]},
        needed=["x"],
        trained_kinds={"x": kind},
    )
    assert rows(known, "SELECT lead_id FROM lead WHERE asked ORDER BY row") == [("n",), ("o",)]
    assert set_aside(known) == [("asked", 1, "x", bad, reason)]
    assert values(known, "x")[1] is None


def test_a_file_is_looked_for_in_the_working_directory_and_leads_beside_the_configuration(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "leads.csv").write_text("lead_id,x\na,1\n")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "new.csv").write_text("lead_id,x\nn,2\n")
    monkeypatch.chdir(tmp_path / "here")
    known = crm_of(directory=tmp_path / "there", leads={"path": "leads.csv"}, asked=Path("new.csv"))
    assert rows(known, "SELECT lead_id, asked FROM lead ORDER BY row") == [("n", True), ("a", False)]
