"""A session on a real server: the device's helper and technicians, each with a real socket."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import requests

from tests.live.server import Server
from tests.live.sockets import Socket


class Asking(threading.Thread):
    """A technician's `connect`, which the server holds until the customer answers."""

    def __init__(self, sitting: Sitting, name: str, rights: list[str] | None, reason: str) -> None:
        super().__init__(daemon=True)
        self._call = sitting.server.http(name), f"/api/sessions/{sitting.session_id}/connect"
        self._body = {"rights": rights, "reason": reason} if rights is not None else {"reason": reason}
        self._answer: Any = None
        self.start()

    def run(self) -> None:
        http, path = self._call
        with suppress(requests.ConnectionError):  # the server died; `answer` says that none came
            self._answer = http.post(path, json=self._body)

    def answer(self, *, within: float = 40) -> dict[str, Any]:
        """The body of the answer."""
        self.join(within)
        assert self._answer is not None, "connect was not answered"
        assert self._answer.status_code == 200, self._answer.text
        return self._answer.json()


class Sitting:
    """A new session of the cast's device, opened by technician A."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.device_id = server.cast["device"].device_id
        answer = server.http("technician_a").post(f"/api/devices/{self.device_id}/request")
        assert answer.status_code == 200, answer.text
        self.session_id = answer.json()["sessionId"]
        self.sockets: list[Socket] = []

    def socket(self, name: str = "nobody", **options: Any) -> Socket:
        """An open socket of a member of the cast, in no session."""
        self.sockets.append(self.server.socket(name, **options))
        return self.sockets[-1]

    def helper(self, **more: Any) -> Socket:
        """The device's helper, joined."""
        return self._joined("device", "helper", **more)

    def technician(self, name: str = "technician_a") -> Socket:
        """A technician's page, joined."""
        return self._joined(name, "technician")

    def _joined(self, name: str, role: str, **more: Any) -> Socket:
        socket = self.socket(name)
        answer = socket.join(self.session_id, role, **more)
        assert answer["ok"], answer
        return socket

    def ask(self, rights: list[str] | None = None, *, name: str = "technician_a", reason: str = "printer") -> Asking:
        """Let a technician ask for rights, without waiting for the answer."""
        return Asking(self, name, rights, reason)

    def allow(self, helper: Socket, rights: list[str], *, name: str = "technician_a") -> None:
        """Let a technician ask and the customer say yes."""
        asking = self.ask(rights, name=name)
        helper.heard("connection-request")
        assert helper.call("approval-response", {"sessionId": self.session_id, "approved": True})["ok"]
        assert asking.answer()["approved"]
        helper.heard("consent-changed")

    def row(self) -> dict[str, Any]:
        """The session as technician A's list shows it."""
        rows = self.server.http("technician_a").get("/api/sessions?all=1").json()["sessions"]
        return next(row for row in rows if row["session_id"] == self.session_id)

    def close(self) -> None:
        for socket in self.sockets:
            socket.close()
        self.server.http("technician_a").delete(f"/api/sessions/{self.session_id}")
