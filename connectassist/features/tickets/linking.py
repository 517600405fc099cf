"""Sessions and cases that are opened from a ticket and come back into it. What sessions and cases do is heard of by
their hooks: they know nothing of tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.core.db import db
from connectassist.core.errors import Conflict, DeviceNotFound
from connectassist.features.cases import queries as case_queries
from connectassist.features.cases import service as cases
from connectassist.features.devices import opening
from connectassist.features.devices import queries as devices
from connectassist.features.packages import service as packages
from connectassist.features.sessions import queries as session_queries
from connectassist.features.sessions import service as sessions
from connectassist.features.support_codes import queries as code_queries
from connectassist.features.support_codes import service as codes
from connectassist.features.tickets import history, linked, outcomes, queries, service, ties, words
from connectassist.features.tickets.linked import CODE, SESSION
from connectassist.features.tickets.models import Ticket
from connectassist.http.context import server_url
from connectassist.identity import people, principal
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session
    from connectassist.features.support_codes.models import SupportCode

CODE_HOURS = 24


def open_session(ticket_id: int, *, by: Principal) -> dict[str, str]:
    """A way to the ticket's customer: the session that is on, else one on the ticket's device, else a support code to
    read out, whose session will be the ticket's. Asked twice it answers the same.
    Raises TicketNotFound, Conflict, Unavailable."""
    ticket = queries.visible_to(by, ticket_id)
    live = session_queries.live_among(linked.names(ticket_id, SESSION))
    for session in session_queries.among(by, list(live)):
        return _way_in(session.session_id)
    try:
        opened = opening.open_session(ticket.device_id, by=by) if ticket.device_id else None
    except DeviceNotFound:  # it was removed: a ticket outlives its device
        opened = None
    if opened is None:
        return _way_by(_code_for(ticket, by=by))
    adopt(ticket, opened, by=by)
    return _way_in(opened.session_id)


def join(ticket_id: int, session_id: str, *, by: Principal) -> dict[str, str]:
    """Make a session that there is the ticket's. Raises TicketNotFound, SessionNotFound, Conflict."""
    _join(queries.visible_to(by, ticket_id), session_queries.visible_to(by, session_id), by=by)
    return _way_in(session_id)


def _join(ticket: Ticket, session: Session, *, by: Principal) -> None:
    """What is said in a client's tickets stays with that client, also where somebody looks after several."""
    if session.client_id != ticket.client_id:
        raise Conflict("The session belongs to another client than the ticket")
    adopt(ticket, session, by=by)


def adopt(ticket: Ticket, session: Session, *, by: Principal) -> None:
    """Put a session, and the case that it has already, to a ticket. Raises Conflict when it is another ticket's."""
    link, is_new = ties.tie(ticket.id, SESSION, session.session_id)
    if link.ticket_id != ticket.id:
        raise Conflict(f"Session {session.session_id} belongs to ticket {link.ticket_id}",
                       detail="Work from there, or end that session first")
    if not is_new:
        return
    before, ticket.session_id = ticket.session_id, session.session_id
    history.note(ticket, "session_opened", by=by, session_id=(before, session.session_id))
    ties.done(ticket, {"session_id": (before, session.session_id)}, by=by)
    if session.ended_at:
        outcomes.session_ended(session.session_id)
    case = case_queries.newest_of_session(session.session_id)
    if case is not None:
        outcomes.case_written(case, by)


def write_case(ticket_id: int, *, by: Principal, session_id: str | None = None) -> str:
    """The id of the case of the ticket's newest session, or of the one named: the one there is, else a new one that
    begins with what the ticket says. Raises TicketNotFound, SessionNotFound, Conflict."""
    ticket = queries.visible_to(by, ticket_id)
    known = linked.names(ticket_id, SESSION)
    wanted = session_id or next(iter(known), None)
    if wanted is None:
        raise Conflict("A case is the record of a session. Open a session from this ticket first")
    session = session_queries.visible_to(by, wanted)
    if wanted not in known:
        _join(ticket, session, by=by)
    written = case_queries.newest_of_session(wanted)
    if written is not None:
        return written.id
    problem = ticket.description or ticket.title
    return cases.create(wanted, by=by, status="open", title=ticket.title[:200],
                        problem_description=f"{problem}\n\nTicket {ticket.id}").id


def open_from_session(session_id: str, *, by: Principal, **told: Any) -> tuple[Ticket, bool]:
    """The ticket of a session, and whether it was made now. Raises SessionNotFound, ValidationFailed, Conflict."""
    session = session_queries.visible_to(by, session_id)
    link = linked.find(SESSION, session_id)
    if link is not None:
        return queries.visible_to(by, link.ticket_id), False
    about = session.customer_name or session.machine_name or f"session {session_id}"
    told["title"] = told.get("title") or f"Remote support for {about}"
    device = devices.by_id(session.device_id) if session.device_id else None
    is_here = device is not None and device.client_id == session.client_id
    where = {"device_id": session.device_id} if is_here else {"client_id": session.client_id}
    ticket = service.open_by_person(by=by, **where, **told)
    try:
        adopt(ticket, session, by=by)
    except Conflict:  # somebody else was quicker
        service.delete(ticket.id, by=by)
        return open_from_session(session_id, by=by)
    return ticket, True


def open_from_case(case_id: str, *, by: Principal, **told: Any) -> tuple[Ticket, bool]:
    """The ticket of a case, and whether it was made now. Raises CaseNotFound, SessionNotFound, ValidationFailed."""
    case = case_queries.visible_to(by, case_id)
    given = {name: value for name, value in told.items() if value}
    return open_from_session(case.session_id, by=by, **{
        "title": case.title, "description": case.problem_description[:words.LONGEST_TEXT] or None, **given})


def _code_for(ticket: Ticket, *, by: Principal) -> SupportCode:
    """The code that was made for this ticket and still stands, else a new one with its package."""
    standing = code_queries.active_among(by, [int(name) for name in linked.names(ticket.id, CODE)])
    if standing:
        return standing[0]
    name = ticket.requested_by or people.customers_name(ticket.created_by_id) or f"Ticket {ticket.id}"
    code = codes.create(by=by, customer_name=name, expires_hours=CODE_HOURS, client_id=ticket.client_id,
                        notes=f"Ticket {ticket.id}: {ticket.title}"[:2000])
    ties.tie(ticket.id, CODE, str(code.id))
    history.note(ticket, "code_made", by=by, is_internal=True, support_code=(None, code.code))
    ties.done(ticket, {"support_code": (None, code.code), "is_internal": True}, by=by)
    packages.prepare_usual(code, by=by, server_url=server_url())
    return code


def _way_in(session_id: str) -> dict[str, str]:
    return {"session_id": session_id, "session_url": f"/sessions/{session_id}"}


def _way_by(code: SupportCode) -> dict[str, Any]:
    return {"support_code": code.code, "expires_at": code.expires_at, "portal_url": server_url()}


def session_created(session: Session) -> None:
    """A session that a ticket's code led to is the ticket's."""
    code = linked.find(CODE, str(session.support_code_id)) if session.support_code_id else None
    ticket = db.session.get(Ticket, code.ticket_id) if code else None
    if ticket is not None:
        adopt(ticket, session, by=principal.system("customer"))


sessions.on_created.append(session_created)
