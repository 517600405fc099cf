"""A customer's own tickets: what they asked for, and what became of it."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from connectassist.features.tickets import queries
from connectassist.http.guard import CUSTOMER, SIGNED_IN, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/my/tickets")
@who_may(SIGNED_IN)
def my_tickets() -> ResponseReturnValue:
    """Show the customer's tickets; whoever is none, or belongs to no client yet, is led to their first page."""
    return render_template("my/tickets.html") if current_principal().is_customer else redirect("/my")


@blueprint.get("/my/tickets/<int:ticket_id>")
@who_may(CUSTOMER)
def my_ticket(ticket_id: int) -> ResponseReturnValue:
    """Show one of them, with what was said. Raises TicketNotFound, also for somebody else's."""
    found = queries.visible_to(current_principal(), ticket_id)
    return render_template("my/ticket.html", ticket_id=found.id, title=found.title)
