"""Who talks in these tests: a device of client A with its `/agent` socket, and dashboards on `/it`."""

from __future__ import annotations

import uuid
from typing import Any

from tests.live.server import Server
from tests.live.sockets import Socket

PATIENCE = 40
ACME = 2


class Talker:
    """A new device of client A. `ask` writes and returns the answer."""

    def __init__(self, server: Server, *, client_id: int = ACME, **facts: str) -> None:
        self.server, self.device_id = server, f"talk-{uuid.uuid4().hex[:8]}"
        made = server.http().post("/api/devices/register", json={"deviceId": self.device_id, **facts}).json()
        self.proof = {"deviceId": self.device_id, "deviceSecret": made["deviceSecret"]}
        moved = server.http("admin").patch(f"/api/devices/{self.device_id}/client", json={"client_id": client_id})
        assert moved.status_code == 200, moved.text
        self.socket = self.open()
        self.socket.heard("ai_status", within=PATIENCE)  # the last of the greeting that always comes

    def open(self) -> Socket:
        return self.server.socket("nobody", namespace="/agent", auth=self.proof, query=f"?deviceId={self.device_id}")

    def say(self, text: Any) -> None:
        self.socket.emit("chat_message", {"content": text})

    def heard(self, **options: Any) -> dict[str, Any]:
        return self.socket.heard("chat_response", within=PATIENCE, **options)

    def ask(self, text: str) -> dict[str, Any]:
        self.say(text)
        return self.heard()

    def history(self, name: str = "technician_a", **query: Any) -> list[dict[str, Any]]:
        return self.server.http(name).get(f"/api/chat/{self.device_id}/history", params=query).json()

    def update(self, dashboard: Socket) -> dict[str, Any]:
        """The next `device_chat_update` about this device."""
        return dashboard.heard("device_chat_update", within=PATIENCE,
                               where=lambda data: data["deviceId"] == self.device_id)
