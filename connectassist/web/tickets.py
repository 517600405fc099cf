"""Tickets: the list that staff work through, and the page of one."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.features.clients import queries as clients
from connectassist.features.staff import queries as staff
from connectassist.features.tickets import queries
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/tickets")
@who_may(STAFF)
def tickets() -> ResponseReturnValue:
    """Show the tickets in the caller's scope."""
    me = current_principal()
    return render_template("tickets.html", clients=clients.visible_to(me), people=staff.able_to_take(me))


@blueprint.get("/tickets/<int:ticket_id>")
@who_may(STAFF)
def ticket(ticket_id: int) -> ResponseReturnValue:
    """Show one ticket: its state, its clocks, what was said. Raises TicketNotFound, also for one out of scope."""
    me = current_principal()
    found = queries.visible_to(me, ticket_id)
    return render_template("ticket.html", ticket=found, client=clients.name_of(found.client_id),
                           people=staff.able_to_take(me, found.client_id))
