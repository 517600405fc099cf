"""Devices: who is online, and a way to connect."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/devices")
@who_may(STAFF)
def devices() -> ResponseReturnValue:
    """Show the devices in the caller's scope."""
    return render_template("devices.html")
