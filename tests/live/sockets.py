"""A real Socket.IO client that remembers what it hears."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import engineio
import socketio

PATIENCE = 40.0


class _Engine(engineio.Client):
    """Tells of messages in the order in which they came: the library has a thread of its own tell of each."""

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:
        return super()._trigger_event(event, *args, **{**options, "run_async": False})


class Orderly(socketio.Client):
    """A client that is told of events in their order."""

    def _engineio_client_class(self) -> type[_Engine]:
        return _Engine


class Socket:
    """An open socket. `call` sends and returns the acknowledgement, `heard` waits for an event. `query` (`?a=b`) goes
    into the handshake's address."""

    def __init__(self, url: str, *, auth: dict[str, Any] | None = None, headers: dict[str, str] | None = None,
                 transports: tuple[str, ...] = ("websocket",), namespace: str = "/", query: str = "") -> None:
        self._events: deque[tuple[str, Any]] = deque()
        self._news = threading.Condition()
        self._namespace = namespace
        self._client = Orderly(reconnection=False)
        self._client.on("*", self._note, namespace=namespace)
        self._client.on("disconnect", self._gone, namespace=namespace)
        self._client.connect(url + query, auth=auth or None, headers=headers or {}, transports=list(transports),
                             namespaces=[namespace], wait_timeout=PATIENCE)

    @property
    def id(self) -> str:
        """The socket's id, as `technicianSocketId` and `from` carry it."""
        return self._client.get_sid(self._namespace)

    def _note(self, name: str, data: Any = None) -> None:
        with self._news:
            self._events.append((name, data))
            self._news.notify_all()

    def _gone(self, reason: Any = None) -> None:
        self._note("disconnect", {})

    def call(self, name: str, data: Any = None) -> dict[str, Any]:
        """Send an event and return its acknowledgement."""
        return self._client.call(name, data, namespace=self._namespace, timeout=PATIENCE)

    def emit(self, name: str, data: Any = None) -> None:
        """Send an event without asking for an acknowledgement."""
        self._client.emit(name, data, namespace=self._namespace)

    def join(self, session_id: str, role: str, **more: Any) -> dict[str, Any]:
        """Take a seat."""
        return self.call("join-session", {"sessionId": session_id, "role": role, **more})

    def heard(self, name: str, *, within: float = PATIENCE, where: Callable[[Any], bool] = lambda data: True) -> Any:
        """The next event of that name, taken off what was heard. Fails when none comes in time."""
        with self._news:
            found: list[Any] = []
            assert self._news.wait_for(lambda: self._take(name, where, found), within), (
                f"{name} was not heard within {within} s; heard: {[e for e, _ in self._events]}")
            return found[0]

    def _take(self, name: str, where: Callable[[Any], bool], found: list[Any]) -> bool:
        for event in self._events:
            if event[0] == name and where(event[1]):
                self._events.remove(event)
                found.append(event[1])
                return True
        return False

    def heard_nothing_of(self, name: str) -> bool:
        """Has no such event come? Asks the server something first, so that what was on its way has arrived."""
        self.call("no-such-event", {})
        with self._news:
            return all(event != name for event, _ in self._events)

    def names(self) -> list[str]:
        """The names of all events heard and not taken, in order."""
        with self._news:
            return [name for name, _ in self._events]

    def forget(self) -> None:
        """Drop what was heard so far."""
        with self._news:
            self._events.clear()

    @property
    def is_open(self) -> bool:
        return self._client.connected

    def close(self) -> None:
        """Say goodbye, without waiting for the other side's (under gevent the client library waits 3 s for it)."""
        threading.Thread(target=self._client.disconnect, daemon=True).start()

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
