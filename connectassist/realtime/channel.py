"""A WebSocket that no green thread waits on: the hub calls back when there is something to read, or room to write.

A connection so costs a few small objects instead of two stacks, a frame is read and passed on without a switch of
threads, and what is sent in one turn leaves in one system call.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import socket
from contextlib import suppress
from typing import Any, Protocol

from connectassist.realtime import frames
from connectassist.realtime.frames import Broken
from connectassist.realtime.hub import Hub

log = logging.getLogger(__name__)
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CHUNK, LARGE_CHUNK = 8 * 1024, 256 * 1024
BATCH, EAGER = 64 * 1024, 256 * 1024
#: What may wait for a client that reads slowly, in frames and bytes; beyond this it is let go.
MOST_FRAMES, MOST_BYTES = 2000, 24 * 1024 * 1024


class Owner(Protocol):
    """Whom a WebSocket tells what happens. Both are called in the hub, where nothing may wait."""

    def heard(self, body: bytes, is_text: bool) -> bool:
        """A message. False: read no further until `resume`."""

    def lost(self) -> None:
        """The connection is gone, or is beyond help."""


def answer_to(environ: dict[str, Any]) -> bytes | None:
    """The head of the answer that opens a WebSocket; None when the request asks for none."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "").strip()
    if (environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or len(key) != 24 or not key.isascii()
            or "upgrade" not in environ.get("HTTP_CONNECTION", "").lower()):
        return None
    accept = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest())
    return (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")


class Channel:
    """One open WebSocket on a socket that the HTTP server has handed over."""

    __slots__ = ("_has_read", "_hub", "_is_due", "_is_ending", "_is_stale", "_messages", "_out", "_owner", "_reader",
                 "_reading", "_socket", "_waiting", "_writing", "fileno")

    def __init__(self, fileno: int, *, hub: Hub, owner: Owner, greeting: bytes, limit: int) -> None:
        self._hub, self._owner, self.fileno = hub, owner, fileno
        self._socket = hub.plain_socket(fileno)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader, self._messages = frames.Reader(self._found, limit=limit), frames.Messages(limit=limit)
        self._out: list[Any] = []
        self._waiting, self._is_due, self._is_stale, self._is_ending = 0, False, False, False
        self._writing, self._has_read = None, False
        self._reading = hub.on_readable(fileno, self._readable)
        self.send(greeting)

    # -- in ---------------------------------------------------------------------------------------------

    def take_up_to(self, limit: int) -> None:
        """From now on a message may be so large."""
        self._reader.limit = self._messages.limit = limit

    def _readable(self, *_: Any) -> None:
        """Take what has come. Called by the hub, for one connection among thousands."""
        hub = self._hub
        hub.is_reading = True
        try:
            data = self._socket.recv(LARGE_CHUNK if self._reader.large else CHUNK)
            if not data:
                self._fail()
            elif not self._is_ending:
                self._has_read = True
                self._reader.take(data)
        except (BlockingIOError, InterruptedError):
            pass
        except Broken as problem:
            self._refuse(problem.code)
        except OSError:
            self._fail()
        except Exception:
            log.exception("unexpected error while reading a WebSocket")
            self._fail()
        hub.is_reading = False
        if hub.due:
            hub.flush()

    def _found(self, kind: int, body: bytes) -> bool:
        if kind != frames.WHOLE | frames.TEXT or self._messages.parts is not None:
            message = self._messages.joined(kind, body)
            if message is None:
                return True
            kind, body = message
            if kind >= frames.CLOSE:
                return self._control(kind, body)
        go_on = self._owner.heard(body, kind != frames.BINARY)
        if not go_on:
            self._pause()
        return go_on and self.fileno >= 0

    def _control(self, kind: int, body: bytes) -> bool:
        if kind == frames.PING:
            self.send(frames.framed(body, frames.PONG))
        elif kind == frames.CLOSE:
            self._refuse(frames.NORMAL)
            return False
        return True

    def has_read(self) -> bool:
        """Has anything come since this was asked last? Yes also where we are the ones who let it wait."""
        has_read, self._has_read = self._has_read or self._reading is None, False
        return has_read

    def _pause(self) -> None:
        if self._reading is not None:
            self._hub.forget(self._reading)
            self._reading = None

    def resume(self) -> None:
        """Read on: first what was kept, then what comes."""
        if self.fileno < 0 or self._reading is not None:
            return
        self._reading = self._hub.on_readable(self.fileno, self._readable)
        try:
            self._reader.take(b"")
        except Broken as problem:
            self._refuse(problem.code)

    # -- out --------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> tuple[int, int]:
        """How many frames and bytes wait for the client to read on."""
        return len(self._out), self._waiting

    def send(self, frame: bytes, *, is_stale: bool = False) -> None:
        """Send a frame in its turn. One that `is_stale` as soon as the next one comes gives way to it when the client
        does not keep up."""
        if self._is_ending or self.fileno < 0:
            return
        out = self._out
        if self._writing is not None and is_stale and self._is_stale and len(out) > 1:
            self._waiting += len(frame) - len(out[-1])
            out[-1] = frame
            return
        out.append(frame)
        self._is_stale = is_stale
        self._waiting += len(frame)
        if self._writing is not None:
            if self._waiting > MOST_BYTES or len(out) > MOST_FRAMES:
                self._fail()
        elif self._waiting > EAGER:
            self.flush()
        elif not self._is_due:
            self._is_due = True
            self._hub.flush_soon(self)

    def flush(self) -> None:
        """Write what waits, as far as the system takes it."""
        self._is_due = False
        if self.fileno < 0:  # closed since it asked for its turn
            return None
        out = self._out
        try:
            while out:
                count, data = 1, out[0]
                if len(out) > 1:
                    size = len(data)
                    while count < len(out) and size < BATCH:
                        size += len(out[count])
                        count += 1
                    if count > 1:
                        data = b"".join(out[:count])
                sent = self._socket.send(data)
                self._waiting -= sent
                if sent < len(data):
                    out[:count] = [memoryview(data)[sent:]]
                    break
                del out[:count]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            return self._fail()
        if out:
            if self._writing is None:
                self._writing = self._hub.on_writable(self.fileno, self._writable)
        elif self._writing is not None or self._is_ending:
            self._written()
        return None

    def _writable(self, *_: Any) -> None:
        if self.fileno >= 0:
            self.flush()

    def _written(self) -> None:
        if self._writing is not None:
            self._hub.forget(self._writing)
            self._writing = None
        if self._is_ending:
            self._close_our_side()

    def _close_our_side(self) -> None:
        """Nothing more is said; what the other side still says is thrown away until it closes too. Closing at once
        would make the system throw away what is on its way there."""
        if self._reading is None:
            self._reading = self._hub.on_readable(self.fileno, self._readable)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    # -- the end ----------------------------------------------------------------------------------------

    def _refuse(self, code: int) -> None:
        self.end(code)
        self._owner.lost()

    def _fail(self) -> None:
        if self.fileno >= 0:
            self.abort()
            if not self._is_ending:
                self._owner.lost()

    def end(self, code: int = frames.NORMAL) -> None:
        """Say goodbye once everything is written. Whoever does not close too is cut off by `abort`."""
        if self.fileno < 0 or self._is_ending:
            return
        self.send(frames.framed(code.to_bytes(2, "big"), frames.CLOSE))
        self._is_ending = True
        if self._writing is None:
            self.flush()

    def abort(self) -> None:
        """Close at once; what waits is thrown away."""
        if self.fileno < 0:
            return
        for watched in (self._reading, self._writing):
            if watched is not None:
                self._hub.forget(watched)
        self._reading = self._writing = None
        self.fileno, self._waiting = -1, 0
        self._out.clear()
        self._socket.close()
