"""The TCP connections to customers' VNC servers, and passing their bytes on to whoever looks.

Nothing is queued: a chunk is read from one side when the other has taken the one before. What a VNC server says before
anybody looks (its first line) is kept; one that goes on unasked is no VNC server.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from connectassist.core import clock
from connectassist.core.errors import VncBusy
from connectassist.features.vnc import rfb
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.websockets import WebSocket

CHUNK = 64 * 1024
MOST_EARLY = 4096
STALL = 30.0  # seconds that a side may take no byte
DIAL_PATIENCE = 5.0
REVERSE, DIRECT = "reverse", "direct"
NOT_ALLOWED = (4403, "The customer does not allow this any more")
ENDED = (4410, "The VNC connection ended")


@dataclass(eq=False)
class Line:
    """One connection to a VNC server. `may_pass` is asked before each chunk, in either direction; `was_left` tells that
    the viewer went first, `farewell` what a viewer is told at the end (a WebSocket's code and reason)."""

    session_id: str
    address: str
    kind: str
    tcp: Any
    early: bytes
    since: float = field(default_factory=clock.monotonic)
    viewer: WebSocket | None = None
    viewer_id: str = ""
    viewer_name: str = ""
    may_pass: Callable[[], bool] = lambda: True
    is_open: bool = True
    was_left: bool = False
    farewell: tuple[int, str] = ENDED
    _lock: Any = field(default_factory=threading.Lock)

    def attach(self, viewer: WebSocket, *, viewer_id: str, name: str, may_pass: Callable[[], bool]) -> None:
        """Show this connection to a technician, who is the first and the last one: VNC shakes hands once.
        Raises VncBusy."""
        with self._lock:
            if self.viewer or not self.is_open:
                raise VncBusy(f"{self.viewer_name or 'Another technician'} is looking at this VNC connection")
            self.viewer, self.viewer_id, self.viewer_name, self.may_pass = viewer, viewer_id, name, may_pass
            viewer.send(self.early)

    def run(self) -> None:
        """Pass on what the VNC server says, until one of the two goes."""
        self.tcp.settimeout(STALL)
        with suppress(OSError):
            while self.is_open and (data := self._read()) and self._pass_on(data):
                pass
        self.close()
        self.tcp.close()
        if self.viewer:
            self.viewer.close(*self.farewell)

    def _read(self) -> bytes:
        """The next bytes; a screen on which nothing happens may be silent for hours."""
        while self.is_open:
            try:
                return self.tcp.recv(CHUNK)
            except TimeoutError:
                continue
        return b""

    def _pass_on(self, data: bytes) -> bool:
        with self._lock:
            if self.viewer is None:
                self.early += data
                return len(self.early) <= MOST_EARLY
        if not self._may_pass():
            return False
        self.viewer.send(data)
        GATEWAY.socketio.sleep(0)  # two quick sides would otherwise keep the hub to themselves
        return True

    def _may_pass(self) -> bool:
        if self.may_pass():
            return True
        self.farewell = NOT_ALLOWED
        return False

    def send(self, data: bytes) -> bool:
        """Pass on what the technician's viewer says. False when it may not pass or the VNC server is gone."""
        try:
            if not self.is_open or not self._may_pass():
                return False
            self.tcp.sendall(data)
            return True
        except OSError:
            return False

    def refuse(self) -> None:
        """The customer doesn't allow it (any more)."""
        self.farewell = NOT_ALLOWED
        self.close()

    def close(self) -> None:
        """End the connection at once, whoever waits for it."""
        self.is_open = False
        with suppress(OSError):
            self.tcp.shutdown(socket.SHUT_RDWR)


class Lines:
    """The lines of this process, by session."""

    def __init__(self) -> None:
        self._lines: dict[str, list[Line]] = {}

    def add(self, line: Line) -> None:
        self._lines.setdefault(line.session_id, []).append(line)

    def remove(self, line: Line) -> None:
        left = [each for each in self._lines.pop(line.session_id, []) if each is not line]
        if left:
            self._lines[line.session_id] = left

    def of(self, session_id: str) -> list[Line]:
        """The session's open lines."""
        return [line for line in self._lines.get(session_id, []) if line.is_open]

    def all(self) -> list[Line]:
        return [line for lines in self._lines.values() for line in lines]

    def reverse(self, session_id: str) -> Line | None:
        """The connection that the customer's computer made."""
        return next((line for line in self.of(session_id) if line.kind == REVERSE), None)

    def free(self, session_id: str) -> Line | None:
        """A connection that nobody looks at yet."""
        return next((line for line in self.of(session_id) if line.viewer is None), None)


LINES = Lines()


def tuned(tcp: Any) -> Any:
    """Small messages leave at once, and a machine that vanished is noticed within a minute and a half."""
    tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6)):
        if hasattr(socket, option):
            tcp.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return tcp


def exactly(tcp: Any, count: int, *, until: float, got: bytes = b"") -> bytes:
    """Read until `count` bytes are there, `got` among them; `until` is on the monotonic clock, so that nobody stays by
    sending a byte now and then. Raises OSError, also when the other side ends early."""
    while len(got) < count:
        tcp.settimeout(max(0.01, until - clock.monotonic()))
        data = tcp.recv(count - len(got))
        if not data:
            raise ConnectionError("The other side ended the connection")
        got += data
    return got


def dial(address: str, port: int) -> tuple[Any, bytes]:
    """Call a VNC server; returns the connection and its first line. Nothing is sent to what does not begin as a VNC
    server does. Raises OSError."""
    tcp = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    until = clock.monotonic() + DIAL_PATIENCE
    try:
        tcp.settimeout(DIAL_PATIENCE)
        tcp.connect((address, port))
        first = exactly(tuned(tcp), rfb.BANNER_LENGTH, until=until)
        if not rfb.is_banner(first):
            raise ConnectionError("What answers there is no VNC server")
    except OSError:
        tcp.close()
        raise
    return tcp, first
