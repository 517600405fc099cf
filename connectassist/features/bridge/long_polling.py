"""Long polling, for whoever has no socket: a request is held until something happens, or for some seconds.

Whoever waits holds no database connection and asks nobody anything; what is told to the session wakes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from connectassist.core.errors import RateLimited
from connectassist.realtime import ending
from connectassist.realtime.gateway import GATEWAY

LONGEST = 25.0
MOST_OF_SESSION, MOST_OF_ADDRESS, MOST = 4, 64, 2_000
HEARD = frozenset(("chat-message", "file-available", "connection-request", "connection-request-closed",
                   "consent-changed", "session-ended"))


@dataclass(eq=False)
class Waiter:
    """One held request."""

    session_id: str
    address: str
    _woken: Any = field(default_factory=lambda: GATEWAY.new_event())

    def wait(self, seconds: float) -> None:
        """Come back when there is news, or after `seconds`."""
        self._woken.wait(seconds)

    def wake(self) -> None:
        self._woken.set()


class Waiters:
    """Who waits for which session. A page that is loaded again and again leaves requests behind that nobody reads any
    more, so the oldest of a session, or of an address, makes room for the newest."""

    def __init__(self) -> None:
        self._waiters: list[Waiter] = []

    @contextmanager
    def waiting(self, session_id: str, *, address: str) -> Iterator[Waiter]:
        """Be counted among those who wait; what happens from now on wakes. Raises RateLimited."""
        self._make_room([w for w in self._waiters if w.session_id == session_id], MOST_OF_SESSION)
        self._make_room([w for w in self._waiters if w.address == address], MOST_OF_ADDRESS)
        if len(self._waiters) >= MOST:
            raise RateLimited(retry_after=5)
        waiter = Waiter(session_id, address)
        self._waiters.append(waiter)
        try:
            yield waiter
        finally:
            self._dismiss(waiter)

    def tell(self, session_id: str, event: str) -> None:
        """Something was told to a session."""
        if event in HEARD:
            for waiter in self._waiters:
                if waiter.session_id == session_id:
                    waiter.wake()

    def wake_all(self) -> None:
        """Let nobody wait any longer: the server stops."""
        for waiter in self._waiters:
            waiter.wake()

    def _make_room(self, those: list[Waiter], most: int) -> None:
        for waiter in those[:max(0, len(those) + 1 - most)]:
            self._dismiss(waiter)
            waiter.wake()

    def _dismiss(self, waiter: Waiter) -> None:
        if waiter in self._waiters:
            self._waiters.remove(waiter)


WAITERS = Waiters()
GATEWAY.on_told.append(WAITERS.tell)
ending.on_leaving.append(WAITERS.wake_all)
