"""Clients: the companies whose devices are looked after, and who looks after them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.features.clients import queries
from connectassist.http.guard import ADMIN, STAFF, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/clients")
@who_may(STAFF)
def clients() -> ResponseReturnValue:
    """Show the clients in the caller's scope."""
    return render_template("clients.html")


@blueprint.get("/clients/<int:client_id>")
@who_may(STAFF)
def client(client_id: int) -> ResponseReturnValue:
    """Show one client, to change it for administrators."""
    return render_template("client.html", client=queries.in_scope(current_principal(), client_id))


@blueprint.get("/staff")
@who_may(ADMIN)
def staff() -> ResponseReturnValue:
    """Show who works here, to make accounts and change them."""
    return render_template("staff.html")
