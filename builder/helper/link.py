"""The socket to the server: it comes back by itself, quickly, for as long as the program runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp
import engineio
import socketio
from socketio import packet

from .text import printable

log = logging.getLogger("helper.link")
Handler = Callable[[dict[str, Any]], Awaitable[None]]
FIRST_DELAY, LONGEST_DELAY = 0.5, 5.0
_ACK_SECONDS = 10.0


class _Engine(engineio.AsyncClient):
    """Leaves the HTTP session alone when it is collected.

    The library's own finaliser closes it, and the collector runs in any thread: in the window's, where no loop is
    running, it would end the session that everything else in this program still uses.
    """

    def __del__(self) -> None:
        return


class _Client(socketio.AsyncClient):
    def _engineio_client_class(self) -> type[_Engine]:
        return _Engine


class Link:
    """A Socket.IO client that reconnects with growing pauses of 0.5 to 5 seconds.

    It speaks on the default namespace. Others are entered over the same connection, one by one (`enter`), so that a
    server that refuses one of them takes nothing else away.

    `on_up` runs after every connect, before anything else is handled by the session; `on_down` after every loss,
    `on_refused` after a connect that failed (the server may have removed this device).
    """

    def __init__(self, http: aiohttp.ClientSession, *, url: str, auth: Callable[[], dict[str, str]],
                 about: Callable[[], dict[str, str]] = dict) -> None:
        self._http = http
        self._url = url
        self._auth = auth
        self._about = about
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._entered: dict[str, asyncio.Event] = {}
        self._left: dict[str, asyncio.Event] = {}
        self._client: _Client | None = None
        self._lost = asyncio.Event()
        self.on_up: Callable[[], Awaitable[None]] | None = None
        self.on_down: Callable[[str], None] | None = None
        self.on_refused: Callable[[], Awaitable[None]] | None = None

    @property
    def is_up(self) -> bool:
        """Whether the server can be spoken to at this moment."""
        return self._client is not None and self._client.connected and not self._lost.is_set()

    def on(self, event: str, handler: Handler, *, namespace: str = "/") -> None:
        """Handle one event; messages that are not objects never reach a handler."""
        self._handlers[namespace, event] = handler

    async def enter(self, namespace: str) -> asyncio.Event | None:
        """Open a further namespace over this connection. Returns what is set once the server closes it; None when it
        was refused or the connection is not up."""
        client = self._client
        if not client or not client.connected or namespace in client.namespaces:
            return None
        entered, left = self._entered[namespace], self._left[namespace] = asyncio.Event(), asyncio.Event()
        await client._send_packet(packet.Packet(packet.CONNECT, data=self._auth(), namespace=namespace))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(entered.wait(), _ACK_SECONDS)
        return left if namespace in client.namespaces else None

    async def run(self) -> None:
        """Stay connected until cancelled."""
        delay, polling = FIRST_DELAY, False
        while True:
            try:
                await self._connect(["polling", "websocket"] if polling else ["websocket"])
                delay = FIRST_DELAY
                await self._stay()
                why = "the connection was lost"
            except (socketio.exceptions.ConnectionError, OSError, TimeoutError, aiohttp.ClientError) as error:
                why, polling = printable(str(error), limit=120) or "the server does not answer", not polling
                if self.on_refused and isinstance(error, socketio.exceptions.ConnectionError):
                    await self.on_refused()
            finally:
                await self._drop()
            if self.on_down:
                self.on_down(why)
            await asyncio.sleep(delay * random.uniform(0.8, 1.2))
            delay = min(LONGEST_DELAY, delay * 1.6)

    async def _connect(self, transports: list[str]) -> None:
        self._lost = asyncio.Event()
        client = _Client(reconnection=False, http_session=self._http, handle_sigint=False)
        self._client = client
        lost = self._lost
        client.on("disconnect", lambda *_: lost.set())
        for namespace, event in self._handlers:
            client.on(event, self._receiver(namespace, event), namespace=namespace)
        for namespace in {n for n, _ in self._handlers} - {"/"}:
            self._watch(client, namespace)
        about = urlencode(self._about())
        await client.connect(f"{self._url}?{about}" if about else self._url, auth=self._auth(), transports=transports,
                             namespaces=["/"], wait_timeout=8)

    def _watch(self, client: _Client, namespace: str) -> None:
        """Notice when a further namespace is open, refused or closed."""
        def settled(*_: Any) -> None:
            if self._client is client and namespace in self._entered:
                self._entered[namespace].set()

        def closed(*_: Any) -> None:
            settled()
            if self._client is client and namespace in self._left:
                self._left[namespace].set()

        for event, notice in (("connect", settled), ("connect_error", closed), ("disconnect", closed)):
            client.on(event, notice, namespace=namespace)

    async def _stay(self) -> None:
        up = asyncio.ensure_future(self.on_up()) if self.on_up else None
        try:
            await self._lost.wait()
        finally:
            if up:
                up.cancel()
                await asyncio.gather(up, return_exceptions=True)

    def _receiver(self, namespace: str, event: str) -> Callable[..., Awaitable[None]]:
        async def receive(data: Any = None, *_: Any) -> None:
            if not isinstance(data, dict):
                return
            try:
                await self._handlers[namespace, event](data)
            except Exception:  # one bad message must not end the session
                log.exception("handling %s", event)

        return receive

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client:
            try:
                await asyncio.wait_for(client.disconnect(), 0.7)
            except Exception:  # it is gone either way
                log.debug("the socket did not close in time")

    def restart(self) -> None:
        """Give up the present connection and make a new one (after sleep, or when asked)."""
        self._lost.set()

    async def send(self, event: str, data: dict[str, Any], *, namespace: str = "/") -> bool:
        """Send without waiting for an answer; says whether it left this program."""
        client = self._client
        if not client or not client.connected:
            return False
        try:
            await client.emit(event, data, namespace=namespace)
        except (socketio.exceptions.SocketIOError, OSError):
            return False
        return True

    async def ask(self, event: str, data: dict[str, Any], *, namespace: str = "/") -> dict[str, Any]:
        """Send and wait for the acknowledgement; no answer reads as `{"ok": False}`."""
        client = self._client
        if not client or not client.connected:
            return {"ok": False, "error": "not connected", "error_code": "OFFLINE"}
        try:
            answer = await client.call(event, data, namespace=namespace, timeout=_ACK_SECONDS)
        except (socketio.exceptions.SocketIOError, OSError, TimeoutError):
            return {"ok": False, "error": "no answer", "error_code": "OFFLINE"}
        return answer if isinstance(answer, dict) else {"ok": True}

    async def close(self) -> None:
        """Leave for good."""
        await self._drop()


def http_session() -> aiohttp.ClientSession:
    """Make the HTTP client: through the system's proxy if there is one, quick to notice a dead connection."""
    connector = aiohttp.TCPConnector(socket_factory=_lively_socket)
    return aiohttp.ClientSession(connector=connector, trust_env=True)


def _lively_socket(info: Any) -> socket.socket:
    family, kind, proto, _name, _address = info
    made = socket.socket(family=family, type=kind, proto=proto)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 3), ("TCP_KEEPCNT", 4), ("TCP_USER_TIMEOUT", 15_000)):
        if hasattr(socket, name):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return made
