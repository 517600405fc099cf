"""Tools over sockets: technicians ask on `/it`, devices answer on `/agent`."""

from __future__ import annotations

from typing import Any

from connectassist.features.devices import service as devices
from connectassist.features.tools import service
from connectassist.realtime.connections import Connection
from connectassist.realtime.everywhere import everywhere
from connectassist.realtime.namespaces import AGENT, DEVICE, IT, TECHNICIAN

REQUESTED = IT.events.sends("system_tool_requested", to="the sender", fields="deviceId requestId tool",
                            doc="The device was asked.")


@IT.on("system_tool_request", speaks=TECHNICIAN, fields={"deviceId": str, "requestId": str, "tool": str})
def ask(data: dict[str, Any], connection: Connection) -> dict[str, Any]:
    """Use a tool on a device: process_list, process_kill, service_list, service_action, event_log_query."""
    asked = service.request(connection, data)
    IT.to_socket(connection, REQUESTED, asked)
    return asked


@AGENT.on("system_tool_result", speaks=DEVICE)
def told(data: dict[str, Any], connection: Connection) -> None:
    """What a tool found: `requestId`, `success`, `data`, `error`."""
    service.receive(connection.device_id or "", data)


def agent_went(connection: Connection) -> None:
    """A device's socket closed."""
    service.device_went(connection.device_id or "")


def staff_went(connection: Connection) -> None:
    """A dashboard closed."""
    service.asker_went(connection)


AGENT.on_disconnect.append(agent_went)
IT.on_disconnect.append(staff_went)
devices.on_moved.append(everywhere(service.moved, keep=True))
