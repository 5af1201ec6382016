"""Who was champion before: right whatever a killed process left behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqlgate.registry.champions import from_text, known_history, previous, promoted, to_text

VERSIONS = range(1, 6)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("promote"), st.sampled_from(VERSIONS), st.booleans()),
        st.tuples(st.just("rollback"), st.just(0), st.booleans()),
    ),
    max_size=25,
)


@given(STEPS)
def test_whatever_is_killed_the_history_is_that_of_the_alias(steps):
    """Promotions note first and move the alias last, roll-backs the other way round; each may be killed in between."""
    noted, alias, true = [], None, []
    for what, version, killed in steps:
        if what == "promote":
            new = promoted(noted, alias, version)
            noted = new
            if not killed:
                true = [*true, version] if version != alias else true
                alias = version
        else:
            target = previous(noted, alias, VERSIONS)
            assert target == (true[-2] if len(true) > 1 else None)
            if target is None:
                continue
            alias, true = target, true[:-1]
            if not killed:
                noted = known_history(noted, target)
        assert known_history(noted, alias) == true


def test_a_champion_that_was_crowned_by_hand_is_known_and_the_one_before_it_too():
    assert known_history([1, 2], 7) == [1, 2, 7]
    assert previous([1, 2], 7, {1, 2, 7}) == 2


def test_a_version_that_was_deleted_is_passed_over():
    assert previous([1, 2, 3], 3, {1, 3}) == 1
    assert previous([1, 2], 2, {2}) is None


@pytest.mark.parametrize("spoilt", [None, "", "null", "{", "[null]", '["x"]', "3"])
def test_a_note_that_was_spoilt_by_hand_is_as_good_as_none(spoilt):
    assert from_text(spoilt) == []
    assert known_history(from_text(spoilt), 4) == [4]


def test_the_note_keeps_the_newest():
    assert from_text(to_text(list(range(600)))) == list(range(100, 600))
