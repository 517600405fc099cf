"""Devices: who is online, and a way to connect."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/devices")
@who_may(STAFF)
def devices() -> ResponseReturnValue:
    """Show the devices in the caller's scope."""
    return render_template("devices.html", clients=clients.visible_to(current_principal()))


@blueprint.get("/devices/<device_id>")
@who_may(STAFF)
def device(device_id: str) -> ResponseReturnValue:
    """Show one device: health, tools, repairs, chat, tickets. Raises DeviceNotFound, also for one out of scope."""
    found = queries.visible_to(current_principal(), device_id)
    return render_template("device.html", device_id=found.device_id, client=clients.name_of(found.client_id),
                           name=found.machine_name or found.hostname or found.display_name or found.device_id)
