"""The sockets that are open, and who is behind each."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from connectassist.core import clock
from connectassist.core.errors import EventRefused, NotJoined, RateLimited
from connectassist.identity.principal import Principal
from connectassist.realtime.rooms import Seat

BURST, WINDOW = 60, 10.0


@dataclass
class Connection:
    """One open socket. A socket mostly holds one seat, so events may leave out their sessionId. `line` is the
    Engine.IO connection below it (line.py), `path` its namespace, `environ` the request that opened it. `turn` counts
    what was passed on of it to another process that must not be overtaken."""

    socket_id: str
    principal: Principal
    seats: dict[str, Seat] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=BURST))
    device_id: str | None = None
    line: Any = None
    path: str = "/"
    environ: dict[str, Any] = field(default_factory=dict)
    turn: int = 0

    def seat(self, session_id: str | None) -> Seat:
        """The seat an event speaks from. Raises NotJoined, EventRefused."""
        if session_id is None and len(self.seats) == 1:
            return next(iter(self.seats.values()))
        if session_id is not None and not isinstance(session_id, str):
            raise EventRefused("sessionId must be text")
        found = self.seats.get(session_id or "")
        if found is None:
            raise NotJoined()
        return found

    def spend(self) -> None:
        """Count an event that costs the database something. Raises RateLimited beyond 60 in 10 s."""
        moment = clock.monotonic()
        if len(self.recent) == BURST and moment - self.recent[0] < WINDOW:
            raise RateLimited(retry_after=int(WINDOW))
        self.recent.append(moment)
