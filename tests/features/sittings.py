"""A live session between the cast's device and technician, with what the customer allowed."""

from __future__ import annotations

from flask import Flask

from connectassist.core.db import db
from connectassist.features.sessions import queries
from tests.cast import Caller
from tests.live import sitting as live
from tests.live.server import Server


def open_session(device: Caller) -> str:
    """The device's live session; a new one when it has none."""
    answer = device.post("/api/sessions/assign", json={"deviceId": device.device_id})
    assert answer.status_code == 200, answer.text
    return answer.json["sessionId"]


def allow(app: Flask, session_id: str, *rights: str) -> None:
    """What the customer allows from now on, to all of the cast, straight in the database."""
    with app.app_context():
        session = queries.live(session_id)
        session.rights, session.admitted = list(rights), list(range(1, 20))
        db.session.commit()


class JoinedSession:
    """A session on a real server: a helper and a technician, both joined."""

    def __init__(self, server: Server, *, rights: list[str] | None = None) -> None:
        self.server, self._live = server, live.Sitting(server)
        self.id: str = self._live.session_id
        self.helper = self._live.helper(rights=[])
        self.technician = self._live.technician()
        if rights:
            self.grant(rights)

    def grant(self, rights: list[str]) -> None:
        """Ask as the technician and answer as the customer."""
        self._live.allow(self.helper, rights)

    def close(self) -> None:
        self._live.close()

    def __enter__(self) -> JoinedSession:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
