"""What is open between a technician and a device now: lines, and questions that wait for their answer. In memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectassist.core import clock
from connectassist.realtime.connections import Connection

#: Seconds in which a device must answer, or open a line that it was asked for.
PATIENCE = 120.0
MOST_ASKED = 2000


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


#: A question's device, the event that answers it, and its id, which is the asker's own: others may use it as well.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Asked:
    """A question that a device was sent."""

    asker: Connection
    client_id: int
    at: float = field(default_factory=clock.monotonic)


class Lines:
    """All lines and questions of this process."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}
        self._asked: dict[Key, Asked] = {}

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

    def ask(self, key: Key, asked: Asked) -> None:
        """Remember a question. The oldest are forgotten: nobody waits for them any more."""
        self._asked.pop(key, None)
        self._asked[key] = asked
        for old in list(self._too_old()):
            del self._asked[old]

    def forget(self, device_id: str) -> None:
        """What a device was asked counts no more."""
        for key in [key for key in self._asked if key[0] == device_id]:
            del self._asked[key]

    def _too_old(self) -> Iterator[Key]:
        surplus, oldest = len(self._asked) - MOST_ASKED, clock.monotonic() - PATIENCE
        for number, (key, asked) in enumerate(self._asked.items()):
            if number >= surplus and asked.at >= oldest:
                return
            yield key

    def answered(self, key: Key) -> Asked | None:
        """The question that is answered so; each is taken once."""
        return self._asked.pop(key, None)


LINES = Lines()
