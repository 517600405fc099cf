"""Live lines of the cast on the run's real servers, once for each engine."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast import ACME, PASSWORD
from tests.live.lines import JsonSocket
from tests.live.server import Http, Server


class Desk:
    """`desk.opens("admin")` is a line with its snapshot read; `desk.server` the server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.lines: list[JsonSocket] = []

    def line(self, path: str = "/ws", **options: Any) -> JsonSocket:
        """A line, with nothing shown unless the address or the options do."""
        self.lines.append(JsonSocket(self.server, path, **options))
        return self.lines[-1]

    def opens(self, name: str, *, since: str = "") -> JsonSocket:
        """The line of a member of the cast, by the token in the address, as contract 004's client has it."""
        line = self.line(f"/ws?token={self.server.cast[name].token}&since={since}")
        if not since:
            line.snapshot = line.hears("snapshot")  # type: ignore[attr-defined]
        return line

    def ticket(self, name: str, **fields: Any) -> dict[str, Any]:
        """A ticket that somebody opens."""
        made = self.server.http(name).post("/api/tickets", json={
            "title": f"Ticket {uuid.uuid4()}", "description": "It beeps", "priority": "low", "category": "other",
            **fields})
        assert made.status_code in (200, 201), made.text
        return made.json()

    def alert(self) -> int:
        """An alert of the server that is open."""
        title = f"Alert {uuid.uuid4()}"
        self.server.sql(
            "INSERT INTO system_alerts (metric, severity, title, value, threshold, opened_at) VALUES "
            "('disk', 'critical', :title, 97.5, 95, CURRENT_TIMESTAMP)", title=title)
        return self.server.sql("SELECT id FROM system_alerts WHERE title = :title", title=title)[0][0]

    def colleague(self) -> tuple[int, str]:
        """A technician of client A of this test's own: the account's id and a token."""
        name, admin = f"col-{uuid.uuid4().hex[:10]}", self.server.http("admin")
        made = admin.post("/api/admin/users", json={
            "username": name, "password": PASSWORD, "role": "technician"})
        assert made.status_code == 201, made.text
        user_id = made.json().get("user", made.json())["id"]
        admin.post(f"/api/clients/{ACME}/users", json={"user_id": user_id})
        signed_in = Http(self.server.url, self.server.cast["nobody"]).post(
            "/api/auth/local/login", json={"username": name, "password": PASSWORD})
        return user_id, signed_in.json()["token"]


@pytest.fixture
def desk(engine_server: Server) -> Iterator[Desk]:
    made = Desk(engine_server)
    yield made
    for line in made.lines:
        line.close()
