"""Staff on `/it`, contract 000's namespace for their dashboard: what they may see, and which devices they watch."""

from __future__ import annotations

from typing import Any

from connectassist.features.devices import service as devices
from connectassist.features.watching import service
from connectassist.realtime import rescoping
from connectassist.realtime.connections import Connection
from connectassist.realtime.everywhere import everywhere
from connectassist.realtime.namespaces import IT, STAFF


def came(connection: Connection) -> None:
    """A dashboard opened: it hears of the clients in its scope."""
    scope = connection.principal.client_ids
    IT.enter(connection, ["staff-all"] if scope is None else [f"staff-{client_id}" for client_id in scope])


@IT.on("watch_device", speaks=STAFF, fields={"deviceId": str})
def watch(data: dict[str, Any], connection: Connection) -> None:
    """Show a device: its row, chat, notes and fields, and who watches it."""
    service.watch(connection, data["deviceId"])


@IT.on("unwatch_device", speaks=STAFF, fields={"deviceId": str})
def unwatch(data: dict[str, Any], connection: Connection) -> None:
    """Show it no more."""
    service.unwatch(connection, data["deviceId"])


def rescoped(connection: Connection) -> None:
    """Somebody may see other clients than before."""
    if connection.path in IT.paths:
        service.unwatch_out_of_scope(connection)


IT.on_connect.append(came)
IT.on_disconnect.append(service.unwatch_all)
rescoping.on_rescoped.append(rescoped)
devices.on_moved.append(everywhere(service.look_again, keep=True))
