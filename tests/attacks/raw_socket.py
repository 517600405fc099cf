"""A Socket.IO connection that says whatever it is told to: text frames as they stand."""

from __future__ import annotations

import json
import time
from typing import Any

import websocket

from tests.live.server import Server


class RawSocket:
    """An Engine.IO web socket without a client library's manners."""

    def __init__(self, server: Server, *, auth: dict[str, Any] | None = None, joins: bool = True) -> None:
        address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        self.line = websocket.create_connection(address, timeout=40)
        assert self.line.recv().startswith("0")
        self.sid = ""
        if joins:
            self.send("40" + (json.dumps(auth) if auth else ""))
            self.sid = json.loads(self.wait_for("40")[2:])["sid"]

    def send(self, text: str | bytes) -> None:
        if isinstance(text, bytes):
            self.line.send_binary(text)
        else:
            self.line.send(text)

    def wait_for(self, start: str, *, within: float = 40) -> str:
        """The next frame that begins so; pings are answered meanwhile."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            frame = self.line.recv()
            if frame == "2":
                self.line.send("3")
            elif isinstance(frame, str) and frame.startswith(start):
                return frame
        raise AssertionError(f"no frame {start} within {within} s")

    def call(self, name: Any, *data: Any, number: int = 7) -> Any:
        """Send an event and return its acknowledgement."""
        self.send(f"42{number}" + json.dumps([name, *data]))
        told = json.loads(self.wait_for(f"43{number}[").removeprefix(f"43{number}"))
        return told[0] if told else None

    @property
    def is_open(self) -> bool:
        """Does the server still answer an event?"""
        try:
            return self.call("no-such-event", {}, number=99)["error_code"] == "UNKNOWN_EVENT"
        except (websocket.WebSocketException, OSError):
            return False

    def close(self) -> None:
        self.line.close(timeout=0)
