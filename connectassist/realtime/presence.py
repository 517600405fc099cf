"""Which devices are online: those with a socket that answers. In memory, so that no ping writes a row.

A socket whose client owes an answer counts as silent long before it is given up (line.py): its device is shown
offline within seconds, and online again with the next answer, while the socket and all that hangs on it stay.

A device that takes commands only (contract 003's heartbeats and line) is online too, and has no helper: nobody there
could be asked for the screen.

Every process of a site knows the devices of all. Whose own socket changed something tells the people, the others take
note in silence (once.py says how what goes wrong between them is mended).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from connectassist.realtime.bus import BUS, Bus
from connectassist.realtime.leading import is_leader
from connectassist.realtime.once import Once
from connectassist.realtime.shared import Shared

#: What is known of a device that is online.
ONLINE, HELPED = 1, 2


class Attended(Protocol):
    """The connection below a socket: it is pinged often for the sake of its `devices`."""

    devices: set[str]
    is_silent: bool


class Presence:
    """Knows the sockets of each device. `on_change` hooks hear the id of each device that came or went, or whose helper
    did, in one process of the site; they must not wait for anything."""

    def __init__(self, *, bus: Bus = BUS, leads: Callable[[], bool] = is_leader) -> None:
        self._sockets: dict[str, dict[str, Attended | None]] = {}
        self._without_helper: set[tuple[str, str]] = set()
        self._online: dict[str, int] = {}
        self._devices = Shared("devices", bus=bus)
        self._once = Once(self._tell, elsewhere=self._devices.elsewhere, bus=bus, leads=leads)
        self.on_change: list[Callable[[str], None]] = []
        self.changes = 0
        self._bus = bus
        self._told_alone: set[str] = set()
        self._came_back: set[str] = set()
        self._devices.on_heard.append(self._hear)
        bus.on_change.append(self._tell_again)
        bus.on_missed.append(self._note_return)

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
        """At our own sockets of a device."""
        if not self._devices.put(device_id, self._here(device_id)):
            return
        if self._settle(device_id):
            self._tell(device_id)
        else:
            self._once.look_again(device_id)

    def _here(self, device_id: str) -> int | None:
        answering = [name for name, line in self._sockets.get(device_id, {}).items()
                     if line is None or not line.is_silent]
        is_helped = any((device_id, name) not in self._without_helper for name in answering)
        return (HELPED if is_helped else ONLINE) if answering else None

    def _settle(self, device_id: str) -> bool:
        """How the device is for the whole site. Says whether that changed."""
        known = [self._devices.mine.get(device_id, 0), *self._devices.elsewhere(device_id).values()]
        if max(known) == self._online.get(device_id, 0):
            return False
        if any(known):
            self._online[device_id] = max(known)
        else:
            del self._online[device_id]
        self.changes += 1
        return True

    def _hear(self, process: str, entries: dict[str, Any]) -> None:
        """Another process' devices came or went; or it did itself, with all of them."""
        changed = [device_id for device_id in entries if self._settle(device_id)]
        if process in self._came_back and not self._devices.hears_all_of(process):
            self._came_back.remove(process)
        if process not in self._devices.theirs or process in self._came_back:
            self._once.nobody_told(changed)

    def _note_return(self, process: str) -> None:
        """Another process was cut off. If it was taken for gone, its devices were told to be offline."""
        if process not in self._devices.theirs:
            self._came_back.add(process)

    def _tell(self, device_id: str) -> None:
        if self._bus.is_partial:
            self._told_alone.add(device_id)
        for hook in self.on_change:
            hook(device_id)

    def _tell_again(self, is_cut: bool) -> None:
        """What was told while the others could not hear it."""
        if not is_cut and self._told_alone:
            told, self._told_alone = self._told_alone, set()
            self._once.tell_again(told)

    def is_online(self, device_id: str | None) -> bool:
        return device_id in self._online

    def has_helper(self, device_id: str) -> bool:
        """Does a program answer there that shows the screen and asks its user, rather than one that takes commands?"""
        return self._online.get(device_id) == HELPED

    def online(self) -> list[str]:
        """The ids of all devices that are online."""
        return list(self._online)

    def online_here(self) -> list[str]:
        """The ids of those that are by a socket of this process."""
        return list(self._devices.mine)

    def clear(self) -> None:
        """Forget everyone, without a word."""
        self._sockets.clear()
        self._online.clear()
        self._without_helper.clear()
        self._devices.clear()
        self.changes += 1


presence = Presence()
