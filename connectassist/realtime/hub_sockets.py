"""Plain WebSockets that no green thread waits on, for clients by the ten thousand: the hub calls back when there is
something to read, or room to write. A view answers with

    return hub_sockets.upgrade(owner, by=principal, choose=...)

and the owner is told of each message in a green thread of its own, in their order, and of the end, once. What is sent
never waits: it leaves when the other side takes it. Under one key only the newest waits, and whoever reads too slowly
for what is left is let go.
"""

from __future__ import annotations

import itertools
import logging
import socket
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from typing import Any, Protocol

from flask import Response, request

from connectassist.core import logs
from connectassist.core.errors import Unavailable
from connectassist.http import guard
from connectassist.identity.principal import NOBODY, Principal
from connectassist.realtime import frames, websockets
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.hub import Hub
from connectassist.realtime.pings import Pings
from connectassist.realtime.protocol import NORMAL, POLICY
from connectassist.realtime.protocol import Protocol as Rules
from connectassist.realtime.strangers import LARGEST_OF_STRANGERS, STRANGERS, Guest

log = logging.getLogger(__name__)
LARGEST_MESSAGE = 1024 * 1024
CHUNK = 8 * 1024
#: What may wait for a client that reads slowly; beyond this it is let go.
MOST_FRAMES, MOST_BYTES = 512, 4 * 1024 * 1024
#: What may wait for all of them together; beyond this, those are let go for whom more than a fair share waits.
MOST_OF_ALL, FAIR = 128 * 1024 * 1024, 256 * 1024
#: Bytes that may wait for the owner before we read on.
MOST_UNREAD = 64 * 1024
#: Seconds between two looks at a socket. It is pinged at each; one that said nothing since the last is gone.
RHYTHM = 25.0
FAREWELL = 2.0
_numbers = itertools.count(1)
_waiting_in_all = [0]


class Owner(Protocol):
    """Whom a socket tells what happens."""

    def opened(self, line: HubSocket) -> None:
        """It is open. Told in a green thread, before anything else."""

    def heard(self, message: str | bytes) -> None:
        """A message."""

    def answered(self, payload: bytes) -> None:
        """A ping with this payload was answered. Told in the hub, where nothing may wait."""

    def lost(self) -> None:
        """It is over."""


class HubSocket:
    """One open WebSocket on a socket that the HTTP server has handed over."""

    __slots__ = ("_hub", "_inbox", "_is_due", "_out", "_owner", "_reading", "_rest", "_rules", "_socket", "_unread",
                 "_waiting", "_was_heard", "_writing", "fileno", "guest", "name", "principal")

    def __init__(self, fileno: int, *, hub: Hub, owner: Owner, principal: Principal, greeting: bytes) -> None:
        self._hub, self._owner, self.fileno, self.principal = hub, owner, fileno, principal
        self.name, self.guest = f"websocket-{next(_numbers)}", Guest(STRANGERS, principal.address)
        self.guest.is_known(self.name, principal)
        self._socket = hub.plain_socket(fileno)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rules = Rules(self._put, largest=LARGEST_OF_STRANGERS if self.guest.is_stranger else LARGEST_MESSAGE)
        self._out: dict[Hashable, bytes] = {}
        self._rest, self._waiting, self._is_due = b"", 0, False
        self._inbox: deque[tuple[Callable[..., None], tuple[Any, ...]]] | None = None
        self._writing, self._was_heard, self._unread = None, True, 0
        self._reading = hub.on_readable(fileno, self._readable)
        self._put(greeting)
        self._later(owner.opened, self)

    # -- in ---------------------------------------------------------------------------------------------

    def _readable(self, *_: Any) -> None:
        """Take what has come. Called by the hub, for one connection among thousands."""
        try:
            data = self._socket.recv(CHUNK)
            if not data:
                self.abort()
            elif not self._rules.is_over:
                self._was_heard = True
                self._rules.feed(data)
                self._understand() if self._inbox is None else self._wait(len(data))
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self.abort()
        except Exception:
            log.exception("unexpected error while reading a WebSocket")
            self.abort()

    def _wait(self, more: int) -> None:
        """The owner is busy; what comes meanwhile is kept, and beyond a bound left to the other side."""
        self._unread += more
        if self._unread > MOST_UNREAD and self._reading is not None:
            self._hub.forget(self._reading)
            self._reading = None

    def _understand(self) -> None:
        """Hand over the next message among the bytes that came."""
        message = next(self._rules.messages(), None)
        if self._rules.pong:
            self._owner.answered(self._rules.pong)
            self._rules.pong = b""
        if message is not None:
            self._later(self._owner.heard, message)
        elif self._rules.is_over:
            self._part()

    def _later(self, tell: Callable[..., None], *what: Any) -> None:
        if self._inbox is None:
            self._inbox = deque()
            self._hub.spawn(self._work)
        self._inbox.append((tell, what))

    def _work(self) -> None:
        """Tell the owner what happened, one thing after the other."""
        while self._inbox:
            tell, what = self._inbox.popleft()
            try:
                with logs.Concerning(socket_id=self.name, principal=self.principal):
                    tell(*what)
            except Exception:
                log.exception("unexpected error in the WebSocket of %s", self.principal.name)
            if not self._inbox and self.fileno >= 0:
                self._go_on()
        self._inbox = None

    def _go_on(self) -> None:
        """First with what was kept, then with what comes."""
        self._understand()
        if not self._inbox:
            self._unread = 0
            if self._reading is None and self.fileno >= 0:
                self._reading = self._hub.on_readable(self.fileno, self._readable)

    # -- out --------------------------------------------------------------------------------------------

    def send(self, message: str | bytes, *, key: Hashable = None) -> None:
        """Send a message in its turn. With `key`, it takes the place of the one that waits under the same key."""
        if not self._rules.is_closing:
            body, kind = (message.encode(), frames.TEXT) if isinstance(message, str) else (message, frames.BINARY)
            self._put(frames.framed(body, kind), key)

    def send_framed(self, frame: bytes, *, key: Hashable = None) -> None:
        """The same with a whole frame, which was made once for many sockets."""
        if not self._rules.is_closing:
            self._put(frame, key)

    def ping(self, payload: bytes) -> None:
        """Ask for an answer with this payload: then everything sent before has arrived."""
        self._rules.ping(payload)

    def _put(self, frame: bytes, key: Hashable = None) -> None:
        if self.fileno < 0:
            return
        key = next(_numbers) if key is None else key
        self._count(len(frame) - len(self._out.get(key, b"")))
        self._out[key] = frame
        if self._is_too_much:
            self._relieve()
        elif self._writing is None and not self._is_due:
            self._is_due = True
            self._hub.flush_soon(self)

    def _relieve(self) -> None:
        """Very much was said in one go: whoever still takes nothing of it reads too slowly."""
        if self._writing is None:
            self.flush()
        if self._is_too_much:
            self.abort()

    @property
    def _is_too_much(self) -> bool:
        return (self._waiting > MOST_BYTES or len(self._out) > MOST_FRAMES
                or (self._waiting > FAIR and _waiting_in_all[0] > MOST_OF_ALL))

    def _count(self, change: int) -> None:
        self._waiting += change
        _waiting_in_all[0] += change

    def flush(self) -> None:
        """Write what waits, as far as the system takes it."""
        self._is_due = False
        if self.fileno < 0:
            return
        try:
            while self._rest or self._out:
                self._rest = self._rest or self._next()
                sent = self._socket.send(self._rest)
                self._count(-sent)
                self._rest = self._rest[sent:]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            return self.abort()
        if self._rest:
            self._writing = self._writing or self._hub.on_writable(self.fileno, self._writable)
        else:
            self._written()

    def _next(self) -> bytes:
        """The frames whose turn it is, some tens of kilobytes at a time."""
        taken, size = [], 0
        while self._out and size < 64 * 1024:
            taken.append(self._out.pop(next(iter(self._out))))
            size += len(taken[-1])
        return b"".join(taken)

    def _writable(self, *_: Any) -> None:
        self.flush()

    def _written(self) -> None:
        if self._writing is not None:
            self._hub.forget(self._writing)
            self._writing = None
        if self._rules.is_over:
            self._part()

    def admit(self, by: Principal) -> None:
        """Somebody has shown who they are, by a message."""
        self.principal = by
        self.guest.is_known(self.name, by)
        self._rules.largest = LARGEST_MESSAGE

    # -- the end ----------------------------------------------------------------------------------------

    def beat(self) -> float | None:
        """Look whether the other side is there."""
        if self.fileno < 0:
            return None
        if self._rules.is_closing or not (self._was_heard or self._reading is None):
            return self.abort()
        self._was_heard = False
        self._rules.ping()
        return RHYTHM

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Say why and end the connection, once everything before it is written."""
        if not self._rules.is_closing and self.fileno >= 0:
            self._rules.close(code, reason)
            PINGS.expect(self, FAREWELL)

    def end(self, reason: str) -> None:
        """End it: who opened it may do so no more."""
        self.close(POLICY, reason)

    def _part(self) -> None:
        """Both have said goodbye, or there is nothing more to say: wait for the other side to hang up, a moment long.
        Closing at once would make the system throw away what is on its way there."""
        if self.fileno < 0 or self._rest or self._out:
            return
        PINGS.expect(self, FAREWELL)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def abort(self) -> None:
        """End it at once; what waits is thrown away."""
        if self.fileno < 0:
            return
        for watched in (self._reading, self._writing):
            if watched is not None:
                self._hub.forget(watched)
        self._reading = self._writing = None
        self.fileno = -1
        self._count(-self._waiting)
        self._out.clear()
        self._socket.close()
        self.guest.leaves()
        websockets.OPEN.discard(self)
        self._later(self._owner.lost)


class _Upgrade(Response):
    """An answer that is a conversation: the connection is taken over when the engine reads the answer's body."""

    def __init__(self, begin: Callable[[int, bytes], Any], *, greeting: bytes) -> None:
        super().__init__(status=101)
        self._environ, self._begin, self._greeting = request.environ, begin, greeting

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterator[bytes]:
        return self._converse()

    def _converse(self) -> Iterator[bytes]:
        assert GATEWAY.loop is not None
        self._begin(GATEWAY.loop.take_over(self._environ), self._greeting)
        yield from ()


class _Nobody:
    """The owner of a socket that is closed as soon as it is open."""

    def opened(self, line: HubSocket) -> None:
        pass

    def heard(self, message: str | bytes) -> None:
        pass

    def answered(self, payload: bytes) -> None:
        pass

    def lost(self) -> None:
        pass


PINGS = Pings(sleep=lambda seconds: GATEWAY.socketio.sleep(seconds))
_beating: list[Any] = []


def upgrade(owner: Owner, *, by: Principal, choose: Callable[[list[str]], str | None]) -> Response:
    """Answer the request by a WebSocket; `choose` picks one of the subprotocols that are offered, or none. Pages of
    other sites are refused. Raises CsrfFailed, UpgradeRequired, BadRequest, RateLimited."""
    return _Upgrade(lambda fileno, greeting: _open(fileno, greeting, owner, by), greeting=_greeting(choose, by))


def refuse(reason: str, *, by: Principal, choose: Callable[[list[str]], str | None]) -> Response:
    """Answer by a WebSocket that is closed at once for this reason (1008), for clients that know no other no. Raises
    what `upgrade` raises."""
    return _Upgrade(lambda fileno, greeting: _open(fileno, greeting, _Nobody(), by).close(POLICY, reason),
                    greeting=_greeting(choose, by))


def _greeting(choose: Callable[[list[str]], str | None], by: Principal) -> bytes:
    guard.require_own_site()
    if by.kind == NOBODY:
        STRANGERS.require_room(by.address)
    greeting = websockets.shaken(choose)
    if GATEWAY.loop is None:
        raise Unavailable("This server can't speak WebSocket")
    return greeting


def _open(fileno: int, greeting: bytes, owner: Owner, by: Principal) -> HubSocket:
    assert GATEWAY.loop is not None
    if not _beating:
        _beating.append(GATEWAY.socketio.start_background_task(PINGS.run))
    opened = HubSocket(fileno, hub=GATEWAY.loop, owner=owner, principal=by, greeting=greeting)
    websockets.OPEN.add(opened)
    PINGS.expect(opened, RHYTHM)
    return opened
