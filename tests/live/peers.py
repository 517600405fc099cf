"""Places on the bus, as processes of a site have them, within the process of a test: a thread for each of their green
ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from connectassist.core.settings import load
from connectassist.realtime.bus import Bus
from connectassist.realtime.leading import Lead
from connectassist.realtime.presence import Presence
from connectassist.realtime.shared import Shared

PATIENCE = 40.0


def spawn(function: Callable[..., Any], *args: Any) -> None:
    threading.Thread(target=function, args=args, daemon=True).start()


def wait_for(condition: Callable[[], Any], *, within: float = PATIENCE, what: str = "it") -> float:
    """Wait until it is so. Returns how long that took, in seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, f"{what} is not so within {within} s"
        time.sleep(0.01)
    return time.monotonic() - began


class Peer:
    """One process: its bus, a table, the devices it knows, and what it heard under the topic `news`."""

    def __init__(self, redis_url: str, *, secret: str, process: int = 0) -> None:
        self.bus = Bus()
        self.lead = Lead(self.bus)
        self.table = Shared("table", bus=self.bus)
        self.presence = Presence(bus=self.bus, leads=self.lead.is_ours)
        self.told: list[str] = []
        self.presence.on_change.append(self._tell)
        self.heard: list[dict[str, Any]] = []
        self.changes: list[bool] = []
        self.missed: list[str] = []
        self.bus.hears("news")(lambda said, sender: self.heard.append(said))
        self.bus.on_change.append(self.changes.append)
        self.bus.on_missed.append(self.missed.append)
        self._settings = load({"CONNECTASSIST_REDIS_URL": redis_url, "CONNECTASSIST_SECRET_KEY": secret,
                               "CONNECTASSIST_PROCESS": str(process), "CONNECTASSIST_PROCESSES": "9",
                               "CONNECTASSIST_DATABASE_URL": "postgresql://nobody@localhost/none"})

    def start(self) -> Peer:
        self.bus.start(self._settings, spawn=spawn, sleep=time.sleep, event=threading.Event)
        return self

    def _tell(self, device_id: str) -> None:
        self.told.append(f"{device_id} {'online' if self.presence.is_online(device_id) else 'offline'}")

    def theirs(self, other: Peer) -> dict[str, Any]:
        """What it knows of another's part of the table."""
        return self.table.theirs.get(other.bus.name, {})

    def die(self) -> None:
        """End as a crash would: not a word more."""
        self.bus.on_leave.clear()
        self.bus.is_cut = True
        self.bus.leave()

    def sees(self, *others: Peer) -> bool:
        """Does it hear these, and nobody else?"""
        return not self.bus.is_cut and {*self.bus.peers} == {other.bus.name for other in others}
