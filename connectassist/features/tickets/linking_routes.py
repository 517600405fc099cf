"""How a ticket leads to a session and a case, and how one gets back from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import fields, validate

from connectassist.core.errors import (
    CaseNotFound,
    Conflict,
    SessionNotFound,
    TicketNotFound,
    Unavailable,
    ValidationFailed,
)
from connectassist.features.cases import queries as cases
from connectassist.features.sessions import queries as sessions
from connectassist.features.tickets import linked, linking, words
from connectassist.features.tickets.linked import CASE, SESSION
from connectassist.features.tickets.rows import ticket_row
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.tickets.models import Ticket

bp = Blueprint("ticket_links", __name__, url_prefix="/api",
               description="Sessions and cases that come of a ticket, and the way back.")
_OF_TICKET, _OF_SESSION = "/tickets/<int:ticket_id>", "/sessions/<session_id>/ticket"
_OF_CASE = "/cases/<case_id>/ticket"


class SessionWish(Body):
    session_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 16))


class TicketWish(Body):
    title = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, words.LONGEST_TITLE))
    description = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, words.LONGEST_TEXT))
    priority = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(words.PRIORITIES))


@bp.get(f"{_OF_TICKET}/links")
@who_may(STAFF)
@bp.raises(TicketNotFound)
@bp.response(200)
def links(ticket_id: int) -> dict:
    """A ticket's sessions with their state, the support codes that wait for its customer, and its cases."""
    return {"success": True, **linked.view(ticket_id, by=current_principal())}


@bp.post(f"{_OF_TICKET}/sessions")
@who_may(TECHNICIAN)
@bp.arguments(SessionWish)
@bp.raises(ValidationFailed, TicketNotFound, SessionNotFound, Conflict, Unavailable)
@bp.response(201)
def open_session(body: dict, ticket_id: int) -> dict:
    """Open a session for a ticket: on its device, or by a support code to read out. With `session_id`, a session that
    there is becomes the ticket's. The customer is asked as ever."""
    by, given = current_principal(), body["session_id"]
    way = linking.join(ticket_id, given, by=by) if given else linking.open_session(ticket_id, by=by)
    return {"success": True, "ticket_id": ticket_id, **way}


@bp.post(f"{_OF_TICKET}/cases")
@who_may(TECHNICIAN)
@bp.arguments(SessionWish)
@bp.raises(ValidationFailed, TicketNotFound, SessionNotFound, Conflict)
@bp.response(201)
def write_case(body: dict, ticket_id: int) -> dict:
    """Begin the case of the ticket's newest session with what the ticket says, or find the one there is."""
    case_id = linking.write_case(ticket_id, by=current_principal(), session_id=body["session_id"])
    return {"success": True, "ticket_id": ticket_id, "case_id": case_id, "case_url": f"/cases/{case_id}"}


@bp.get(_OF_SESSION)
@who_may(STAFF)
@bp.raises(SessionNotFound)
@bp.response(200)
def of_session(session_id: str) -> dict:
    """The ticket of a session, or null."""
    by = current_principal()
    return _shown(linked.ticket_of(SESSION, sessions.visible_to(by, session_id).session_id, by=by), by=by)


@bp.post(_OF_SESSION)
@who_may(TECHNICIAN)
@bp.arguments(TicketWish)
@bp.raises(ValidationFailed, SessionNotFound, TicketNotFound, Conflict)
@bp.response(201)
def from_session(body: dict, session_id: str) -> dict:
    """Open a ticket about a session, or find the one there is."""
    by = current_principal()
    ticket, is_new = linking.open_from_session(session_id, by=by, **body)
    return _shown(ticket, by=by) | {"created": is_new}


@bp.get(_OF_CASE)
@who_may(STAFF)
@bp.raises(CaseNotFound)
@bp.response(200)
def of_case(case_id: str) -> dict:
    """The ticket of a case, or null."""
    by = current_principal()
    return _shown(linked.ticket_of(CASE, cases.visible_to(by, case_id).id, by=by), by=by)


@bp.post(_OF_CASE)
@who_may(TECHNICIAN)
@bp.arguments(TicketWish)
@bp.raises(ValidationFailed, CaseNotFound, SessionNotFound, TicketNotFound, Conflict)
@bp.response(201)
def from_case(body: dict, case_id: str) -> dict:
    """Open a ticket about a case, or find the one there is."""
    by = current_principal()
    ticket, is_new = linking.open_from_case(case_id, by=by, **body)
    return _shown(ticket, by=by) | {"created": is_new}


def _shown(ticket: Ticket | None, *, by: Principal) -> dict[str, Any]:
    return {"success": True, "ticket": ticket_row(ticket, by=by) if ticket else None}
