"""What hangs on a ticket: comments, files, history; and how soon tickets are to be answered."""

from __future__ import annotations

from flask import Response

from connectassist.core.errors import (
    BadRequest,
    ClientNotFound,
    DiskFull,
    FileExpired,
    FileUnknown,
    Forbidden,
    NotYourTicket,
    QuotaExceeded,
    RangeNotSatisfiable,
    RateLimited,
    TicketNotFound,
    TooLarge,
    ValidationFailed,
)
from connectassist.features.tickets import arriving, attaching, queries, service, targets
from connectassist.features.tickets.bodies import Lines, NewComment, Targets, WhoseTargets
from connectassist.features.tickets.rows import file_row, history_rows
from connectassist.features.tickets.shapes import (
    AttachmentView,
    CommentedView,
    DoneView,
    HistoryView,
    TargetsView,
)
from connectassist.http.context import settings
from connectassist.http.guard import ADMIN, SIGNED_IN, STAFF, current_principal, who_may
from connectassist.http.openapi import FILE, TEXT, Blueprint
from connectassist.http.uploads import multipart

bp = Blueprint("ticket_parts", __name__, url_prefix="/api/tickets",
               description="Comments, files and history of tickets, and how soon they are answered.")
_ONE = "/<int:ticket_id>"


@bp.post(f"{_ONE}/comments")
@who_may(SIGNED_IN)
@bp.arguments(NewComment)
@bp.raises(ValidationFailed, Forbidden, TicketNotFound, NotYourTicket, RateLimited)
@bp.response(201)
@bp.shows(CommentedView, status=201)
def add_comment(body: dict, ticket_id: int) -> dict:
    """Comment on a ticket: technicians, and the customer who made it. An internal comment is for staff's eyes; with
    `waiting_for_customer` the clocks stand still until the customer answers."""
    return {"success": True, "id": service.comment(ticket_id, by=arriving.writer(current_principal()), **body).id}


@bp.get(f"{_ONE}/history")
@who_may(SIGNED_IN)
@bp.arguments(Lines, location="query")
@bp.raises(ValidationFailed, TicketNotFound, NotYourTicket)
@bp.response(200)
@bp.shows(HistoryView(many=True))
def history(query: dict, ticket_id: int) -> list:
    """What became of a ticket, newest first; `before` goes on from a line. Customers don't see what is internal."""
    by = current_principal()
    return history_rows(queries.history(by, ticket_id, **query), by=by)


@bp.get(f"{_ONE}/attachments")
@who_may(SIGNED_IN)
@bp.raises(TicketNotFound, NotYourTicket)
@bp.response(200)
@bp.shows(AttachmentView(many=True))
def files(ticket_id: int) -> list:
    """The files at a ticket, oldest first; customers don't see the internal ones."""
    by = current_principal()
    return [file_row(each) for each in queries.files(queries.visible_to(by, ticket_id).id, by=by)]


@bp.post(f"{_ONE}/attachments")
@who_may(SIGNED_IN)
@bp.takes("multipart/form-data", file=FILE, is_internal=TEXT)
@bp.raises(ValidationFailed, BadRequest, Forbidden, TicketNotFound, NotYourTicket, TooLarge, QuotaExceeded,
           RateLimited, DiskFull)
@bp.response(201)
@bp.shows(AttachmentView, status=201)
def attach(ticket_id: int) -> dict:
    """Hang a file on a ticket (multipart: `file`, and `is_internal` where customers shall not see it)."""
    by = arriving.writer(current_principal())
    queries.visible_to(by, ticket_id)
    return file_row(attaching.attach_form(ticket_id, by=by, **multipart(largest_mb=settings().ticket_file_mb)))


@bp.get(f"{_ONE}/attachments/<file_id>")
@who_may(SIGNED_IN)
@bp.raises(TicketNotFound, NotYourTicket, FileUnknown, FileExpired, RangeNotSatisfiable)
@bp.response(200, FILE, content_type="*/*")
def download(ticket_id: int, file_id: str) -> Response:
    """Fetch a file of a ticket."""
    return attaching.handed_out(queries.file(current_principal(), ticket_id, file_id))


@bp.delete(f"{_ONE}/attachments/<file_id>")
@who_may(SIGNED_IN)
@bp.raises(TicketNotFound, NotYourTicket, FileUnknown, Forbidden)
@bp.response(200)
@bp.shows(DoneView)
def detach(ticket_id: int, file_id: str) -> dict:
    """Take a file off a ticket for good: who brought it, or an administrator."""
    attaching.detach(ticket_id, file_id, by=arriving.writer(current_principal()))
    return {"success": True}


@bp.get("/targets")
@who_may(STAFF)
@bp.arguments(WhoseTargets, location="query")
@bp.raises(ValidationFailed, ClientNotFound)
@bp.response(200)
@bp.shows(TargetsView)
def targets_in_force(query: dict) -> dict:
    """How soon tickets are answered and solved, in minutes by priority: everybody's, or a client's."""
    return targets.shown(current_principal(), query["client_id"])


@bp.put("/targets")
@who_may(ADMIN)
@bp.arguments(WhoseTargets, location="query")
@bp.arguments(Targets)
@bp.raises(ValidationFailed, ClientNotFound)
@bp.response(200)
@bp.shows(TargetsView)
def set_targets(query: dict, body: dict) -> dict:
    """Set them, for everybody or for a client; a priority that is left out is as it comes from above."""
    targets.put(body, client_id=query["client_id"], by=current_principal())
    return targets.shown(current_principal(), query["client_id"])
