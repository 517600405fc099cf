"""A device with lines of its own on the run's real servers, once for each engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.lines import JsonSocket, in_query, registered_device
from tests.live.server import Http, Server


class Handset:
    """A device at the gateway: `handset.opens()` is a line, `handset.queued()` a command for it."""

    def __init__(self, server: Server) -> None:
        self.server, self.device = server, registered_device(server)
        self.lines: list[JsonSocket] = []

    def opens(self, path: str = "", **options: Any) -> JsonSocket:
        """A line, by the document's query unless another address is given."""
        self.lines.append(JsonSocket(self.server, path or in_query(self.device), **options))
        return self.lines[-1]

    def token(self) -> str:
        """A sign-in's token."""
        answer = self.server.http().post("/api/v1/device/auth", json={
            "deviceId": self.device.device_id, "deviceSecret": self.device.device_secret})
        return answer.json()["token"]

    def http(self) -> Http:
        """The device over HTTP."""
        return Http(self.server.url, self.device)

    def queued(self, type: str = "ping", **parameters: Any) -> str:
        """A command that the device queued for itself; its id."""
        made = self.http().post("/api/v1/device/commands", json={"command": type, "parameters": parameters})
        assert made.status_code == 201, made.text
        return made.json()["id"]


@pytest.fixture
def handset(engine_server: Server) -> Iterator[Handset]:
    made = Handset(engine_server)
    yield made
    for line in made.lines:
        line.close()
