"""Champion against challenger."""

from mqlgate.training.challenge import Duel


def test_a_challenger_wins_only_beyond_noise():
    assert Duel(1, 500, 0.01, 0.001, 0.019).won
    assert not Duel(1, 500, 0.01, -0.001, 0.021).won


def test_the_verdict_is_told():
    assert "the challenger wins" in Duel(1, 500, 0.01, 0.001, 0.019).words()
    assert "the champion stays" in Duel(1, 500, 0.01, -0.001, 0.021).words()
