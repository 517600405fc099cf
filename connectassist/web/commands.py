"""Commands: what is queued for devices, and what came of it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.features.clients import queries as clients
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/commands")
@who_may(STAFF)
def commands() -> ResponseReturnValue:
    """Show the commands in the caller's scope, those that were given up among them."""
    return render_template("commands.html", clients=clients.visible_to(current_principal()))
