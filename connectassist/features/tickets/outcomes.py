"""What came of a ticket's sessions and cases, told by their hooks: they know nothing of tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.cases import service as cases
from connectassist.features.sessions import queries as session_queries
from connectassist.features.sessions import service as sessions
from connectassist.features.tickets import history, linked, ties, words
from connectassist.features.tickets.linked import CASE, SESSION
from connectassist.features.tickets.models import Ticket, TicketComment, TicketLink
from connectassist.identity import principal
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.cases.models import Case

AT_ONCE = 500
#: What a case says, under the names that people read, and how much of each comes into the ticket.
_TOLD = (("Problem", "problem_description"), ("Done", "work_done"), ("Recommended", "recommendations"))
_MOST = 3000


def session_ended(session_id: str) -> None:
    """A ticket's session is over: its history says who it was and how long it took. Once."""
    link, session = linked.find(SESSION, session_id), session_queries.find(session_id)
    if link is None or link.noted_at or session is None:
        return
    ticket, link.noted_at = db.session.get(Ticket, link.ticket_id), clock.now()
    assert ticket is not None
    who, ending = session.technician_name or "server", f"ended by the {session.ended_by or 'server'}"
    told = {"session": (session_id, f"{_length(linked.seconds_of(session))}, {ending}")}
    by = principal.system(who)
    history.note(ticket, "session_ended", by=by, **told)
    ties.done(ticket, told, by=by)


def settle() -> None:
    """Note the end of sessions that just ran out, which nobody tells of."""
    unsettled = list(db.session.scalars(select(TicketLink.name).where(
        TicketLink.kind == SESSION, TicketLink.noted_at.is_(None)).order_by(TicketLink.id).limit(AT_ONCE)))
    live = session_queries.live_among(unsettled) if unsettled else {}
    for session_id in unsettled:
        if session_id not in live:
            session_ended(session_id)
    db.session.rollback()


def case_written(case: Case, by: Principal) -> None:
    """A case of a ticket's session was written, changed or deleted. Once it is closed, what it says stands in the
    ticket: in one comment, however often it is closed, and for the staff. A customer gets it from a person, who may
    want to mend it first. Of a deleted case nothing stays here either."""
    session = linked.find(SESSION, case.session_id)
    ticket = db.session.get(Ticket, session.ticket_id) if session else None
    if ticket is None:
        return
    link, is_new = ties.tie(ticket.id, CASE, case.id)
    told = {"case": (None, f"{case.number} ({case.status})")}
    if case.status == "deleted":
        _forget(ticket, link, case.id)
    elif is_new:
        ticket.case_id = case.id
    if is_new or case.status == "deleted" or (case.status == "closed" and link.noted_at is None):
        history.note(ticket, f"case_{case.status}", by=by, is_internal=True, **told)
    if case.status == "closed":
        _report(ticket, link, case, by)
    ties.done(ticket, {**told, "is_internal": True}, by=by)


def _report(ticket: Ticket, link: TicketLink, case: Case, by: Principal) -> None:
    """Put what a case says into the ticket, or in place of what it said before."""
    comment = db.session.get(TicketComment, link.comment_id) if link.comment_id else None
    if comment is None:
        comment = TicketComment(ticket_id=ticket.id, author=by.name, author_id=by.user_id, is_internal=True)
        db.session.add(comment)
    comment.content = _summary(case)
    db.session.flush()
    link.comment_id, link.noted_at = comment.id, clock.now()


def _summary(case: Case) -> str:
    said = [f"{name}: {text[:_MOST]}" for name, column in _TOLD if (text := getattr(case, column))]
    title = f"Case {case.number} is closed" + (f": {case.title}" if case.title else "")
    told = words.paragraphs("\n\n".join([title, *said, f"PDF: /api/cases/{case.id}/pdf"]))
    assert told is not None
    return told


def _forget(ticket: Ticket, link: TicketLink, case_id: str) -> None:
    comment = db.session.get(TicketComment, link.comment_id) if link.comment_id else None
    if comment is not None:
        db.session.delete(comment)
    db.session.delete(link)
    if ticket.case_id == case_id:
        ticket.case_id = None


def _length(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


sessions.on_ended.append(session_ended)
cases.on_written.append(case_written)
