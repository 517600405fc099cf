"""Which devices are online by their heartbeats: each until three of the times that it was told have gone by.

Every device has one place in a heap, by the moment at which somebody should look again; a beat only notes a later
deadline. So a beat costs next to nothing, and a look touches those alone whose time has come, however many there
are."""

from __future__ import annotations

import heapq
from datetime import datetime

from connectassist.core import clock

MISSED = 3


class Attendance:
    """Knows when each device sent its last beat, and until when it counts as online."""

    def __init__(self) -> None:
        self._deadlines: dict[str, float] = {}
        self._seen: dict[str, datetime] = {}
        self._heap: list[tuple[float, str]] = []
        self._in_heap: set[str] = set()

    def __len__(self) -> int:
        return len(self._deadlines)

    def note(self, device_id: str, *, seconds: float) -> None:
        """A device sent a beat and was told to send the next one so many seconds later."""
        deadline = clock.monotonic() + MISSED * seconds
        self._deadlines[device_id], self._seen[device_id] = deadline, clock.now()
        if device_id not in self._in_heap:
            self._in_heap.add(device_id)
            heapq.heappush(self._heap, (deadline, device_id))

    def forget(self, device_id: str) -> bool:
        """A device said good-bye, or is no more. False when it did not count as online by its beats."""
        self._seen.pop(device_id, None)
        return self._deadlines.pop(device_id, None) is not None

    def missing(self) -> list[tuple[str, datetime]]:
        """The devices whose time is over, each with the moment of its last beat; they are forgotten."""
        moment, gone = clock.monotonic(), []
        while self._heap and self._heap[0][0] <= moment:
            _, device_id = heapq.heappop(self._heap)
            self._in_heap.discard(device_id)
            deadline = self._deadlines.get(device_id)
            if deadline is None:
                continue
            if deadline <= moment:
                del self._deadlines[device_id]
                gone.append((device_id, self._seen.pop(device_id)))
            else:
                self._in_heap.add(device_id)
                heapq.heappush(self._heap, (deadline, device_id))
        return gone

    def clear(self) -> None:
        """Forget everyone, without a word."""
        self._deadlines.clear()
        self._seen.clear()
        self._heap.clear()
        self._in_heap.clear()
