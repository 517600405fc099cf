"""Which devices are online: those with a socket that answers. In memory, so that no ping writes a row.

A socket whose client owes an answer counts as silent long before it is given up (line.py): its device is shown
offline within seconds, and online again with the next answer, while the socket and all that hangs on it stay.

A device that takes commands only (contract 003's heartbeats and line) is online too, and has no helper: nobody there
could be asked for the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Attended(Protocol):
    """The connection below a socket: it is pinged often for the sake of its `devices`."""

    devices: set[str]
    is_silent: bool


class Presence:
    """Knows the sockets of each device. `on_change` hooks hear the id of each device that came or went, or whose helper
    did; they must not wait for anything."""

    def __init__(self) -> None:
        self._sockets: dict[str, dict[str, Attended | None]] = {}
        self._online: set[str] = set()
        self._without_helper: set[tuple[str, str]] = set()
        self._helped: set[str] = set()
        self.on_change: list[Callable[[str], None]] = []
        self.changes = 0

    def arrive(self, device_id: str, socket_id: str, *, line: Attended | None = None, is_helper: bool = True) -> None:
        """Note a socket, and the connection below it."""
        self._sockets.setdefault(device_id, {})[socket_id] = line
        if not is_helper:
            self._without_helper.add((device_id, socket_id))
        if line is not None:
            line.devices.add(device_id)
        self._look(device_id)

    def depart(self, device_id: str, socket_id: str) -> None:
        """Forget a socket."""
        sockets = self._sockets.get(device_id, {})
        line = sockets.pop(socket_id, None)
        self._without_helper.discard((device_id, socket_id))
        if line is not None and line not in sockets.values():
            line.devices.discard(device_id)
        if not sockets:
            self._sockets.pop(device_id, None)
        self._look(device_id)

    def heard(self, line: Attended) -> None:
        """A connection fell silent, or answers again."""
        for device_id in line.devices:
            self._look(device_id)

    def _look(self, device_id: str) -> None:
        sockets = self._sockets.get(device_id, {})
        answering = [name for name, line in sockets.items() if line is None or not line.is_silent]
        is_helped = any((device_id, name) not in self._without_helper for name in answering)
        if bool(answering) == (device_id in self._online) and is_helped == (device_id in self._helped):
            return
        (self._online.add if answering else self._online.discard)(device_id)
        (self._helped.add if is_helped else self._helped.discard)(device_id)
        self.changes += 1
        for hook in self.on_change:
            hook(device_id)

    def is_online(self, device_id: str | None) -> bool:
        return device_id in self._online

    def has_helper(self, device_id: str) -> bool:
        """Does a program answer there that shows the screen and asks its user, rather than one that takes commands?"""
        return device_id in self._helped

    def online(self) -> list[str]:
        """The ids of all devices that are online."""
        return list(self._online)

    def clear(self) -> None:
        """Forget everyone, without a word."""
        self._sockets.clear()
        self._online.clear()
        self._without_helper.clear()
        self._helped.clear()
        self.changes += 1


presence = Presence()
