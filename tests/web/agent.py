"""A device's agent that does as it is told: it answers checks, tools and repairs with what a test gives it."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import socketio

from tests.cast import ACME
from tests.live.server import Server

NAMESPACE, PATIENCE = "/agent", 30.0
GOOD = {name: ("ok", "fine", {}) for name in ("cpu", "memory", "disk", "network", "top_processes", "event_log",
                                              "windows_update", "services")}


class Agent:
    """A new device of client A over a real socket of `/agent`. `findings` are (status, value, results) by check,
    `processes` what runs on it, `after` the snapshot when a repair is done. A repair waits for `allow()`."""

    def __init__(self, server: Server) -> None:
        self.device_id, self._server = f"page-{uuid4().hex[:12]}", server
        body = {"deviceId": self.device_id, "hostname": f"PC {self.device_id[-4:]}", "os": "Linux"}
        self._secret = server.http().post("/api/devices/register", json=body).json()["deviceSecret"]
        moved = server.http("admin").patch(f"/api/devices/{self.device_id}/client", json={"client_id": ACME})
        assert moved.status_code == 200, moved.text
        self.findings: dict[str, tuple[str, str, dict[str, Any]]] = dict(GOOD)
        self.processes: list[dict[str, Any]] = []
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        self.said: list[str] = []
        self.asked: list[str] = []
        self._news, self._repair, self._client = threading.Condition(), "", None

    def connect(self) -> Agent:
        """Come online."""
        client = self._client = socketio.Client(reconnection=False)
        for name, answer in (("diagnostic_request", self._examine), ("system_tool_request", self._use),
                             ("remediation_request", self._keep), ("chat_response", self._hear)):
            client.on(name, answer, namespace=NAMESPACE)
        client.connect(self._server.url, auth={"deviceId": self.device_id, "deviceSecret": self._secret},
                       transports=["websocket"], namespaces=[NAMESPACE], wait_timeout=PATIENCE)
        return self

    def leave(self) -> None:
        """Go offline."""
        if self._client is not None:
            self._client.disconnect()

    def say(self, name: str, data: dict[str, Any]) -> None:
        """Send an event."""
        assert self._client
        self._client.emit(name, data, namespace=NAMESPACE)

    def allow(self) -> None:
        """The person at the device says yes to the repair that waits."""
        with self._news:
            assert self._news.wait_for(lambda: self._repair, PATIENCE), "nobody asked for a repair"
        self.say("remediation_result", {"requestId": self._repair, "success": True, "message": "All done",
                                        "before": self.before, "after": self.after})

    def heard(self, words: str) -> None:
        """Wait until the person at the device has been told these words."""
        with self._news:
            assert self._news.wait_for(lambda: any(words in each for each in self.said), PATIENCE), self.said

    def was_asked_for(self, check_type: str) -> None:
        """Wait until the device has been asked for a check."""
        with self._news:
            assert self._news.wait_for(lambda: check_type in self.asked, PATIENCE), self.asked

    def _examine(self, request: dict[str, Any]) -> None:
        wanted = list(self.findings) if request["checkType"] == "all" else [request["checkType"]]
        self._note(self.asked, request["checkType"])
        for name in wanted:
            status, value, results = self.findings[name]
            self.say("diagnostic_result", {"checkType": name, "status": status, "value": value, "results": results,
                                           "label": "", "silent": False})

    def _use(self, request: dict[str, Any]) -> None:
        tool, params = request["tool"], request["params"] or {}
        if tool == "process_kill":
            self.processes = [each for each in self.processes if each["pid"] != params["pid"]]
        known = tool in ("process_list", "process_kill")
        self.say("system_tool_result", {"requestId": request["requestId"], "tool": tool, "success": known,
                                        "data": {"processes": self.processes} if known else None,
                                        "error": None if known else "This helper has no such tool."})

    def _keep(self, request: dict[str, Any]) -> None:
        with self._news:
            self._repair = request["requestId"]
            self._news.notify_all()

    def _hear(self, told: dict[str, Any]) -> None:
        self._note(self.said, told["text"])

    def _note(self, kept: list[str], text: str) -> None:
        with self._news:
            kept.append(text)
            self._news.notify_all()
