"""A device of contract 003 that does as a test tells it, over plain HTTP."""

from __future__ import annotations

from typing import Any

import requests

from tests.live.server import Server


class GatewayDevice:
    """A device that a customer announced: `register` with its code, then it beats and works."""

    def __init__(self, server: Server, device_id: str) -> None:
        self.device_id, self._http = device_id, server.http()
        self._headers: dict[str, str] = {}

    def register(self, code: str) -> GatewayDevice:
        """Use the activation code, and sign in with the secret that comes of it."""
        made = self._post("register", {"deviceId": self.device_id, "activationCode": code})
        secret = {"deviceId": self.device_id, "deviceSecret": made["deviceSecret"]}
        self._headers = {"X-Device-Token": self._post("auth", secret)["token"]}
        return self

    def beat(self, status: str = "online", **more: Any) -> None:
        """Say how it is."""
        self._post("heartbeat", {"timestamp": "2026-01-01T00:00:00Z", "status": status, **more})

    def claim(self) -> list[dict[str, Any]]:
        """Take what waits."""
        return self._post("commands/claim", {"limit": 10})["commands"]

    def finish(self, command: dict[str, Any], **answer: Any) -> None:
        """Say what came of it."""
        self._post(f"commands/{command['id']}/result", {
            "claimToken": command["claimToken"], "executedAt": "2026-01-01T00:00:00Z", "duration": 1200, **answer})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: requests.Response = self._http.post(f"/api/v1/device/{path}", json=body, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.json()
