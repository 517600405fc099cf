"""One look at the machine that the server runs on. psutil may wait for the system, so it runs in a real thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from connectassist.core import clock, jobs
from connectassist.core.tallies import Spread
from connectassist.realtime import websockets
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import NAMESPACES

#: Of less time than this, in seconds of all processors together, no share is told.
TOO_SHORT = 0.2


@dataclass(frozen=True)
class Look:
    """How the machine was at a moment: shares in percent; the longest wait for the hub since the last look."""

    at: datetime
    cpu: float
    memory: float
    disk: float
    hub_lag_ms: float = 0.0
    sockets: int = 0


class Processor:
    """How busy the processor was between two looks, whichever threads look. (psutil's own keeps the last look of each
    thread, so that a new one's first look always sees nothing.)"""

    def __init__(self) -> None:
        self._before, self._share = _spent(), 0.0

    def share(self) -> float:
        """In percent, since the last look."""
        total, idle = _spent()
        passed, rested = total - self._before[0], idle - self._before[1]
        if passed >= TOO_SHORT:
            self._before, self._share = (total, idle), 100 * (1 - rested / passed)
        return bounded(self._share)


class Lag:
    """How late the hub comes to what is due. `run` looks again and again, and keeps the longest."""

    PAUSE = 0.25
    #: Seconds.
    BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

    def __init__(self) -> None:
        self._longest, self._untold, self.spread = 0.0, 0.0, Spread(self.BOUNDS)

    def note(self, seconds: float) -> None:
        """The hub was late by so many seconds."""
        self._longest, self._untold = max(self._longest, seconds), max(self._untold, seconds)
        self.spread.add(max(seconds, 0.0))

    def taken(self) -> float:
        """The longest since this was last asked, in milliseconds."""
        longest, self._longest = self._longest, 0.0
        return round(longest * 1000, 1)

    def untold(self) -> float:
        """The longest since the other processes were last told, in milliseconds."""
        longest, self._untold = self._untold, 0.0
        return round(longest * 1000, 1)

    def run(self) -> None:
        """Runs for as long as the server does."""
        while True:
            began = clock.monotonic()
            GATEWAY.socketio.sleep(self.PAUSE)
            self.note(clock.monotonic() - began - self.PAUSE)


def look(folder: Path) -> Look:
    """Look now; `folder` says which disk."""
    cpu, memory, disk = jobs.run_blocking(_measured, folder)
    return Look(clock.now(), cpu, memory, disk, LAG.taken(), open_sockets())


def open_sockets() -> int:
    """How many sockets of every kind are open."""
    return (len(GATEWAY.connections) + sum(len(each.connections) for each in NAMESPACES) + len(websockets.OPEN))


def bounded(share: float) -> float:
    """A share as it can be, with one digit behind the point."""
    return round(min(max(share, 0.0), 100.0), 1)


def _measured(folder: Path) -> tuple[float, float, float]:
    return (PROCESSOR.share(), bounded(psutil.virtual_memory().percent),
            bounded(psutil.disk_usage(str(folder)).percent))


def _spent() -> tuple[float, float]:
    """Seconds of all processors since the machine's start: all, and idle ones. Guests' count among the user's."""
    times = psutil.cpu_times()
    total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    return total, times.idle + getattr(times, "iowait", 0.0)


PROCESSOR, LAG = Processor(), Lag()
