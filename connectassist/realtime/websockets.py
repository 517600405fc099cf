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

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, request
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Message, Ping, Pong, Request, TextMessage
from wsproto.utilities import ProtocolError

from connectassist.core.errors import BadRequest, Unavailable, UpgradeRequired
from connectassist.http import guard
from connectassist.identity.principal import Principal
from connectassist.realtime import engine

log = logging.getLogger(__name__)
Handler = Callable[["WebSocket"], None]
LARGEST_MESSAGE = 1024 * 1024
CHUNK = 64 * 1024
SILENCE = 20.0  # seconds until a silent other side is pinged; as many again, and it is gone
FAREWELL = 2.0
NORMAL, GOING_AWAY, UNSUPPORTED, POLICY, TOO_LARGE = 1000, 1001, 1003, 1008, 1009


class Gone(ConnectionError):
    """The other side is not there any more."""


class WebSocket:
    """One open connection. One green thread receives; any may send or close."""

    def __init__(self, line: Any, protocol: WSConnection, *, principal: Principal,
                 largest: int = LARGEST_MESSAGE) -> None:
        self.principal = principal
        self._line, self._protocol, self._largest = line, protocol, largest
        self._sending, self._is_over, self._was_pinged = threading.Lock(), False, False
        self._message: bytearray | str | None = None
        line.settimeout(SILENCE)

    def __iter__(self) -> Iterator[bytes | str]:
        """The messages, until the connection ends."""
        while (message := self.receive()) is not None:
            yield message

    def receive(self) -> bytes | str | None:
        """The next whole message, or None when there will be no more."""
        try:
            while True:
                for event in self._protocol.events():
                    message = self._take(event)
                    if message is not None:
                        return message
                if self._is_over or not self._read():
                    return None
        except (ProtocolError, OSError):
            return None
        finally:
            if self._protocol.state is ConnectionState.CLOSED:
                self._is_over = True

    def _read(self) -> bool:
        """Wait for more bytes. False when none will come; a side that has fallen silent is asked once."""
        try:
            data = self._line.recv(CHUNK)
        except TimeoutError:
            if self._was_pinged:
                return False
            self._was_pinged = True
            self._write(Ping())
            return True
        self._was_pinged = False
        self._protocol.receive_data(data or None)
        return True

    def _take(self, event: Any) -> bytes | str | None:
        if isinstance(event, (BytesMessage, TextMessage)):
            return self._gathered(event)
        if isinstance(event, Ping):
            self._write(event.response())
        elif isinstance(event, CloseConnection):
            if not self._is_over and self._protocol.state is ConnectionState.REMOTE_CLOSING:
                self._write(event.response())
            self._is_over = True
        elif not isinstance(event, Pong):
            log.debug("nothing to do for %r", event)
        return None

    def _gathered(self, event: Message) -> bytes | str | None:
        if self._is_over:
            return None
        if self._message is None:
            self._message = event.data if isinstance(event.data, str) else bytearray(event.data)
        else:
            self._message += event.data
        if len(self._message) > self._largest:
            self.close(TOO_LARGE, "That message is too large")
            return None
        if not event.message_finished:
            return None
        whole, self._message = self._message, None
        return whole if isinstance(whole, str) else bytes(whole)

    def send(self, message: bytes | str) -> None:
        """Send a message and wait until it is on its way. Raises Gone, also for a side that takes nothing any more."""
        if self._is_over:
            raise Gone()
        self._write(Message(data=message))

    def _write(self, event: Any) -> None:
        with self._sending:
            try:
                self._line.sendall(self._protocol.send(event))
            except (ProtocolError, OSError) as error:
                self.cut()
                raise Gone() from error

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Say why and end the connection. `reason` is cut to what a frame holds."""
        if self._is_over:
            return
        self._is_over = True
        try:
            said = reason.encode()[:120].decode(errors="ignore")
            self._write(CloseConnection(code, said))
            self._line.shutdown(socket.SHUT_WR)
        except OSError:
            self.cut()

    def linger(self) -> None:
        """Give the other side a moment to read why, then end the connection: what it still sends is thrown away."""
        with suppress(OSError):
            self._line.settimeout(FAREWELL)
            for _ in range(64):
                if self._protocol.state is not ConnectionState.LOCAL_CLOSING or not self._line.recv(CHUNK):
                    break
        self.cut()

    def cut(self) -> None:
        """End the connection without a word, at once."""
        self._is_over = True
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)


#: Every open plain WebSocket, for those who must end some of them.
OPEN: set[WebSocket] = set()


def close_login(login_id: str) -> None:
    """End every WebSocket that a sign-in opened: it was revoked."""
    for line in [line for line in OPEN if line.principal.login_id == login_id]:
        line.cut()


def close_user(user_id: int) -> None:
    """End every WebSocket of an account: it may do less now."""
    for line in [line for line in OPEN if line.principal.user_id == user_id]:
        line.cut()


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
    protocol, answer = _shaken(subprotocols)
    principal = guard.current_principal()

    def begin(line: Any) -> None:
        line.sendall(answer)
        opened = WebSocket(line, protocol, principal=principal, largest=largest)
        OPEN.add(opened)
        try:
            handler(opened)
            opened.close()
        except Gone:
            pass
        except Exception:
            log.exception("unexpected error in the WebSocket of %s", principal.name)
            opened.close(1011, "Something went wrong on the server")
        finally:
            OPEN.discard(opened)
            opened.linger()
    return _Upgrade(request.environ, begin)


def _shaken(subprotocols: tuple[str, ...]) -> tuple[WSConnection, bytes]:
    """The protocol's state after the handshake, and the answer to it."""
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise UpgradeRequired()
    protocol = WSConnection(ConnectionType.SERVER)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()
               if not name.lower().startswith("content-")]
    try:
        protocol.initiate_upgrade_connection(headers, "/")
        wish = next(protocol.events())
    except (ProtocolError, ValueError, StopIteration) as problem:
        raise BadRequest("This is no WebSocket handshake") from problem
    assert isinstance(wish, Request)
    chosen = next((name for name in wish.subprotocols if name in subprotocols), None)
    return protocol, protocol.send(AcceptConnection(subprotocol=chosen))
