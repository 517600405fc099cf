"""One connection's end must not touch its neighbours."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from connectassist.realtime.channel import Channel
from connectassist.realtime.hub import Hub


class HandHub(Hub):
    """A hub that turns when the test says so."""

    def on_readable(self, fileno: int, callback: Callable[..., None]) -> Any:
        assert fileno >= 0, "a closed socket is watched"
        return callback

    on_writable = on_readable

    def forget(self, watched: Any) -> None:
        """Nothing is really watched."""

    def soon(self, function: Callable[[], None]) -> None:
        """The test flushes by itself."""

    def plain_socket(self, fileno: int) -> socket.socket:
        return socket.socket(fileno=fileno)


class Silent:
    """An owner that keeps nothing."""

    def heard(self, body: bytes, is_text: bool) -> bool:
        return True

    def lost(self) -> None:
        """It has noticed."""


def _pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a TCP connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        return server.accept()[0], theirs


def test_one_that_said_goodbye_and_was_cut_off_does_not_keep_others_from_being_written() -> None:
    hub, pairs = HandHub(), [_pair() for _ in range(2)]
    gone, kept = (Channel(ours.detach(), hub=hub, owner=Silent(), greeting=b"", limit=1000) for ours, _ in pairs)
    hub.flush()
    gone.send(b"last")
    gone.end()
    gone.abort()
    kept.send(b"news")
    hub.flush()
    theirs = pairs[1][1]
    theirs.settimeout(40)
    assert theirs.recv(10) == b"news"
    kept.abort()
    for _, other in pairs:
        other.close()
