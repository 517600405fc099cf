"""WebSockets on the hub's call-backs: what waits for a slow reader, who is let go, and how silence is noticed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from connectassist.identity import principal
from connectassist.realtime import hub_sockets
from connectassist.realtime.hub import Hub
from connectassist.realtime.hub_sockets import MOST_BYTES, RHYTHM, HubSocket


class ByHand(Hub):
    """A hub whose turns the test takes."""

    def __init__(self) -> None:
        super().__init__()
        self.later: list[Callable[[], None]] = []
        self.readers: dict[int, Callable[..., None]] = {}
        self.writers: dict[int, Callable[..., None]] = {}

    def on_readable(self, fileno: int, callback: Callable[..., None]) -> Any:
        self.readers[fileno] = callback
        return self.readers, fileno

    def on_writable(self, fileno: int, callback: Callable[..., None]) -> Any:
        self.writers[fileno] = callback
        return self.writers, fileno

    def forget(self, watched: Any) -> None:
        watched[0].pop(watched[1])

    def soon(self, function: Callable[[], None]) -> None:
        self.later.append(function)

    def spawn(self, function: Callable[..., Any], *args: Any) -> None:
        self.later.append(lambda: function(*args))

    def plain_socket(self, fileno: int) -> socket.socket:
        return socket.socket(fileno=fileno)

    def turn(self) -> None:
        """Do what is due."""
        while self.later:
            self.later.pop(0)()


class Ear:
    """An owner that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def opened(self, line: HubSocket) -> None:
        self.told.append("opened")

    def heard(self, message: str | bytes) -> None:
        self.told.append(message)

    def answered(self, payload: bytes) -> None:
        self.told.append(("answered", payload))

    def lost(self) -> None:
        self.told.append("lost")


@pytest.fixture
def pair() -> Iterator[tuple[ByHand, Ear, HubSocket, socket.socket]]:
    """A hub, an owner, its socket, and the other side."""
    ours, theirs = _pair()
    hub, ear = ByHand(), Ear()
    line = HubSocket(ours.detach(), hub=hub, owner=ear, principal=principal.nobody(), greeting=b"hello")
    hub.turn()
    theirs.settimeout(10)
    assert theirs.recv(100) == b"hello"
    yield hub, ear, line, theirs
    line.abort()
    theirs.close()


def _pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a TCP connection, with little room in between."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        theirs = socket.socket()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        theirs.connect(door.getsockname())
        ours, _ = door.accept()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return ours, theirs


def _blocked(hub: ByHand, line: HubSocket) -> None:
    """Send until the other side, which reads nothing, takes no more."""
    while line.fileno not in hub.writers:
        line.send("x" * 20_000)
        hub.turn()


def _read_all(hub: ByHand, line: HubSocket, theirs: socket.socket) -> bytes:
    heard = b""
    while line.fileno in hub.writers:
        heard += theirs.recv(65536)
        hub.writers[line.fileno]()
        hub.turn()
    theirs.setblocking(False)
    try:
        while more := theirs.recv(65536):
            heard += more
    except BlockingIOError:
        return heard
    return heard


def test_under_one_key_only_the_newest_waits(pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    hub, _, line, theirs = pair
    _blocked(hub, line)
    for number in range(1000):
        line.send(f"state {number}", key="device")
        line.send(f"once {number % 3}", key=("command", number % 3))
    line.send("last")
    heard = _read_all(hub, line, theirs)
    assert heard.count(b"state") == 1 and b"state 999" in heard
    assert heard.count(b"once") == 3 and heard.endswith(b"last")


def test_who_does_not_read_is_let_go(pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    hub, ear, line, _ = pair
    _blocked(hub, line)
    for number in range(2 * MOST_BYTES // 50_000):
        line.send(b"x" * 50_000)
        assert line.fileno < 0 or number * 50_000 <= MOST_BYTES
    assert line.fileno < 0
    hub.turn()
    assert ear.told == ["opened", "lost"]


def test_when_all_together_wait_for_much_who_reads_slowly_is_let_go_sooner(
        pair: tuple[ByHand, Ear, HubSocket, socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    hub, _, line, _ = pair
    before = hub_sockets._waiting_in_all[0]
    _blocked(hub, line)
    monkeypatch.setattr(hub_sockets, "MOST_OF_ALL", before)
    while line.fileno >= 0:
        assert line._waiting <= hub_sockets.FAIR
        line.send(b"x" * 50_000)
    assert hub_sockets._waiting_in_all[0] == before, "what is thrown away waits no more"


def test_what_was_read_waits_no_more(pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    hub, _, line, theirs = pair
    before = hub_sockets._waiting_in_all[0]
    _blocked(hub, line)
    line.send("old", key="same")
    line.send("newer", key="same")
    assert hub_sockets._waiting_in_all[0] > before
    _read_all(hub, line, theirs)
    assert hub_sockets._waiting_in_all[0] == before


def test_a_stranger_may_say_little(pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    hub, ear, line, theirs = pair
    line.admit(principal.device("d"))
    large = b"\x81\xff" + (70_000).to_bytes(8, "big") + bytes(4) + b"x" * 70_000
    theirs.setblocking(False)
    while large:
        with suppress(BlockingIOError):
            large = large[theirs.send(large):]
        hub.readers[line.fileno]()
    while len(ear.told) == 1:
        hub.readers[line.fileno]()
        hub.turn()
    assert len(ear.told[1]) == 70_000, "somebody known may say this much"


def test_much_said_at_once_is_no_fault_of_a_reader(pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    _, _, line, _ = pair
    for number in range(hub_sockets.MOST_FRAMES + 100):
        line.send(f"{number}")
    assert line.fileno >= 0


def test_silence_ends_it_at_the_second_look(pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    hub, ear, line, theirs = pair
    assert line.beat() == RHYTHM
    hub.turn()
    assert theirs.recv(10) == b"\x89\x00"
    theirs.sendall(b"\x8a\x83\x00\x00\x00\x00any")
    hub.readers[line.fileno]()
    assert line.beat() == RHYTHM and ("answered", b"any") in ear.told
    assert line.beat() is None and line.fileno < 0
    hub.turn()
    assert ear.told[-1] == "lost"


def test_a_pong_that_says_nothing_hides_none_that_came_with_it(
        pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    hub, ear, line, theirs = pair
    theirs.sendall(b"\x8a\x81\x00\x00\x00\x007\x8a\x80\x00\x00\x00\x00")
    hub.readers[line.fileno]()
    assert ear.told == ["opened", ("answered", b"7")]


def test_one_message_is_handled_after_the_other_and_what_comes_meanwhile_is_bounded(
        pair: tuple[ByHand, Ear, HubSocket, socket.socket]) -> None:
    hub, ear, line, theirs = pair
    one = b"\x81\xfe\x03\xe8\x00\x00\x00\x00" + b"a" * 1000
    theirs.sendall(one * 3)
    hub.readers[line.fileno]()
    for _ in range(200):
        if line.fileno not in hub.readers:
            break
        theirs.sendall(one * 2)
        hub.readers[line.fileno]()
    assert line.fileno not in hub.readers, "the owner is busy: no more is read"
    hub.turn()
    assert line.fileno in hub.readers and len(ear.told) > 60 and set(ear.told[1:]) == {"a" * 1000}
