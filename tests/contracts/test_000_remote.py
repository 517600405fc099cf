"""The files, scripts, screenshots, terminal and desktop of contract 000's dashboard: each by the names that it and its
agents use, to a device that was opened for it, on both engines. What is let through and what isn't stands in
tests/features/remote_access."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.contracts.rows_000 import ASKED, INPUTS, LINES, OUTPUTS
from tests.live.server import Server

PATIENCE = 30


class Pair:
    """A device whose user allowed unattended access, and a dashboard that may see it."""

    def __init__(self, server: Server) -> None:
        self.device_id = f"remote-{uuid.uuid4().hex[:8]}"
        made = server.http().post("/api/devices/register", json={"deviceId": self.device_id, "allowUnattended": True})
        proof = {"deviceId": self.device_id, "deviceSecret": made.json()["deviceSecret"]}
        self.agent = server.socket(auth=proof, namespace="/pocket-it/agent", query=f"?deviceId={self.device_id}")
        self.page = server.socket("admin", namespace="/pocket-it/it")
        self.agent.heard("ai_status", within=PATIENCE)

    def ask(self, event: str, to_device: str, **more: object) -> dict:
        """The dashboard sends an event; what the device hears of it, without the deviceId."""
        self.page.emit(event, {"deviceId": self.device_id, **more})
        heard = self.agent.heard(to_device, within=PATIENCE)
        assert "deviceId" not in heard
        return heard

    def tell(self, event: str, to_staff: str, **more: object) -> None:
        """The device sends an event; the dashboard hears it with the deviceId."""
        self.agent.emit(event, more)
        assert self.page.heard(to_staff, within=PATIENCE) == {**more, "deviceId": self.device_id}

    def close(self) -> None:
        for each in (self.agent, self.page):
            each.close()


@pytest.fixture
def pair(engine_server: Server) -> Iterator[Pair]:
    made = Pair(engine_server)
    yield made
    made.close()


def test_one_question_one_answer(pair: Pair) -> None:
    for event, (to_device, answer, to_staff) in ASKED.items():
        heard = pair.ask(event, to_device, path="C:\\", reason="to see")
        assert isinstance(heard["requestId"], str), event
        assert (heard["path"], heard["reason"]) == ("C:\\", "to see")
        pair.tell(answer, to_staff, requestId=heard["requestId"], success=True, data="aGVsbG8=" * 10_000)


@pytest.mark.parametrize("event", LINES)
def test_a_line_both_ways(pair: Pair, event: str) -> None:
    start, started, stop, stopped = LINES[event]
    kind = "terminal" if "terminal" in event else "desktop"
    for end in (None, *OUTPUTS[kind][-2:]):
        asked = pair.ask(event, start)
        assert asked["itInitiated"] is True
        assert kind == "terminal" or asked["forceOverride"] is event.startswith("force")
        assert asked.get("elevated", False) is event.endswith("elevated")
        pair.tell(started, started, requestId=asked["requestId"])
        for said, passed in INPUTS[kind].items():
            assert pair.ask(said, passed, x=1, input="dir\n") == {"x": 1, "input": "dir\n"}
        for said in OUTPUTS[kind][:-2]:
            pair.tell(said, said, output="C:\\", frame="aGk=")
        if end is None:
            assert pair.ask(stop, stopped) == {}
        else:
            pair.tell(end, end, requestId=asked["requestId"], reason="enough")
