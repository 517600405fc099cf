"""A client's installers, and what somebody sees who was sent a link to one."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.features.clients import queries as clients
from connectassist.features.installers import service
from connectassist.http.guard import ADMIN, ANYONE, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/clients/<int:client_id>/installers")
@who_may(ADMIN)
def installers(client_id: int) -> ResponseReturnValue:
    """Show a client's installers and make new ones."""
    return render_template("installers.html", client=clients.one(current_principal(), client_id))


@blueprint.get("/install/<token>")
@who_may(ANYONE)
def install(token: str) -> ResponseReturnValue:
    """Show what an installer's link leads to, before anything is downloaded."""
    return render_template("install.html", **service.offer(token, by=current_principal()))
