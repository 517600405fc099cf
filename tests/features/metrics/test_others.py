"""A look at the server of a site with several processes shows the slowest of them, and everybody's sockets."""

from __future__ import annotations

import pytest

from connectassist.features.metrics import others, service
from connectassist.features.metrics.machine import Lag
from connectassist.features.metrics.others import Others
from connectassist.realtime.bus import BUS


def test_the_slowest_counts_until_somebody_looked() -> None:
    told = Others()
    assert told.taken() == (0.0, 0)
    for process, lag_ms, sockets in (("a", 20.0, 5), ("a", 3.0, 7), ("b", 8.0, 100)):
        told.note(process, lag_ms=lag_ms, sockets=sockets)
    assert told.taken() == (20.0, 107)
    assert told.taken() == (0.0, 107), "sockets stay, a lag that was shown is over"
    told.forget("b")
    assert told.taken() == (0.0, 7)


def test_a_look_takes_it_in(in_app: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_looks", [])
    monkeypatch.setattr(service, "OTHERS", Others())
    alone = service.glance().sockets
    service.OTHERS.note("another", lag_ms=123_456.0, sockets=40)
    taken = service.glance()
    assert (taken.hub_lag_ms, taken.sockets) == (123_456.0, alone + 40)


def test_each_lag_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict] = []
    monkeypatch.setattr(others.machine, "LAG", Lag())
    monkeypatch.setattr(BUS, "peers", {"another": 0.0})
    monkeypatch.setattr(BUS, "is_cut", False)
    monkeypatch.setattr(BUS, "tell", lambda topic, said: told.append(said))
    others.machine.LAG.note(0.5)
    others._tell(None)
    others._tell(None)
    assert [each["lag_ms"] for each in told] == [500.0, 0.0]
    assert others.machine.LAG.taken() == 500.0, "our own looks have it still"
