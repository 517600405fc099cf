"""Of technicians at several processes one has a device's terminal, and its device's words go there."""

from __future__ import annotations

from typing import Any

import pytest

from connectassist.core import clock
from connectassist.features.remote_access import service
from connectassist.features.remote_access.lines import PATIENCE, Line, Lines, named
from connectassist.identity.principal import Principal
from connectassist.realtime.bus import BUS
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT

NAME = named("d1", "terminal")


@pytest.fixture
def lines() -> Lines:
    return Lines()


def line(*, asked_at: float) -> Line:
    by = Principal(kind="user", role="technician", user_id=2, name="Tina")
    return Line("d1", 1, "terminal", Connection("s1", by, path="/it"), asked_at=asked_at)


def elsewhere(lines: Lines, process: str, *, asked_at: float, is_open: bool = False) -> None:
    lines.shared.theirs[process] = {NAME: {"opener": f"Olga at {process}", "is_open": is_open, "asked_at": asked_at}}


def test_of_two_that_ask_at_once_the_sooner_one_stays(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BUS, "name", "m")
    now = clock.now().timestamp()
    ours = line(asked_at=now)
    lines.put(ours)
    for process, later_by, is_beaten in (("a", 1, False), ("z", 0, False), ("a", 0, True), ("z", -1, True)):
        elsewhere(lines, process, asked_at=now + later_by)
        assert lines.beaten(NAME) is (ours if is_beaten else None), (process, later_by)
        lines.shared.theirs.clear()
    assert lines.beaten(named("another", "terminal")) is None


def test_what_was_never_answered_counts_nowhere(lines: Lines) -> None:
    now = clock.now().timestamp()
    ours = line(asked_at=now)
    lines.put(ours)
    elsewhere(lines, "a", asked_at=now - PATIENCE - 1)
    assert lines.beaten(NAME) is None and lines.process_of("d1", "terminal") is None
    assert lines.opener_elsewhere("d1", "terminal") is None
    elsewhere(lines, "b", asked_at=now - PATIENCE - 1, is_open=True)
    assert lines.process_of("d1", "terminal") == "b" and lines.opener_elsewhere("d1", "terminal") == "Olga at b"
    assert lines.process_of("d1", "desktop") is None


def test_the_others_know_what_is_open_here(lines: Lines) -> None:
    ours = line(asked_at=5.0)
    lines.put(ours)
    lines.opened(ours)
    assert lines.shared.mine == {NAME: {"opener": "Tina", "is_open": True, "asked_at": 5.0}}
    lines.drop(ours)
    assert lines.shared.mine == {}


def test_whoever_noticed_nothing_of_a_cut_hears_afterwards_that_their_terminal_was_closed(
        lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str]] = []
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(service, "LINES", lines)
    monkeypatch.setattr(AGENT, "to_device_here", lambda device_id, name, payload: not sent.append((device_id, name)))
    monkeypatch.setattr(BUS, "tell", lambda topic, said, **more: told.append((topic, said, more)))
    elsewhere(lines, "b", asked_at=clock.now().timestamp(), is_open=True)
    service._cut_off(True)
    assert sent == [("d1", "terminal_stop_request")] and not told
    for _ in range(2):
        service._cut_off(False)
    assert told == [(service.GONE, {"device_id": "d1"}, {"to": "b"})]


def test_what_a_dead_process_left_open_is_closed(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(service, "LINES", lines)
    monkeypatch.setattr(BUS, "peers", {"b": 0.0})
    monkeypatch.setattr(AGENT, "to_device_here", lambda device_id, name, payload: not sent.append((device_id, name)))
    service._lines_elsewhere("b", {NAME: None})
    assert not sent, "it says so itself when a technician leaves"
    monkeypatch.setattr(BUS, "peers", {})
    service._lines_elsewhere("b", {NAME: None})
    assert sent == [("d1", "terminal_stop_request")]
