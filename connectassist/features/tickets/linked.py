"""What hangs on a ticket outside of it: sessions, the codes that will lead to one, cases; and the way back. What is out
of the reader's scope is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import TicketNotFound
from connectassist.features.cases import queries as cases
from connectassist.features.sessions import queries as sessions
from connectassist.features.support_codes import queries as codes
from connectassist.features.tickets import queries
from connectassist.features.tickets.models import Ticket, TicketLink
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.cases.models import Case
    from connectassist.features.sessions.models import Session
    from connectassist.features.support_codes.models import SupportCode

SESSION, CODE, CASE, HELP, CHAT = "session", "code", "case", "help", "chat"
MOST = 200


def names(ticket_id: int, kind: str) -> list[str]:
    """The ids of a ticket's sessions, codes or cases, newest first."""
    return list(db.session.scalars(select(TicketLink.name).where(
        TicketLink.ticket_id == ticket_id, TicketLink.kind == kind).order_by(TicketLink.id.desc()).limit(MOST)))


def find(kind: str, name: str) -> TicketLink | None:
    """What ties this to its ticket, whoever asks: for the server itself."""
    return db.session.scalar(select(TicketLink).where(TicketLink.kind == kind, TicketLink.name == name))


def ticket_of(kind: str, name: str, *, by: Principal) -> Ticket | None:
    """The ticket that a session or case belongs to, if the caller may see it."""
    link = find(kind, name)
    try:
        return queries.visible_to(by, link.ticket_id) if link else None
    except TicketNotFound:
        return None


def view(ticket_id: int, *, by: Principal) -> dict[str, Any]:
    """A ticket's sessions with their state and the way in, its unused codes and its cases, newest first.
    Raises TicketNotFound."""
    known: dict[str, list[str]] = {SESSION: [], CODE: [], CASE: []}
    rows = db.session.execute(select(TicketLink.kind, TicketLink.name).where(
        TicketLink.ticket_id == queries.visible_to(by, ticket_id).id).order_by(TicketLink.id.desc()).limit(MOST))
    for kind, name in rows:
        known.setdefault(kind, []).append(name)
    live = sessions.live_among(known[SESSION])
    return {"sessions": [_session_row(each, is_live=each.session_id in live)
                         for each in sessions.among(by, known[SESSION])],
            "codes": [_code_row(each) for each in codes.active_among(by, [int(name) for name in known[CODE]])],
            "cases": [_case_row(each) for each in cases.among(by, known[CASE])]}


def seconds_of(session: Session) -> int:
    """How long the customer's side was there, up to now."""
    return clock.seconds_between(session.connected_at, session.ended_at or session.helper_left_at or clock.now())


def _session_row(session: Session, *, is_live: bool) -> dict[str, Any]:
    shown = ("session_id", "technician_name", "customer_name", "machine_name", "created_at", "connected_at",
             "ended_at", "ended_by")
    return {name: getattr(session, name) for name in shown} | {
        "status": session.status if is_live else "ended", "seconds": seconds_of(session),
        "url": f"/sessions/{session.session_id}"}


def _code_row(code: SupportCode) -> dict[str, Any]:
    return {"support_code": code.code, "customer_name": code.customer_name, "technician_name": code.technician_name,
            "expires_at": code.expires_at, "status": "active"}


def _case_row(case: Case) -> dict[str, Any]:
    shown = ("id", "session_id", "title", "status", "technician_name", "created_at", "updated_at")
    return {name: getattr(case, name) for name in shown} | {
        "case_number": str(case.number), "url": f"/cases/{case.id}", "pdf_url": f"/api/cases/{case.id}/pdf"}
