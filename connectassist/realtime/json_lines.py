"""JSON over plain WebSockets, as contract 003 speaks it: each message is an object with a `type`, and a table says who
handles which.

What a handler returns is sent back with the `requestId` of the message, or one made here. What can't be done is told as
`{type: "error", error: {code, message, details}, requestId}`, and the line goes on. Ten messages a second may come, and
a burst; beyond, they are refused, and who goes on all the same is closed out.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Protocol

from connectassist.core import clock, foreign
from connectassist.core.errors import AppError, EventRefused, InternalError, RateLimited, UnknownEvent
from connectassist.http.json import dumps, loads
from connectassist.realtime.allowance import Allowance
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.hub_sockets import HubSocket
from connectassist.realtime.protocol import POLICY

log = logging.getLogger(__name__)
Message = dict[str, Any]
Handler = Callable[[Any, Message], Message | None]
RATE, BURST = 10.0, 20.0
#: So many refusals at a time, and then one a second, until the line is closed.
PATIENCE = 60.0


class Speaker(Protocol):
    """Whose line it is. All but `answered` is told in a green thread with the app's context."""

    def opened(self) -> None:
        """The line is open."""

    def answered(self, payload: bytes) -> None:
        """The other side has got all that was sent before the ping with this payload. Told in the hub."""

    def left(self) -> None:
        """The line is over."""


class JsonLine:
    """One line. `speaker` is handed to the handlers, each with the message."""

    __slots__ = ("_allowance", "_handlers", "_patience", "_speaker", "opened_at", "socket")

    def __init__(self, speaker: Speaker, handlers: Mapping[str, Handler], *, is_limited: bool) -> None:
        self._speaker, self._handlers = speaker, handlers
        self._allowance = Allowance(rate=RATE, burst=BURST) if is_limited else None
        self._patience: Allowance | None = None
        self.socket: HubSocket | None = None
        self.opened_at = clock.monotonic()

    # -- what the socket tells --------------------------------------------------------------------------

    def opened(self, line: HubSocket) -> None:
        self.socket = line
        with GATEWAY.database():
            self._speaker.opened()

    def heard(self, said: str | bytes) -> None:
        refusal = self._refusal()
        message: Message = {}
        try:
            if refusal:
                raise refusal
            message = _read(said)
            self._answer(message)
        except AppError as problem:
            self.refuse(problem, request_id=message.get("requestId"))
        except Exception:
            log.exception("unexpected error in a message of type %.60r", message.get("type"))
            self.refuse(InternalError(), request_id=message.get("requestId"))

    def answered(self, payload: bytes) -> None:
        self._speaker.answered(payload)

    def lost(self) -> None:
        with GATEWAY.database():
            self._speaker.left()

    # -- what the speaker says --------------------------------------------------------------------------

    def say(self, message: Message, *, key: Hashable = None) -> None:
        """Send a message. With `key`, only the newest under it waits for a slow reader."""
        if self.socket is not None:
            self.socket.send(dumps({**message, "requestId": _named(message.get("requestId"))}).decode(), key=key)

    def refuse(self, problem: AppError, *, request_id: Any = None) -> None:
        """Say what went wrong."""
        told = {"code": problem.code, "message": problem.sentence, "details": problem.details}
        self.say({"type": "error", "error": told, "code": problem.code, "message": problem.sentence,
                  "requestId": request_id, **_wait(problem)},
                 key="too fast" if isinstance(problem, RateLimited) else None)

    def close(self, code: int, reason: str) -> None:
        """End the line."""
        if self.socket is not None:
            self.socket.close(code, reason)

    def _answer(self, message: Message) -> None:
        handler = self._handlers.get(message["type"])
        if handler is None:
            raise UnknownEvent(f"There is no message of the type {foreign.line(message['type'], 60)!r} here")
        with GATEWAY.database():
            answer = handler(self._speaker, message)
        if answer is not None:
            self.say({**answer, "requestId": message.get("requestId")})

    def _refusal(self) -> AppError | None:
        """Is this one message too many?"""
        wait = self._allowance.spend() if self._allowance else 0.0
        if not wait:
            return None
        self._patience = self._patience or Allowance(rate=1.0, burst=PATIENCE)
        if self._patience.spend():
            self.close(POLICY, "Too many messages")
        return RateLimited(retry_after=1, retryAfterMs=max(1, round(wait * 1000)))


def inner(message: Message) -> Message:
    """What a message says, whether flat or under `data`."""
    data = message.get("data")
    return {**message, **data} if isinstance(data, dict) else message


def _read(said: str | bytes) -> Message:
    """Raises EventRefused."""
    try:
        found = loads(said)
    except ValueError as problem:
        raise EventRefused("A message must be a JSON object") from problem
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise EventRefused("A message must be a JSON object with a type")
    return found


def _named(request_id: Any) -> str | int:
    """The message's own name, if it has a sensible one."""
    if isinstance(request_id, int) and not isinstance(request_id, bool):
        return request_id
    return foreign.line(request_id, 120) if isinstance(request_id, str) and request_id else str(uuid.uuid4())


def _wait(problem: AppError) -> Message:
    found = problem.details.get("retryAfterMs")
    return {"retryAfterMs": found} if found else {}
