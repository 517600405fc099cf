"""RFC 6455 without a connection: bytes in, messages out, and what must be answered is said at once.

wsproto knows the frames: masks, reserved bits, opcodes, fragments with control frames in between, lengths, UTF-8 as it
streams in. Here stands what one side does about them: pings answered, the other side's close given back with its code,
what breaks the rules answered with the code that says so (1002, 1007, 1009) and nothing read any more after that.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, Pong, TextMessage
from wsproto.utilities import LocalProtocolError

NORMAL, GOING_AWAY, PROTOCOL, UNSUPPORTED, NO_TEXT = 1000, 1001, 1002, 1003, 1007
POLICY, TOO_LARGE, INTERNAL, GONE = 1008, 1009, 1011, 1006
_WORDS = {PROTOCOL: "That is no WebSocket frame that may be sent", NO_TEXT: "That text is no UTF-8"}


class Protocol:
    """The server's side of one WebSocket. `say` sends bytes; it is called while they are still in order."""

    __slots__ = ("_connection", "_gathered", "_say", "_size", "code", "is_closing", "is_over", "largest", "pong")

    def __init__(self, say: Callable[[bytes], None], *, largest: int) -> None:
        self._connection = Connection(ConnectionType.SERVER)
        self._say, self.largest = say, largest
        self._gathered: io.StringIO | io.BytesIO | None = None
        self._size = 0
        self.is_closing = self.is_over = False
        self.code, self.pong = GONE, b""

    def feed(self, data: bytes) -> None:
        """Take what has come; `messages` finds what is in it."""
        if not self.is_over:
            self._connection.receive_data(data)

    def messages(self) -> Iterator[bytes | str]:
        """The whole messages that have come. Ends early when the conversation does."""
        for event in () if self.is_over else self._connection.events():
            message = self._heard(event)
            if message is not None:
                yield message
            if self.is_over:
                return

    def _heard(self, event: Any) -> bytes | str | None:
        if isinstance(event, (BytesMessage, TextMessage)):
            return None if self.is_closing else self._whole(event)
        if isinstance(event, Ping):
            self._answer(event.response())
        elif isinstance(event, Pong):
            self.pong = bytes(event.payload) or self.pong  # one that says nothing hides none that does
        elif isinstance(event, CloseConnection):
            self._parted(event)
        return None

    def _answer(self, event: Any) -> None:
        if not self.is_closing:
            self._say(bytes(self._connection.send(event)))

    def _parted(self, event: CloseConnection) -> None:
        """The other side says goodbye, or answers ours, or has broken the rules."""
        state = self._connection.state
        if state is ConnectionState.REMOTE_CLOSING:
            self.code = int(event.code)
            self._answer(event.response())
        elif state is ConnectionState.OPEN:
            self.close(int(event.code), _WORDS.get(int(event.code), ""))
        self.is_closing = self.is_over = True

    def _whole(self, event: Message) -> bytes | str | None:
        """The message that this piece completes. One that grows too large ends the conversation."""
        data = event.data
        self._size += len(data) if isinstance(data, (bytes, bytearray)) or data.isascii() else len(data.encode())
        if self._size > self.largest:
            self.close(TOO_LARGE, "That message is too large")
            self.is_over = True
            return None
        if self._gathered is None and event.message_finished:
            self._size = 0
            return data if isinstance(data, str) else bytes(data)
        if self._gathered is None:
            self._gathered = io.StringIO() if isinstance(data, str) else io.BytesIO()
        self._gathered.write(data)  # type: ignore[arg-type]
        if not event.message_finished:
            return None
        whole, self._gathered, self._size = self._gathered.getvalue(), None, 0
        return whole

    def send(self, message: bytes | str) -> None:
        """Say a message; nothing when the conversation is ending."""
        self._answer(Message(data=message))

    def ping(self, payload: bytes = b"") -> None:
        """Ask whether the other side is there."""
        self._answer(Ping(payload=payload))

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Say goodbye, once. `reason` is cut to what a frame holds."""
        if self.is_closing:
            return
        self.code, self.is_closing = code, True
        try:
            self._say(bytes(self._connection.send(CloseConnection(code, reason))))
        except LocalProtocolError:  # the other side was quicker
            self.is_over = True
