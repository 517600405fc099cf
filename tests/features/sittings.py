"""A live session between the cast's device and technician, with what the customer allowed."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask

from connectassist.core.db import db
from connectassist.features.sessions import queries
from tests.cast import Caller
from tests.live.server import Server


def open_session(device: Caller) -> str:
    """The device's live session; a new one when it has none."""
    answer = device.post("/api/sessions/assign", json={"deviceId": device.device_id})
    assert answer.status_code == 200, answer.text
    return answer.json["sessionId"]


def allow(app: Flask, session_id: str, *rights: str) -> None:
    """What the customer allows from now on, straight in the database."""
    with app.app_context():
        queries.live(session_id).rights = list(rights)
        db.session.commit()


class Sitting:
    """A session on a real server: a helper and a technician, both joined."""

    def __init__(self, server: Server, *, rights: list[str] | None = None) -> None:
        self.server, device = server, server.http("device")
        assigned = device.post("/api/sessions/assign", json={"deviceId": server.cast["device"].device_id})
        self.id: str = assigned.json()["sessionId"]
        self.helper = server.socket("device")
        self.technician = server.socket("technician_a")
        assert self.helper.join(self.id, "helper", rights=[])["ok"]
        assert self.technician.join(self.id, "technician")["ok"]
        if rights:
            self.grant(rights)

    def grant(self, rights: list[str]) -> None:
        """Ask as the technician and answer as the customer."""
        answers: list[Any] = []
        ask = threading.Thread(target=lambda: answers.append(
            self.server.http("technician_a").post(f"/api/sessions/{self.id}/connect", json={"rights": rights})))
        ask.start()
        request = self.helper.heard("connection-request")
        self.helper.call("approval-response", {"sessionId": self.id, "approved": True,
                                               "requestId": request["requestId"]})
        ask.join(10)
        assert answers and answers[0].json()["approved"], answers

    def close(self) -> None:
        self.helper.close()
        self.technician.close()
        self.server.http("technician_a").delete(f"/api/sessions/{self.id}")

    def __enter__(self) -> Sitting:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
