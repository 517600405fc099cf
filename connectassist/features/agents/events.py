"""Devices on `/agent`, contract 000's namespace for them."""

from __future__ import annotations

from connectassist.features.devices import service as devices
from connectassist.realtime import lines
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT


def came(connection: Connection) -> None:
    """A device's agent opened a socket: it is online."""
    assert connection.device_id
    devices.arrived(connection.device_id, address=connection.principal.address, socket_id=connection.socket_id,
                    line=lines.line_of(GATEWAY.socketio.server, connection.socket_id, connection.path))


def went(connection: Connection) -> None:
    """A device's agent is gone: it may be offline now."""
    assert connection.device_id
    devices.departed(connection.device_id, socket_id=connection.socket_id)


AGENT.on_connect.append(came)
AGENT.on_disconnect.append(went)
