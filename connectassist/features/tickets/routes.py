"""/api/tickets: one resource for contracts 000 and 004."""

from __future__ import annotations

from connectassist.core.errors import (
    DeviceNotFound,
    Forbidden,
    NotFound,
    RateLimited,
    TicketNotFound,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.tickets import arriving, queries, service
from connectassist.features.tickets.bodies import (
    LARGEST_PAGE,
    Edited,
    ManualTicket,
    NewComment,
    NewTicket,
    TicketFilter,
    Triage,
)
from connectassist.features.tickets.rows import ticket_row, ticket_rows, ticket_view
from connectassist.features.tickets.shapes import TicketView, WholeTicketView
from connectassist.http import limits
from connectassist.http.guard import ADMIN, ANYONE, SIGNED_IN, TECHNICIAN, current_principal, speaks_pocket, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint

bp = Blueprint("tickets", __name__, url_prefix="/api/tickets", description="What somebody needs help with.")
_ONE = "/<int:ticket_id>"
USUAL_PAGE = 100


@bp.get("")
@who_may(SIGNED_IN)
@bp.arguments(TicketFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(TicketView(many=True))
def listing(query: dict) -> list:
    """List tickets, newest first: staff those of their clients, a customer those that they made. A state or priority
    that there isn't finds nothing."""
    usual = LARGEST_PAGE if speaks_pocket() else USUAL_PAGE
    return ticket_rows(queries.page(current_principal(), **{"limit": usual, **query}))


@bp.get(_ONE)
@who_may(SIGNED_IN)
@bp.raises(TicketNotFound)
@bp.response(200)
@bp.shows(WholeTicketView)
def get(ticket_id: int) -> dict:
    """One ticket with its comments, oldest first."""
    return ticket_view(queries.visible_to(current_principal(), ticket_id))


@bp.post("")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(NewTicket)
@bp.raises(ValidationFailed, Unauthorized, Forbidden, DeviceNotFound, NotFound, RateLimited)
@bp.response(201)
@bp.shows(TicketView, status=201)
def create(body: dict) -> dict:
    """Open a ticket. A device shows its secret and names itself; who signed in describes the trouble or names the
    device. An unknown priority counts as medium."""
    return ticket_row(arriving.ticket(body, by=current_principal()))


@bp.post("/manual")
@who_may(TECHNICIAN)
@bp.arguments(ManualTicket)
@bp.raises(ValidationFailed, DeviceNotFound)
@bp.response(201)
@bp.shows(TicketView, status=201)
def create_by_hand(body: dict) -> dict:
    """Open a ticket about a device for somebody who called: the form of contract 000's dashboard."""
    return ticket_row(service.open_for_device(body.pop("device_id"), by=current_principal(), **body))


@bp.patch(_ONE)
@who_may(TECHNICIAN)
@bp.arguments(Triage)
@bp.raises(ValidationFailed, TicketNotFound)
@bp.response(200)
def triage(body: dict, ticket_id: int) -> dict:
    """Set status, priority or who works on it (contract 000)."""
    service.change(ticket_id, by=current_principal(), **body)
    return {"success": True}


@bp.put(_ONE)
@who_may(TECHNICIAN)
@bp.arguments(Edited)
@bp.raises(ValidationFailed, TicketNotFound)
@bp.response(200)
@bp.shows(TicketView)
def edit(body: dict, ticket_id: int) -> dict:
    """Change any part of a ticket (contract 004); what is left out stays."""
    return ticket_row(service.change(ticket_id, by=current_principal(), **body))


@bp.delete(_ONE)
@who_may(ADMIN)
@bp.raises(TicketNotFound)
@bp.response(200)
def delete(ticket_id: int) -> dict:
    """Delete a ticket for good."""
    service.delete(ticket_id, by=current_principal())
    return {"success": True, "message": "Ticket deleted successfully"}


@bp.post(f"{_ONE}/comments")
@who_may(SIGNED_IN)
@bp.arguments(NewComment)
@bp.raises(ValidationFailed, Forbidden, TicketNotFound)
@bp.response(201)
def add_comment(body: dict, ticket_id: int) -> dict:
    """Comment on a ticket: technicians, and the customer who made it."""
    return {"success": True, "id": service.comment(ticket_id, by=arriving.writer(current_principal()), **body).id}
