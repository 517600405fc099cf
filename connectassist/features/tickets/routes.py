"""/api/tickets: one resource for contracts 000 and 004. What hangs on a ticket is in part_routes.py."""

from __future__ import annotations

from flask import Response, request

from connectassist.core.errors import (
    CaseNotFound,
    Conflict,
    DeviceNotFound,
    Forbidden,
    NotFound,
    NotYourTicket,
    RateLimited,
    SessionNotFound,
    TicketNotFound,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.tickets import arriving, exporting, queries, service
from connectassist.features.tickets.bodies import (
    LARGEST_PAGE,
    Edited,
    ManualTicket,
    NewTicket,
    TicketFilter,
    Triage,
    Wanted,
)
from connectassist.features.tickets.rows import summary_row, ticket_row, ticket_rows, ticket_view
from connectassist.features.tickets.shapes import (
    DeletedView,
    DoneView,
    PageView,
    SummaryView,
    TicketView,
    WholeTicketView,
)
from connectassist.http import limits, versions
from connectassist.http.guard import (
    ADMIN,
    ANYONE,
    SIGNED_IN,
    STAFF,
    TECHNICIAN,
    current_principal,
    speaks_pocket,
    who_may,
)
from connectassist.http.limits import limited
from connectassist.http.openapi import TEXT, Blueprint

bp = Blueprint("tickets", __name__, url_prefix="/api", description="What somebody needs help with.")
_ALL, _ONE = "/tickets", "/tickets/<int:ticket_id>"
USUAL_PAGE = 100


@bp.get(_ALL)
@who_may(SIGNED_IN)
@bp.arguments(TicketFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(TicketView(many=True))
def listing(query: dict) -> list:
    """List tickets, newest first: staff those of their clients, a customer those that they made. A state or priority
    that there isn't finds nothing. Of `search`, every word must stand in the ticket or its public comments."""
    by, usual = current_principal(), LARGEST_PAGE if speaks_pocket() else USUAL_PAGE
    return ticket_rows(queries.page(by, **{"limit": usual, **query}), by=by)


@bp.get(f"{_ALL}/page")
@who_may(SIGNED_IN)
@bp.arguments(TicketFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(PageView)
def page(query: dict) -> dict:
    """The same as a page that knows how many there are in all."""
    by, told = current_principal(), {"limit": USUAL_PAGE, **query}
    wanted = {name: value for name, value in query.items() if name not in ("limit", "skip", "sort")}
    return {"tickets": ticket_rows(queries.page(by, **told), by=by), "total": queries.count(by, **wanted),
            "skip": told["skip"], "limit": told["limit"]}


@bp.get(f"{_ALL}/export.csv")
@who_may(SIGNED_IN)
@bp.arguments(Wanted, location="query")
@bp.raises(ValidationFailed)
@bp.response(200, TEXT, content_type="text/csv")
def export(query: dict) -> Response:
    """The same tickets as a CSV file, newest first, 100,000 at most."""
    return exporting.answer(queries.exported(current_principal(), **query))


@bp.get(f"{_ALL}/analytics/summary")
@who_may(STAFF)
@bp.response(200)
@bp.shows(SummaryView)
def summary() -> dict:
    """Count the tickets in scope by state, priority and category, and say how long solving one took on average."""
    return summary_row(*queries.summary(current_principal()))


@bp.get("/analytics/tickets")
@who_may(SIGNED_IN)
@bp.response(200)
@bp.shows(SummaryView)
def analytics() -> dict:
    """The same for contract 004's client, which asks for everybody, customers too: theirs are their own."""
    return summary_row(*queries.summary(current_principal()))


@bp.get(_ONE)
@who_may(SIGNED_IN)
@bp.raises(TicketNotFound, NotYourTicket)
@bp.response(200)
@bp.shows(WholeTicketView)
def get(ticket_id: int) -> dict:
    """One ticket with its comments and files, oldest first; customers don't see the internal ones."""
    by = current_principal()
    return ticket_view(queries.visible_to(by, ticket_id), by=by)


@bp.post(_ALL)
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(NewTicket)
@bp.raises(ValidationFailed, Unauthorized, Forbidden, DeviceNotFound, NotFound, RateLimited)
@bp.response(201)
@bp.shows(TicketView, status=201)
def create(body: dict) -> dict:
    """Open a ticket. A device shows its secret and names itself, and an unknown priority of its counts as medium; who
    signed in describes the trouble or names the device. Category and priority are guessed where people give none."""
    by = current_principal()
    return ticket_row(arriving.ticket(body, by=by), by=by)


@bp.post(f"{_ALL}/manual")
@who_may(TECHNICIAN)
@bp.arguments(ManualTicket)
@bp.raises(ValidationFailed, DeviceNotFound)
@bp.response(201)
@bp.shows(TicketView, status=201)
def create_by_hand(body: dict) -> dict:
    """Open a ticket about a device for somebody who called: the form of contract 000's dashboard."""
    by = current_principal()
    return ticket_row(service.open_for_device(body.pop("device_id"), by=by, **body), by=by)


@bp.patch(_ONE)
@who_may(TECHNICIAN)
@bp.arguments(Triage)
@bp.raises(ValidationFailed, TicketNotFound, Conflict)
@bp.response(200)
@bp.shows(DoneView)
def triage(body: dict, ticket_id: int) -> dict:
    """Set status, priority or who works on it (contract 000)."""
    service.change(ticket_id, by=current_principal(), **versions.seen(body, request.headers))
    return {"success": True}


@bp.put(_ONE)
@who_may(SIGNED_IN)
@bp.arguments(Edited)
@bp.raises(ValidationFailed, Forbidden, TicketNotFound, NotYourTicket, DeviceNotFound, SessionNotFound, CaseNotFound,
           Conflict)
@bp.response(200)
@bp.shows(TicketView)
def edit(body: dict, ticket_id: int) -> dict:
    """Change any part of a ticket (contract 004); what is left out stays. A customer puts right what they wrote, and
    withdraws, closes or reopens it. With `version`, or an `If-Match` header, whoever saw an older one is told (409)."""
    by, told = arriving.writer(current_principal()), versions.seen(body, request.headers)
    return ticket_row(service.change(ticket_id, by=by, **arriving.edited(told, ticket_id, by=by)), by=by)


@bp.post(f"{_ONE}/take")
@who_may(TECHNICIAN)
@bp.raises(TicketNotFound, ValidationFailed, Conflict)
@bp.response(200)
@bp.shows(TicketView)
def take(ticket_id: int) -> dict:
    """Take a ticket for oneself; one that is open is in progress from then on. With an `If-Match` header, whoever saw
    an older version is told (409)."""
    by = current_principal()
    return ticket_row(service.take(ticket_id, by=by, **versions.seen({}, request.headers)), by=by)


@bp.post(f"{_ONE}/confirm-guess")
@who_may(TECHNICIAN)
@bp.raises(TicketNotFound, ValidationFailed, Conflict)
@bp.response(200)
@bp.shows(WholeTicketView)
def confirm_guess(ticket_id: int) -> dict:
    """Say that the guessed category is right; the next training learns from it. With an `If-Match` header, whoever saw
    an older version is told (409)."""
    by = current_principal()
    seen = versions.seen({}, request.headers)
    return ticket_view(service.confirm_guess(ticket_id, by=by, **seen), by=by)


@bp.delete(_ONE)
@who_may(ADMIN)
@bp.raises(TicketNotFound)
@bp.response(200)
@bp.shows(DeletedView)
def delete(ticket_id: int) -> dict:
    """Delete a ticket for good, with its comments and files."""
    service.delete(ticket_id, by=current_principal())
    return {"success": True, "message": "Ticket deleted successfully"}
