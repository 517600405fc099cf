"""A device on `/agent` is told that commands wait for it, so that it need not ask all the time, whichever process holds
its socket. A hint only: whoever misses it looks now and then."""

from __future__ import annotations

from connectassist.features.commands import queries as commands
from connectassist.features.commands import service
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT

WAITING = AGENT.events.sends("commands_waiting", to="the device", fields="count",
                             doc="So many commands wait in the queue: claim them at the device gateway.")
#: Seconds in which what is queued for one device makes one hint.
GATHER = 0.2
_due: set[str] = set()


def came(connection: Connection) -> None:
    """A device's agent opened a socket: it hears of what was queued while it was away."""
    _tell(connection.device_id or "")


def queued(device_id: str) -> None:
    """Something became claimable for a device; it hears so if it has a socket, at once but not for each."""
    if device_id not in _due and AGENT.has_device(device_id):
        _due.add(device_id)
        GATEWAY.socketio.start_background_task(_soon, device_id)


def _soon(device_id: str) -> None:
    GATEWAY.socketio.sleep(GATHER)
    _due.discard(device_id)
    with GATEWAY.database():
        _tell(device_id)


def _tell(device_id: str) -> None:
    count = commands.waiting(device_id)
    if count:
        AGENT.to_device(device_id, WAITING, {"count": count})


AGENT.on_connect.append(came)
service.on_queued.append(queued)
