"""Nobody waits before a silent screen, and a quick command says nothing."""

import io
import re
import sys
import time

from mqlgate.progress import silent, told


def said(capsys):
    return [re.sub(r"[\d.]+ s", "N s", line.replace("  ", " ")) for line in capsys.readouterr().err.splitlines()]


def test_a_quick_command_says_nothing(capsys):
    with told("score", after_seconds=5) as step:
        step("reading")
        step("writing")
    time.sleep(0.05)
    assert said(capsys) == []


def test_a_slow_first_step_is_told_while_it_runs(capsys):
    with told("score", after_seconds=0.05) as step:
        step("loading the version")
        step("reading the tables")
        until, lines = time.monotonic() + 10, []
        while not lines and time.monotonic() < until:
            time.sleep(0.01)
            lines = said(capsys)
        assert [line.endswith("reading the tables") for line in lines] == [True]


def test_from_then_on_every_step_is_told_once_as_it_begins(capsys):
    with told("train", after_seconds=0.05) as step:
        step("reading")
        time.sleep(0.2)
        step("fitting")
        step("writing")
    lines = said(capsys)
    assert [line.split("s ", 1)[1].strip() for line in lines] == ["reading", "fitting", "writing"]
    assert all(line.startswith("mqlgate train:") for line in lines)


def test_nothing_is_told_after_the_command(capsys):
    with told("gate", after_seconds=0.1) as step:
        step("reading")
    time.sleep(0.2)
    assert said(capsys) == []


def test_nothing_goes_to_stdout(capsys):
    with told("gate", after_seconds=0) as step:
        step("reading")
    assert capsys.readouterr().out == ""


def test_a_closed_or_missing_stderr_stops_no_command(monkeypatch):
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        with told("score", after_seconds=0) as step:
            step("reading")
            silent("reading")
