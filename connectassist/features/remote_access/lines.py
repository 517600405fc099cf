"""What is open between a technician and a device now. In memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectassist.core import clock
from connectassist.realtime.connections import Connection

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
    asked_at: float = field(default_factory=clock.monotonic)

    @property
    def is_stale(self) -> bool:
        """Asked for, and never answered?"""
        return not self.is_open and clock.monotonic() - self.asked_at > PATIENCE


class Lines:
    """All lines of this process."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}

    def find(self, device_id: str, kind: str) -> Line | None:
        """The line of this kind to a device; one that was never answered counts no more."""
        found = self._lines.get((device_id, kind))
        return None if found is None or found.is_stale else found

    def put(self, line: Line) -> None:
        self._lines[line.device_id, line.kind] = line

    def drop(self, line: Line) -> None:
        """Forget a line, unless another has taken its place."""
        if self._lines.get((line.device_id, line.kind)) is line:
            del self._lines[line.device_id, line.kind]

    def of_opener(self, opener: Connection) -> list[Line]:
        return [line for line in self._lines.values() if line.opener is opener]

    def of_device(self, device_id: str) -> list[Line]:
        return [line for line in self._lines.values() if line.device_id == device_id]


LINES = Lines()
