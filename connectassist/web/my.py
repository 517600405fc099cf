"""A customer's own pages: their devices, what was done on them, and what waits for their approval."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from connectassist.features.device_sessions import queries as device_sessions
from connectassist.features.devices import queries as devices
from connectassist.http.guard import CUSTOMER, SIGNED_IN, current_principal, who_may
from connectassist.http.next_page import HOME
from connectassist.web.frame import blueprint


@blueprint.get("/my")
@who_may(SIGNED_IN)
def my_home() -> ResponseReturnValue:
    """Lead whoever is signed in to their first page; a customer whom no client has claimed is told what to do."""
    me = current_principal()
    if me.is_customer:
        return redirect("/my/devices")
    return redirect(HOME) if me.is_staff else render_template("my/unassigned.html")


@blueprint.get("/my/devices")
@who_may(CUSTOMER)
def my_devices() -> ResponseReturnValue:
    """Show the customer's devices."""
    return render_template("my/devices.html")


@blueprint.get("/my/devices/<device_id>")
@who_may(CUSTOMER)
def my_device(device_id: str) -> ResponseReturnValue:
    """Show one of them: how it is, and what is done on it. Raises DeviceNotFound, also for another client's."""
    found = devices.visible_to(current_principal(), device_id)
    return render_template("my/device.html", device_id=found.device_id,
                           name=found.machine_name or found.hostname or found.display_name or found.device_id)


@blueprint.get("/my/add-device")
@who_may(CUSTOMER)
def my_new_device() -> ResponseReturnValue:
    """Announce a device and show its activation code."""
    return render_template("my/add_device.html")


@blueprint.get("/my/sessions")
@who_may(CUSTOMER)
def my_sessions() -> ResponseReturnValue:
    """Show when devices of the customer's were examined and repaired."""
    return render_template("my/sessions.html")


@blueprint.get("/my/sessions/<session_id>")
@who_may(CUSTOMER)
def my_session(session_id: str) -> ResponseReturnValue:
    """Show what was done in one of these sessions. Raises SessionNotFound, also for another client's."""
    found = device_sessions.visible_to(current_principal(), session_id)
    return render_template("my/session.html", session_id=found.session_id)
