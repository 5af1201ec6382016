"""What a benchmark prints is what was measured."""

import subprocess
import time

import pytest

from measure import Paired, bytes_text, child, paired, print_line, seconds_text


def test_the_ratio_is_the_median_of_the_ratios_of_the_pairs():
    measured = Paired(ours=(1.0, 10.0, 3.0), baseline=(2.0, 5.0, 1.0))
    assert measured.ratios == (0.5, 2.0, 3.0)
    assert measured.ratio == 2.0
    assert measured.ours_median == 3.0
    assert measured.baseline_median == 2.0


def test_both_are_run_in_turn_after_a_warm_up_that_does_not_count():
    ran: list[str] = []
    measured = paired(lambda: ran.append("a"), lambda: ran.append("b"), repeats=3, warmups=1)
    assert "".join(ran) == "ab" * 4
    assert len(measured.ours) == len(measured.baseline) == 3


def test_time_is_measured_in_seconds():
    measured = paired(lambda: time.sleep(0.03), lambda: time.sleep(0.01), repeats=3)
    assert 0.03 <= measured.ours_median < 0.2
    assert measured.ratio > 1


def test_the_peak_memory_of_a_child_process_is_its_own():
    ballast = bytearray(300_000_000)  # what holds the stopwatch may be large
    small = child("pass")
    del ballast
    large = child("block = bytearray(200_000_000); print(len(block))")
    assert large.stdout == "200000000\n"
    assert small.peak_bytes < 40e6
    assert 190e6 < large.peak_bytes - small.peak_bytes < 230e6


def test_a_child_process_that_fails_is_no_measurement():
    with pytest.raises(subprocess.CalledProcessError):
        child("raise SystemExit(3)")


@pytest.mark.parametrize(
    ("limits", "kept", "said"),
    [
        ({}, True, ""),
        ({"most": 3.0}, True, "≤ 3.00 s: met"),
        ({"most": 1.0}, False, "≤ 1.00 s: MISSED"),
        ({"ratio_most": 2.0}, True, "ratio ≤ 2: met"),
        ({"ratio_least": 25}, False, "ratio ≥ 25: MISSED"),
        ({"most": 3.0, "ratio_most": 1.3}, False, "≤ 3.00 s: met, ratio ≤ 1.3: MISSED"),
    ],
)
def test_a_line_names_the_baseline_and_says_whether_limits_are_met(capsys, limits, kept, said):
    assert print_line("features", Paired((2.0,), (1.0,)), "by hand", **limits) is kept
    printed = capsys.readouterr().out
    assert printed.split("  ")[0] == "features"
    assert "1.00 s (by hand)" in printed
    assert printed.rstrip().endswith(said)


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        (seconds_text, 0.0000123, "12.3 µs"),
        (seconds_text, 0.0123, "12.3 ms"),
        (seconds_text, 12.345, "12.35 s"),
        (bytes_text, 1_230_000, "1.23 MB"),
        (bytes_text, 12, "12 B"),
    ],
)
def test_figures_have_the_unit_that_suits_them(text, value, written):
    assert text(value) == written
