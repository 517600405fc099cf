"""A customer's own tickets: what they asked for and what came of it, also while they belong to no client."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from connectassist.features.tickets import queries
from connectassist.http.guard import SIGNED_IN, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/my/tickets")
@who_may(SIGNED_IN)
def my_tickets() -> ResponseReturnValue:
    """Show the customer's tickets; staff are led to theirs."""
    me = current_principal()
    return redirect("/tickets") if me.is_staff else render_template("my/tickets.html", has_client=me.is_customer)


@blueprint.get("/my/tickets/<int:ticket_id>")
@who_may(SIGNED_IN)
def my_ticket(ticket_id: int) -> ResponseReturnValue:
    """Show one of them, with what was said; staff are led to their page of it. Raises TicketNotFound, NotYourTicket."""
    me = current_principal()
    if me.is_staff:
        return redirect(f"/tickets/{ticket_id}")
    found = queries.visible_to(me, ticket_id)
    return render_template("my/ticket.html", ticket_id=found.id, title=found.title, has_client=me.is_customer)
