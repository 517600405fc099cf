"""A plain WebSocket that speaks JSON with a real server, for tests: it sends, and waits for what it is told."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import websocket

from tests.cast import Member
from tests.live.server import Server

PATIENCE = 30


class Closed(Exception):
    """The server ended the connection; `code` and `reason` are its close frame's."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class JsonSocket:
    """One open line. What was heard and not asked for is kept in its order."""

    def __init__(self, server: Server, path: str, **options: Any) -> None:
        self.ws = websocket.create_connection(server.url.replace("http", "ws") + path, timeout=PATIENCE,
                                              enable_multithread=False, **options)
        self.kept: list[dict[str, Any]] = []

    def say(self, type: str, **fields: Any) -> JsonSocket:
        """Send a message."""
        self.ws.send(json.dumps({"type": type, **fields}))
        return self

    def hears(self, type: str, **fields: Any) -> dict[str, Any]:
        """The next message of this type with these fields; others are kept. Raises Closed."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for message in self.kept:
                if message["type"] == type and fields.items() <= message.items():
                    self.kept.remove(message)
                    return message
            if time.monotonic() > deadline:
                raise AssertionError(f"no {type} {fields} in {self.kept}")
            self.kept.append(self._next())

    def asks(self, type: str, **fields: Any) -> dict[str, Any]:
        """Send a message and wait for the answer to it."""
        name = str(uuid.uuid4())
        self.say(type, requestId=name, **fields)
        while True:
            for message in self.kept:
                if message.get("requestId") == name:
                    self.kept.remove(message)
                    return message
            self.kept.append(self._next())

    def is_closed(self) -> tuple[int, str]:
        """Wait until the server ends it: its code and reason."""
        try:
            while True:
                self.kept.append(self._next())
        except Closed as end:
            return end.code, end.reason

    def is_over(self) -> bool:
        """Is this side's end of the connection closed?"""
        return not self.ws.connected

    def _next(self) -> dict[str, Any]:
        kind, data = self.ws.recv_data()
        if kind == websocket.ABNF.OPCODE_CLOSE:
            raise Closed(int.from_bytes(data[:2], "big"), data[2:].decode())
        return json.loads(data)

    def cut(self) -> None:
        """Be gone without a word."""
        self.ws.sock.close()

    def close(self) -> None:
        """Say goodbye."""
        self.ws.close()


def registered_device(server: Server) -> Member:
    """A device of client A of its own, as contract 003 has it: announced by the customer, registered by itself."""
    device_id = f"line-{uuid.uuid4().hex[:12]}"
    announced = server.http("customer").post("/api/v1/customer/devices/provision", json={"deviceId": device_id})
    made = server.http().post("/api/v1/device/register", json={
        "deviceId": device_id, "activationCode": announced.json()["device"]["activationCode"]})
    secret = made.json()["deviceSecret"]
    return Member("registered device", {"X-Device-Id": device_id, "X-Device-Secret": secret}, device_id=device_id,
                  device_secret=secret)


def in_query(device: Member) -> str:
    """The document's address of a device's line."""
    return f"/ws/device?deviceId={device.device_id}&deviceSecret={device.device_secret}"
