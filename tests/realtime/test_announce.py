"""What dashboards hear of many changes at once: the newest of each, at a pace."""

from __future__ import annotations

from typing import Any

import pytest

from connectassist.realtime import announce
from connectassist.realtime.announce import BURST, UPDATED, Pace
from connectassist.realtime.gateway import GATEWAY


class Later:
    """Stands in for the engine: what is put into the background runs when the test says so."""

    def __init__(self) -> None:
        self.tasks: list[Any] = []

    def start_background_task(self, task: Any) -> None:
        self.tasks.append(task)

    def sleep(self, seconds: float) -> None:
        TIME[0] += seconds


TIME = [0.0]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    heard: list[tuple[Any, ...]] = []
    monkeypatch.setattr(GATEWAY, "to_staff", lambda *news, **_: heard.append(news))
    monkeypatch.setattr(GATEWAY, "socketio", Later())
    monkeypatch.setattr(announce.clock, "monotonic", lambda: TIME[0])
    TIME[0] = 0.0
    return heard


def test_a_few_changes_are_told_as_they_come(told: list[tuple[Any, ...]]) -> None:
    pace = Pace()
    for number in range(BURST):
        pace.tell(1, UPDATED, f"S{number % 2}", {"sessionId": f"S{number % 2}", "number": number})
    assert [news[2]["number"] for news in told] == list(range(BURST))


def test_a_storm_is_merged_and_spread(told: list[tuple[Any, ...]]) -> None:
    pace = Pace()
    for number in range(500):
        pace.tell(1, UPDATED, f"S{number}", {"sessionId": f"S{number}", "status": "waiting"})
        pace.tell(1, UPDATED, f"S{number}", {"sessionId": f"S{number}", "status": "connected"})
    assert len(told) == BURST
    pace.forget("S499")
    GATEWAY.socketio.tasks[0]()  # type: ignore[union-attr]
    assert len(GATEWAY.socketio.tasks) == 1  # type: ignore[attr-defined]
    last = {payload["sessionId"]: payload["status"] for _, _, payload in told}
    assert len(last) == 499 and set(last.values()) == {"connected"}
    assert len(told) <= 500 + BURST // 2, "one of each, but for the first that went out at once"
    assert TIME[0] >= (len(told) - BURST) / BURST - 1, "no faster than the pace"
