"""Devices on the socket: online while one is open."""

from __future__ import annotations

from connectassist.features.devices import service
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY


def came(connection: Connection) -> None:
    """A socket opened: place it, and mark its device online."""
    GATEWAY.greet(connection)
    if connection.principal.device_id:
        connection.device_id = connection.principal.device_id
        service.arrived(connection.device_id, address=connection.principal.address, socket_id=connection.socket_id,
                        line=connection.line)


def went(connection: Connection) -> None:
    """A socket closed: its device may be offline now."""
    if connection.device_id:
        service.departed(connection.device_id, socket_id=connection.socket_id)


GATEWAY.on_connect.append(came)
GATEWAY.on_disconnect.append(went)
