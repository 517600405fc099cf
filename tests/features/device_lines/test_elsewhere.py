"""A device's lines at several processes: the newest of all gets the commands."""

from __future__ import annotations

from typing import Any

import pytest

from connectassist.features.device_lines import service
from connectassist.features.device_lines.service import DeviceLine, Lines
from connectassist.identity import principal
from connectassist.realtime.bus import BUS


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    monkeypatch.setattr(service, "LINES", Lines())
    monkeypatch.setattr(BUS, "name", "m")
    return service.LINES


@pytest.fixture
def ours(lines: Lines) -> DeviceLine:
    """A line that was opened here at 100."""
    made = DeviceLine(principal.device("d1", ""))
    made.opened_at = 100.0
    lines.add(made)
    return made


@pytest.mark.parametrize(("process", "since", "is_ours"), [
    ("a", 99.0, True), ("a", 100.0, True), ("z", 100.0, False), ("a", 100.1, False)])
def test_the_newest_of_all_counts(lines: Lines, ours: DeviceLine, process: str, since: float, is_ours: bool) -> None:
    lines._opened.theirs[process] = {"d1": since, "d2": since}
    assert lines.newest("d1") is (ours if is_ours else None)
    assert lines.has_older("d1") is not is_ours and not lines.has_older("d2")
    assert lines.elsewhere("d1") == [process]


def test_while_redis_is_away_each_goes_on_by_itself(lines: Lines, ours: DeviceLine,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    lines._opened.theirs["z"] = {"d1": 200.0}
    monkeypatch.setattr(BUS, "is_cut", True)
    assert lines.newest("d1") is ours


def test_what_is_stuck_on_the_older_line_goes_over_the_newer_one(lines: Lines, ours: DeviceLine,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    given_back: list[Any] = []
    told: list[str] = []
    monkeypatch.setattr(service, "aside", lambda work, *what: work(*what))
    monkeypatch.setattr(service.commands, "release", lambda device_id, claimed: given_back.append((device_id, claimed)))
    monkeypatch.setattr(BUS, "tell", lambda topic, said, **more: told.append(topic))
    monkeypatch.setattr(service.PUSHES, "stuck", lambda device_id: ["a command"])
    lines._opened.theirs["z"] = {"d1": 200.0}
    service.lines_elsewhere(["d1", "d2"])
    assert given_back == [("d1", ["a command"])] and told == [service.QUEUED]


def test_the_others_know_the_newest_of_ours(lines: Lines, ours: DeviceLine) -> None:
    newer = DeviceLine(principal.device("d1", ""))
    newer.opened_at = 150.0
    lines.add(newer)
    assert lines._opened.mine == {"d1": 150.0}
    lines.remove(newer)
    assert lines._opened.mine == {"d1": 100.0}
    lines.remove(ours)
    assert lines._opened.mine == {}
