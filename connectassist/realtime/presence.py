"""Which devices are online: those with a socket open. In memory, so that no ping writes a row."""

from __future__ import annotations

from collections import defaultdict


class Presence:
    """Counts the sockets of each device."""

    def __init__(self) -> None:
        self._sockets: dict[str, set[str]] = defaultdict(set)

    def arrive(self, device_id: str, socket_id: str) -> bool:
        """Note a socket. True when the device was offline before."""
        sockets = self._sockets[device_id]
        sockets.add(socket_id)
        return len(sockets) == 1

    def depart(self, device_id: str, socket_id: str) -> bool:
        """Forget a socket. True when it was the device's last."""
        sockets = self._sockets.get(device_id)
        if sockets is None or socket_id not in sockets:
            return False
        sockets.discard(socket_id)
        if not sockets:
            del self._sockets[device_id]
        return not sockets

    def is_online(self, device_id: str | None) -> bool:
        return device_id in self._sockets

    def online(self) -> list[str]:
        """The ids of all devices that are online."""
        return list(self._sockets)


presence = Presence()
