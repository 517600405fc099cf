"""A real server with a door for reverse VNC, on each engine, and the two ends that meet there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
import websocket

from tests.live.server import Server, free_port
from tests.live.sitting import Sitting

BANNER = b"RFB 003.008\n"
on_both = pytest.mark.parametrize("place", ["eventlet", "gevent"], indirect=True)
PATIENCE = 30


class Computer:
    """A customer's computer that connects out, as a reverse VNC server does. `said` comes before VNC's first line."""

    def __init__(self, port: int, *, said: bytes = b"", banner: bytes = BANNER) -> None:
        self.tcp = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.tcp.sendall(said + banner)

    def reads(self, count: int) -> bytes:
        """Exactly so many bytes."""
        got = b""
        while len(got) < count:
            data = self.tcp.recv(min(65536, count - len(got)))
            assert data, f"the connection ended after {len(got)} of {count} bytes"
            got += data
        return got

    def is_refused(self) -> bool:
        """Waits for the other side to end the connection without a word."""
        with suppress(ConnectionError):
            return self.tcp.recv(1) == b""
        return True

    def close(self) -> None:
        self.tcp.close()


class Listening:
    """Something that listens on a port of the customer's computer and says `banner` to whoever calls."""

    def __init__(self, banner: bytes = BANNER) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._banner, self.callers, self.news = banner, [], threading.Condition()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._door.accept()
                caller.settimeout(PATIENCE)
                with suppress(OSError):
                    caller.sendall(self._banner)
                with self.news:
                    self.callers.append(caller)
                    self.news.notify_all()

    def called(self, times: int = 1) -> socket.socket:
        """The newest caller, once there were so many."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.callers) >= times, PATIENCE), "nobody called"
            return self.callers[-1]

    def close(self) -> None:
        for each in (*self.callers, self._door):
            each.close()


class Place:
    """A session of the cast's device, which registered over HTTP and has no helper."""

    def __init__(self, server: Server, door: int, **said: Any) -> None:
        self.server, self.door, self._open = server, door, []
        self.sitting = Sitting(server)
        self.id = self.sitting.session_id
        self.registers(**said)

    def registers(self, headers: dict[str, str] | None = None, **said: Any) -> None:
        body = {"sessionId": self.id, "clientInfo": {"os": "Windows XP"}, **said}
        answer = self.server.http("device").post("/api/sessions/register", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def connects(self, **how: Any) -> Computer:
        """The customer starts a reverse connection."""
        self._open.append(Computer(self.door, **how))
        return self._open[-1]

    def views(self, name: str = "technician_a", *, query: str = "", origin: str | None = None,
              **options: Any) -> websocket.WebSocket:
        """A technician's viewer."""
        address = f"{self.server.url.replace('http', 'ws')}/websockify?session={self.id}{query}"
        self._open.append(websocket.create_connection(
            address, header=self.server.cast[name].headers, subprotocols=["binary"], timeout=PATIENCE,
            **({"origin": origin} if origin else {"suppress_origin": True}), **options))
        return self._open[-1]

    def is_told_off(self, name: str = "technician_a", **how: Any) -> int:
        """The status with which a viewer is refused at the door."""
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            self.views(name, **how)
        return refused.value.status_code

    def close(self) -> None:
        for each in self._open:
            each.close()
        self.sitting.close()


@pytest.fixture(scope="session")
def vnc_server_on(servers: Callable[..., Server]) -> Callable[[str], tuple[Server, int]]:
    def start(engine: str) -> tuple[Server, int]:
        door = free_port()
        return servers(async_mode=engine, vnc_listen_port=door), door
    return cache(start)


@pytest.fixture
def place(request: pytest.FixtureRequest, vnc_server_on: Callable[[str], tuple[Server, int]],
          ) -> Iterator[Callable[..., Place]]:
    """`place(vncPort=5900)`: a session of a customer without a helper; with `on_both` once for each engine."""
    made: list[Place] = []

    def make(**said: Any) -> Place:
        made.append(Place(*vnc_server_on(getattr(request, "param", "eventlet")), **said))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def listening() -> Iterator[Callable[..., Listening]]:
    """Ports of the customer's computer: `listening(b"HTTP/1.1 400")`."""
    made: list[Listening] = []

    def make(*banner: bytes) -> Listening:
        made.append(Listening(*banner))
        return made[-1]

    yield make
    for each in made:
        each.close()


def ending(viewer: websocket.WebSocket) -> tuple[int, str]:
    """The code and the reason with which a viewer's connection ends; what comes before is passed over."""
    while True:
        kind, data = viewer.recv_data(control_frame=True)
        if kind == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big"), data[2:].decode()
