"""Plain WebSockets (RFC 6455) on the same port and behind the same door as every route.

A WebSocket's address is a route with `@who_may` like any other: the guard asks who comes before the view runs, and the
view may still refuse in HTTP. It ends with `return websockets.upgrade(handler)`; the handler then has the connection
to itself, outside Flask, in the request's own green thread:

    @websocket(bp, "/echo")
    @who_may(STAFF)
    def echo():
        return websockets.upgrade(lambda line: [line.send(message) for message in line])

The frames are wsproto's business, which holds no connection and so runs on either engine. Nothing is queued here:
whoever sends waits until the other side has taken it, and a message that is too large ends the connection.
"""

from __future__ import annotations

import base64
import binascii
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol

from flask import Blueprint, Response, request
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request
from wsproto.utilities import ProtocolError

from connectassist.core.errors import BadRequest, Unavailable, UpgradeRequired
from connectassist.http import guard
from connectassist.identity.principal import Principal
from connectassist.realtime import engine, protocol
from connectassist.realtime.protocol import INTERNAL, NORMAL, UNSUPPORTED

__all__ = ["UNSUPPORTED", "Gone", "WebSocket", "upgrade", "websocket"]
log = logging.getLogger(__name__)
Handler = Callable[["WebSocket"], None]
LARGEST_MESSAGE = 1024 * 1024
CHUNK = 64 * 1024
SILENCE = 20.0  # seconds until a silent other side is pinged; as many again, and it is gone
FAREWELL = 2.0


class Gone(ConnectionError):
    """The other side is not there any more."""


class WebSocket:
    """One open connection. One green thread receives; any may send or close."""

    def __init__(self, line: Any, *, principal: Principal, largest: int = LARGEST_MESSAGE) -> None:
        self.principal = principal
        self._line, self._protocol = line, protocol.Protocol(self._write, largest=largest)
        self._sending, self._is_cut, self._was_pinged = threading.RLock(), False, False
        line.settimeout(SILENCE)

    def __iter__(self) -> Iterator[bytes | str]:
        """The messages, until the connection ends."""
        while (message := self.receive()) is not None:
            yield message

    def receive(self) -> bytes | str | None:
        """The next whole message, or None when there will be no more."""
        try:
            while True:
                message = next(self._protocol.messages(), None)
                if message is not None:
                    return message
                if self._is_ending or not self._read():
                    return None
        except OSError:
            self.cut()
            return None

    @property
    def _is_ending(self) -> bool:
        return self._is_cut or self._protocol.is_closing

    def _read(self) -> bool:
        """Wait for more bytes. False when none will come; a side that has fallen silent is asked once."""
        try:
            data = self._line.recv(CHUNK)
        except TimeoutError:
            if self._was_pinged:
                return False
            self._was_pinged = True
            self._in_turn(self._protocol.ping)
            return True
        self._was_pinged = False
        self._protocol.feed(data)
        return bool(data)

    def send(self, message: bytes | str) -> None:
        """Send a message and wait until it is on its way. Raises Gone, also for a side that takes nothing any more."""
        if self._is_ending:
            raise Gone()
        self._in_turn(self._protocol.send, message)

    def _in_turn(self, say: Callable[..., None], *what: Any) -> None:
        """Nobody else's bytes come between those of a frame."""
        with self._sending:
            say(*what)

    def _write(self, data: bytes) -> None:
        with self._sending:
            try:
                self._line.sendall(data)
            except OSError as error:
                self.cut()
                raise Gone() from error

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Say why and end the connection. `reason` is cut to what a frame holds."""
        if not self._is_ending:
            with suppress(OSError):
                self._in_turn(self._protocol.close, code, reason)

    def end(self, reason: str) -> None:
        """End the connection for good, whatever its handler waits for: who opened it may do so no more."""
        self.cut()

    def linger(self) -> None:
        """Give the other side a moment to answer our goodbye, then end the connection: what it still sends is thrown
        away."""
        with suppress(OSError):
            self._line.settimeout(FAREWELL)
            self._farewell()
        self.cut()

    def _farewell(self) -> None:
        if self._protocol.is_over:
            self._line.shutdown(socket.SHUT_WR)
        for _ in range(64):
            data = b"" if self._is_cut else self._line.recv(CHUNK)
            if not data:
                return
            if not self._protocol.is_over:
                self._protocol.feed(data)
                next(self._protocol.messages(), None)
                if self._protocol.is_over:
                    self._line.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """End the connection without a word, at once."""
        self._is_cut = True
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)


class Open(Protocol):
    """An open plain WebSocket, of whichever kind."""

    principal: Principal

    def end(self, reason: str) -> None:
        """End it: who opened it may do so no more."""


#: Every open plain WebSocket, for those who must end some of them.
OPEN: set[Open] = set()


def close_login(login_id: str) -> None:
    """End every WebSocket that a sign-in opened: it was revoked."""
    for line in [line for line in OPEN if line.principal.login_id == login_id]:
        line.end("Signed out")


def close_user(user_id: int) -> None:
    """End every WebSocket of an account: it may do less now."""
    for line in [line for line in OPEN if line.principal.user_id == user_id]:
        line.end("Your account has changed")


def close_device(device_id: str) -> None:
    """End every WebSocket of a device: it is removed, suspended or signed out."""
    for line in [line for line in OPEN if line.principal.device_id == device_id]:
        line.end("This device may no longer connect")


class _Upgrade(Response):
    """An answer that is a conversation. It is held when the engine reads the answer's body: by then Flask has let go
    of the request, and with it of the database."""

    def __init__(self, environ: dict[str, Any], begin: Callable[[Any], None]) -> None:
        super().__init__(status=101)
        self._given, self._begin = engine.taken_over(environ), begin
        if self._given is None:
            raise Unavailable("This server can't speak WebSocket")

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterator[bytes]:
        return self._converse()

    def _converse(self) -> Iterator[bytes]:
        line, let_go = self._given
        try:
            self._begin(line)
        finally:
            let_go()
        yield from ()


def websocket(blueprint: Blueprint, path: str) -> Callable[[Callable], Callable]:
    """Mount a view as a WebSocket's address. A plain GET meets the same door and is then told to upgrade."""
    def mount(view: Callable) -> Callable:
        blueprint.add_url_rule(path, view.__name__, view, methods=["GET"])
        Blueprint.add_url_rule(blueprint, path, view.__name__, view, methods=["GET"], websocket=True)
        view.is_websocket = True  # type: ignore[attr-defined]
        return view
    return mount


def upgrade(handler: Handler, *, subprotocols: tuple[str, ...] = (), largest: int = LARGEST_MESSAGE) -> Response:
    """Answer the request by a WebSocket, which `handler(line)` then serves. Pages of other sites are refused: a browser
    sends the cookie along whoever asks. Raises CsrfFailed, UpgradeRequired, BadRequest."""
    guard.require_own_site()
    answer = shaken(lambda offered: next((name for name in offered if name in subprotocols), None))
    principal = guard.current_principal()

    def begin(line: Any) -> None:
        line.sendall(answer)
        opened = WebSocket(line, principal=principal, largest=largest)
        OPEN.add(opened)
        try:
            handler(opened)
            opened.close()
        except Gone:
            pass
        except Exception:
            log.exception("unexpected error in the WebSocket of %s", principal.name)
            opened.close(INTERNAL, "Something went wrong on the server")
        finally:
            OPEN.discard(opened)
            opened.linger()
    return _Upgrade(request.environ, begin)


def shaken(choose: Callable[[list[str]], str | None]) -> bytes:
    """The answer to the request's handshake; `choose` picks one of the subprotocols that are offered, or none.
    Raises UpgradeRequired, BadRequest."""
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise UpgradeRequired()
    if request.headers.get("Sec-WebSocket-Version", "13").strip() != "13":
        raise UpgradeRequired("This server speaks version 13 of WebSocket")
    hands = WSConnection(ConnectionType.SERVER)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()
               if not name.lower().startswith("content-")]
    try:
        _require_key(request.headers.get("Sec-WebSocket-Key", ""))
        hands.initiate_upgrade_connection(headers, "/")
        wish = next(hands.events())
    except (ProtocolError, ValueError, StopIteration) as problem:
        raise BadRequest("This is no WebSocket handshake") from problem
    assert isinstance(wish, Request)
    return hands.send(AcceptConnection(subprotocol=choose(list(wish.subprotocols))))


def _require_key(key: str) -> None:
    """Raises ValueError unless it is 16 bytes in base 64."""
    if len(base64.b64decode(key.strip(), validate=True)) != 16:
        raise binascii.Error("no key")
