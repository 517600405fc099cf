"""One connection as the load client holds it: raw Engine.IO over WebSocket, no client library in the way."""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import struct
import time
from typing import Any

PONG = b"\x81\x81\x00\x00\x00\x003"
KEY = base64.b64encode(b"connectassist...").decode()


def upgrade_request(port: int) -> bytes:
    """The HTTP request that opens a WebSocket."""
    return (f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()


def frame(text: str) -> bytes:
    """A masked text frame."""
    body, mask = text.encode(), os.urandom(4)
    size = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack(">H", len(body))
    return b"\x81" + size + mask + bytes(byte ^ mask[i & 3] for i, byte in enumerate(body))


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The payloads of whole frames that a server sent, and what is left over."""
    found, at, end = [], 0, len(data)
    while end - at >= 2:
        size, begin = data[at + 1], at + 2
        if size == 126:
            if end - at < 4:
                break
            size, begin = (data[at + 2] << 8) | data[at + 3], at + 4
        elif size == 127:
            raise ValueError("no frame of this benchmark is so large")
        if begin + size > end:
            break
        found.append(data[begin:begin + size])
        at = begin + size
    return found, data[at:]


class Line:
    """An open Socket.IO connection, used one question at a time until the load runs."""

    def __init__(self, port: int, auth: dict[str, Any] | None = None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(upgrade_request(port))
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        assert b" 101 " in head, head
        self._waiting: list[bytes] = []
        self.send("40" + (json.dumps(auth) if auth else ""))
        self.sid = json.loads(self.wait_for("40")[2:])["sid"]

    def _more(self) -> bytes:
        data = self.socket.recv(65536)
        assert data, "the server closed the connection"
        return data

    def send(self, text: str) -> None:
        self.socket.sendall(frame(text))

    def wait_for(self, start: str) -> str:
        """The next packet that begins so."""
        while True:
            while self._waiting:
                found = self._waiting.pop(0).decode()
                if found == "2":
                    self.socket.sendall(PONG)
                elif found.startswith(start):
                    return found
            packets, self.rest = split(self.rest + self._more())
            self._waiting += packets

    def call(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send an event and return its acknowledgement."""
        self.send("427" + json.dumps([name, data]))
        answer = json.loads(self.wait_for("437")[3:])[0]
        assert answer["ok"], answer
        return answer

    def let_loose(self) -> None:
        """From here on the load reads and writes without waiting."""
        self.socket.setblocking(False)


class Crowd:
    """Many idle connections, which answer pings as any client does."""

    def __init__(self, port: int) -> None:
        self._port, self._poll = port, select.epoll()
        self._hello, self._request = frame("40"), upgrade_request(port)
        self._heard: dict[int, bytes] = {}
        self._sockets: dict[int, socket.socket] = {}
        self._opening: set[int] = set()

    def grow(self, count: int, *, at_once: int = 128) -> float:
        """Open so many more, up to their Socket.IO sid, so many at a time. Returns the seconds it took."""
        start, begun = time.perf_counter(), 0
        while begun < count or self._opening:
            while begun < count and len(self._opening) < at_once:
                self._begin()
                begun += 1
            self._serve(20)
        return time.perf_counter() - start

    def rest(self, seconds: float) -> None:
        """Do nothing but answer pings."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._serve(left)

    def close(self) -> None:
        for each in self._sockets.values():
            each.close()

    def _begin(self) -> None:
        each = socket.create_connection(("127.0.0.1", self._port))
        each.sendall(self._request)
        each.setblocking(False)
        self._sockets[each.fileno()], self._heard[each.fileno()] = each, b""
        self._opening.add(each.fileno())
        self._poll.register(each.fileno(), select.EPOLLIN)

    def _serve(self, seconds: float) -> None:
        ready = self._poll.poll(seconds)
        assert ready or not self._opening, f"{len(self._sockets)} connections, then no answer for {seconds} s"
        for fileno, _ in ready:
            data = self._sockets[fileno].recv(65536)
            assert data, f"the server closed one of {len(self._sockets)} connections: {self._heard[fileno]!r}"
            if fileno in self._opening:
                self._go_on(fileno, data)
            elif data.endswith(b"\x81\x012"):
                self._sockets[fileno].sendall(PONG)

    def _go_on(self, fileno: int, data: bytes) -> None:
        before, self._heard[fileno] = self._heard[fileno], self._heard[fileno] + data
        if b'"pingTimeout"' in self._heard[fileno] and b'"pingTimeout"' not in before:
            self._sockets[fileno].sendall(self._hello)
        if b'40{"sid"' in self._heard[fileno]:
            self._opening.discard(fileno)
