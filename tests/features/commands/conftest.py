"""Short ways to the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.commands import service
from tests.cast import Caller

URL = "/api/v1/device/commands"


class Queue:
    """A device at its queue: `queue.add("a")`, `queue.claim()`, `queue.finish(claimed)`."""

    def __init__(self, device: Caller) -> None:
        self.device, self.device_id = device, device.device_id

    def add(self, name: str = "work", **more: Any) -> str:
        """Queue a command of the device's own; its id."""
        answer = self.device.post(URL, json={"command": name, **more})
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def claim(self, limit: int = 1, **more: Any) -> list[dict[str, Any]]:
        answer = self.device.post(f"{URL}/claim", json={"limit": limit, **more})
        assert answer.status_code == 200, answer.text
        return answer.json["commands"]

    def one(self, **more: Any) -> dict[str, Any]:
        """A new command, claimed."""
        self.add()
        return self.claim(**more)[0]

    def finish(self, claimed: dict[str, Any], **more: Any) -> TestResponse:
        return self.device.post(f"{URL}/{claimed['id']}/result", json={
            "claimToken": claimed["claimToken"], "status": "success", **more})

    def extend(self, claimed: dict[str, Any], extension: Any = 60_000) -> TestResponse:
        return self.device.post(f"{URL}/{claimed['id']}/extend", json={
            "claimToken": claimed["claimToken"], "extensionMs": extension})

    def show(self, command_id: str) -> dict[str, Any]:
        return self.device.get(f"{URL}/{command_id}").json


@pytest.fixture
def queue(device: Caller) -> Queue:
    return Queue(device)


@pytest.fixture
def queue_b(device_b: Caller) -> Queue:
    return Queue(device_b)


class Time:
    """The server's clock, which only moves when told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    here = Time(clock.now())
    monkeypatch.setattr(clock, "now", lambda: here.now)
    return here


@pytest.fixture
def settle(app: Flask) -> Callable[[], int]:
    """Run the sweep."""
    def now() -> int:
        with app.app_context():
            try:
                return service.settle()
            finally:
                db.session.remove()
    return now


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What listeners hear: a device's id when something became claimable, a row when a state changed."""
    heard: list[Any] = []
    monkeypatch.setattr(service, "on_queued", [heard.append])
    monkeypatch.setattr(service, "on_changed", [heard.append])
    yield heard
