"""What is open between a technician and a device now: remembered by the process that holds the technician's socket.
The others know that it is there, so that nobody else opens it, and pass on what its device says to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectassist.core import clock
from connectassist.realtime.bus import BUS
from connectassist.realtime.connections import Connection
from connectassist.realtime.prompt import Prompt

#: Seconds in which a device must answer, or open a line that it was asked for.
PATIENCE = 120.0


@dataclass
class Line:
    """A terminal or a desktop. It is `open` once the device has said so: its own agent asks the person there."""

    device_id: str
    client_id: int
    kind: str
    opener: Connection
    is_open: bool = False
    asked_at: float = field(default_factory=lambda: clock.now().timestamp())

    @property
    def is_stale(self) -> bool:
        """Asked for, and never answered?"""
        return not self.is_open and _is_long_ago(self.asked_at)

    @property
    def name(self) -> str:
        """What it is called among all lines."""
        return named(self.device_id, self.kind)

    @property
    def note(self) -> dict[str, Any]:
        """What the other processes know of it."""
        return {"opener": self.opener.principal.name, "is_open": self.is_open, "asked_at": self.asked_at}


class Lines:
    """All lines whose openers have their sockets here, and where the others are."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}
        self.shared = Prompt("lines of remote access")

    def find(self, device_id: str, kind: str) -> Line | None:
        """The line of this kind to a device; one that was never answered counts no more."""
        found = self._lines.get((device_id, kind))
        return None if found is None or found.is_stale else found

    def opener_elsewhere(self, device_id: str, kind: str) -> str | None:
        """Who has such a line by another process."""
        found = self._first(named(device_id, kind))
        return found and found[2]["opener"]

    def process_of(self, device_id: str, kind: str) -> str | None:
        """The other process where such a line's opener is."""
        found = self._first(named(device_id, kind))
        return found and found[1]

    def _first(self, name: str) -> tuple[float, str, dict[str, Any]] | None:
        """Of the others' lines that count, the one that was asked for first: when, where, and what is known of it."""
        return min(((note["asked_at"], process, note) for process, note in self.shared.elsewhere(name).items()
                    if note["is_open"] or not _is_long_ago(note["asked_at"])), default=None, key=lambda each: each[:2])

    def put(self, line: Line) -> None:
        self._lines[line.device_id, line.kind] = line
        self.shared.put(line.name, line.note)

    def opened(self, line: Line) -> None:
        """Its device has said that it is open."""
        if not line.is_open:
            line.is_open = True
            self.shared.put(line.name, line.note)

    def drop(self, line: Line) -> None:
        """Forget a line, unless another has taken its place."""
        if self._lines.get((line.device_id, line.kind)) is line:
            del self._lines[line.device_id, line.kind]
            self.shared.put(line.name, None)

    def beaten(self, name: str) -> Line | None:
        """Our line of this name, if somebody asked for the same one a moment sooner at another process."""
        line, first = self._lines.get(parts(name)), self._first(name)
        return line if line and first and first[:2] < (line.asked_at, BUS.name) else None

    def of_opener(self, opener: Connection) -> list[Line]:
        return [line for line in self._lines.values() if line.opener is opener]

    def of_device(self, device_id: str) -> list[Line]:
        return [line for line in self._lines.values() if line.device_id == device_id]

    def all(self) -> list[Line]:
        return list(self._lines.values())


def named(device_id: str, kind: str) -> str:
    """What such a line is called among all."""
    return f"{kind} {device_id}"


def parts(name: str) -> tuple[str, str]:
    """Which device's line of which kind is called so."""
    kind, _, device_id = name.partition(" ")
    return device_id, kind


def _is_long_ago(moment: float) -> bool:
    return clock.now().timestamp() - moment > PATIENCE


LINES = Lines()
