"""What technicians asked devices over sockets and waits for an answer, in this process' memory: each answer goes to
whoever asked, once, and only while they may still act for the device's client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectassist.core import clock
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import IT

#: Questions that wait at a time; beyond these the oldest are given up.
MOST = 2000
#: A question's device, and what tells it from the others there: a request's id is the asker's own.
Key = tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A question on its way: who wants the answer, the device's client then, and what it is about."""

    asker: Connection
    client_id: int
    about: str = ""
    at: float = field(default_factory=clock.monotonic)

    @property
    def is_wanted(self) -> bool:
        """Is the asker there still, and may they act for the client?"""
        return may_act(self.asker, self.client_id)


class Questions:
    """Those of one kind, which a device answers within `patience` seconds."""

    def __init__(self, *, patience: float) -> None:
        self._patience = patience
        self._open: dict[Key, Asked] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._open

    def ask(self, key: Key, asked: Asked) -> None:
        """Remember a question, in place of an older one with this key."""
        self._open.pop(key, None)  # so that the oldest stand first
        self._open[key] = asked

    def answered(self, key: Key) -> Asked | None:
        """The question that is answered so; each is taken once."""
        return self._open.pop(key, None)

    def overdue(self) -> list[tuple[Key, Asked]]:
        """Give up what waits too long. What that was."""
        return self._take(list(self._too_old()))

    def of_device(self, device_id: str) -> list[tuple[Key, Asked]]:
        """Give up what a device was asked. What that was."""
        return self._take([key for key in self._open if key[0] == device_id])

    def of_asker(self, asker: Connection) -> list[tuple[Key, Asked]]:
        """Give up what a socket asked. What that was."""
        return self._take([key for key, asked in self._open.items() if asked.asker is asker])

    def _take(self, keys: list[Key]) -> list[tuple[Key, Asked]]:
        return [(key, self._open.pop(key)) for key in keys]

    def _too_old(self) -> Iterator[Key]:
        surplus, oldest = len(self._open) - MOST, clock.monotonic() - self._patience
        for number, (key, asked) in enumerate(self._open.items()):
            if number >= surplus and asked.at >= oldest:
                return
            yield key


def may_act(connection: Connection, client_id: int) -> bool:
    """Is this dashboard open still, and may its person act for the client?"""
    return connection.principal.is_technician and IT.may_hear(connection, client_id)
