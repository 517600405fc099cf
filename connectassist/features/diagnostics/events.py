"""Diagnostics over sockets: staff ask on `/it`, devices tell on `/agent`."""

from __future__ import annotations

from typing import Any

from connectassist.features.diagnostics import service
from connectassist.features.diagnostics.checks import ALL
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, DEVICE, IT, TECHNICIAN

REQUESTED = IT.events.sends("diagnostic_requested", to="the sender", fields="deviceId checkType requestId",
                            doc="The device was asked to run this check.")


@IT.on("request_diagnostic", speaks=TECHNICIAN, fields={"deviceId": str})
def ask(data: dict[str, Any], connection: Connection) -> dict[str, Any]:
    """Have a device run a check: `checkType`, or all of them."""
    device_id, check_type = data["deviceId"], data.get("checkType") or ALL
    request_id = service.request(device_id, check_type=check_type, by=connection.principal)
    asked = {"deviceId": device_id, "checkType": check_type, "requestId": request_id}
    IT.to_socket(connection, REQUESTED, asked)
    return asked


@AGENT.on("diagnostic_refused", speaks=DEVICE)
def refused(data: dict[str, Any], connection: Connection) -> None:
    """The device does not run a check: `requestId`, `checkType`, and the `message` that says why."""
    service.refused(connection.device_id or "", data)


@AGENT.on("diagnostic_result", speaks=DEVICE)
def told(data: dict[str, Any], connection: Connection) -> None:
    """What a check found: `checkType`, `status` (ok, warning, error), `results`, `label`, `value`, asked for or not."""
    service.receive(connection.device_id or "", data)
