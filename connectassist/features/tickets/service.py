"""Tickets: opened by people, devices and the assistant; changed, commented, deleted. What is told of them afterwards
is news.py's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import TicketNotFound, ValidationFailed
from connectassist.features.tickets import attaching, changing, clocks, history, news, opening, queries, words
from connectassist.features.tickets.models import Ticket, TicketComment
from connectassist.features.tickets.rows import ticket_row
from connectassist.http import limits, versions
from connectassist.http.guard import limiter
from connectassist.identity import principal
from connectassist.identity.principal import Principal

open_for_device, open_by_device = opening.open_for_device, opening.open_by_device
open_by_person = opening.open_by_person
attach = attaching.attach
on_opened, on_changed, on_deleted = news.on_opened, news.on_changed, news.on_deleted
on_solved, on_overdue = news.on_solved, news.on_overdue


def change(ticket_id: int, *, by: Principal, version: int | None = None, **changes: Any) -> Ticket:
    """Change a ticket. `version` is the one that the caller has seen. Raises TicketNotFound; Conflict, with what the
    ticket says now, when somebody has changed it since; Forbidden for what a customer may not change; ValidationFailed
    when there is nothing to change or a value is none that a ticket may have."""
    ticket = queries.locked(by, ticket_id)
    _require_seen(ticket, version, by=by)
    if not changes:
        raise ValidationFailed("No fields to update")
    wanted = changing.differences(ticket, changes, by=by)
    if not wanted:
        db.session.rollback()
        return ticket
    changed = changing.apply(ticket, wanted, by=by)
    ticket.updated_at, ticket.version = clock.now(), ticket.version + 1
    history.note(ticket, history.kind_of(ticket, changed, by=by), by=by, **changed)
    _audit(by, "update", ticket, "changed", fields=sorted(changed))
    db.session.commit()
    news.changed(ticket, changed)
    return ticket


def take(ticket_id: int, *, by: Principal, version: int | None = None) -> Ticket:
    """Take a ticket for oneself; one that is open is in progress from then on. Raises TicketNotFound, and Conflict
    when somebody has changed or taken it since `version`."""
    begun = {"status": words.IN_PROGRESS} if queries.visible_to(by, ticket_id).status == words.OPEN else {}
    return change(ticket_id, by=by, version=version, assigned_to=by.user_id, **begun)


def settle(user_id: int, client_id: int, *, by: Principal) -> None:
    """What somebody opened while they belonged to no client is that client's from now on; whoever can't see it there
    works on it no more. The caller commits."""
    queries.settle(user_id, client_id)
    for ticket in queries.taken_of(user_id):
        if ticket.assigned_to and not changing.may_take(ticket.assigned_to, ticket):
            history.note(ticket, history.CHANGED, by=by, assigned_to=(ticket.assigned_to, None))
            ticket.assigned_to = None


def confirm_guess(ticket_id: int, *, by: Principal, version: int | None = None) -> Ticket:
    """Say that the guessed category is right: it is looked at no more, and the next guesses learn from it. Once is
    enough. Raises TicketNotFound, Conflict when somebody has changed the ticket since `version`, ValidationFailed when
    nothing was guessed."""
    ticket = queries.locked(by, ticket_id)
    _require_seen(ticket, version, by=by)
    if not ticket.auto_categorized:
        raise ValidationFailed("The category of this ticket was not guessed")
    if queries.guess_checked(ticket_id) is not None:
        db.session.rollback()
        return ticket
    history.note(ticket, history.CONFIRMED, by=by, is_internal=True, guess=(None, ticket.category))
    _audit(by, "confirm", ticket, "was guessed right")
    db.session.commit()
    news.added(ticket, "confirmed", is_internal=True)
    return ticket


def tell_overdue() -> int:
    """Tell once of each clock that has run out. Returns how many."""
    moment, told = clock.now(), 0
    for ticket_id in queries.run_out(moment):
        told += _tell_overdue(ticket_id, moment)
    db.session.rollback()
    return told


def _tell_overdue(ticket_id: int, moment: datetime) -> bool:
    """Another process may have told of it, and somebody may have changed or deleted it, since we looked."""
    by = principal.system()
    try:
        ticket = queries.locked(by, ticket_id)
    except TicketNotFound:
        return False
    which, due = clocks.run_out(ticket, moment), ticket.alarm_at
    if which is None or due is None or due > moment:
        db.session.rollback()
        return False
    clocks.wind(ticket, since=due + timedelta(microseconds=1))
    history.note(ticket, history.OVERDUE, by=by, is_internal=True, clock=(None, which))
    _audit(by, "overdue", ticket, f"is late: its {which} was due", level="WARNING")
    db.session.commit()
    news.overdue(ticket, which)
    return True


def _require_seen(ticket: Ticket, version: int | None, *, by: Principal) -> None:
    versions.require(version, now=ticket.version, name="ticket", row=lambda: ticket_row(ticket, by=by))


def comment(ticket_id: int, *, by: Principal, content: str, author: str | None = None, is_internal: bool = False,
            is_waiting: bool = False) -> TicketComment:
    """Add a comment; an internal one is for staff's eyes. `is_waiting`: from here on the customer has the word, and the
    clocks stand still until they answer. `author` counts only for callers who did not sign in themselves.
    Raises TicketNotFound, RateLimited for a customer, ValidationFailed for an empty one."""
    if queries.is_customer(by):
        limiter().spend(limits.CUSTOMER_COMMENTS, "comments of a customer", str(by.user_id))
    ticket, text = queries.locked(by, ticket_id), words.paragraphs(content)
    if text is None:
        raise ValidationFailed("A comment needs content")
    name = None if by.login_id else words.line(author, words.LONGEST_NAME)
    is_internal = is_internal and not queries.is_customer(by)
    made = TicketComment(ticket_id=ticket.id, author=name or by.name, author_id=by.user_id, content=text,
                         is_internal=is_internal)
    db.session.add(made)
    changed = {} if is_internal else _said(ticket, text, by=by, is_waiting=is_waiting)
    ticket.version += bool(changed)  # whoever sets the state by what they saw before is told
    history.note(ticket, history.COMMENTED, by=by, is_internal=is_internal, **changed)
    _audit(by, "comment", ticket, "commented")
    db.session.commit()
    news.added(ticket, "commented", is_internal=is_internal, **changed)
    return made


def _said(ticket: Ticket, text: str, *, by: Principal, is_waiting: bool) -> dict[str, Any]:
    """A public comment is found by the search; staff answer by it, and a customer's gives the word back. What it
    changes of the ticket besides is the answer."""
    moment = ticket.updated_at = clock.now()
    ticket.said = f"{ticket.said} {text}"[-words.LONGEST_SAID:]
    if by.is_staff:
        clocks.answered(ticket, moment)
        return changing.apply(ticket, {"waiting_for_customer": True}, by=by) if is_waiting else {}
    if not queries.is_customer(by) and by.kind != principal.DEVICE:
        return {}
    status = words.OPEN if ticket.status == words.RESOLVED else ticket.status
    return changing.apply(ticket, changing.differences(
        ticket, {"waiting_for_customer": False, "status": status}, by=by), by=by)


def delete(ticket_id: int, *, by: Principal) -> None:
    """Delete a ticket for good, with its comments and files. Raises TicketNotFound."""
    ticket = queries.locked(by, ticket_id)
    files = queries.file_ids(ticket_id)
    _audit(by, "delete", ticket, "deleted")
    db.session.delete(ticket)
    db.session.commit()
    attaching.remove(files)
    news.deleted(ticket)


def _audit(by: Principal, verb: str, ticket: Ticket, done: str, **details: Any) -> None:
    audit.record(by, f"ticket.{verb}", f"Ticket {ticket.id} {done}: {ticket.title[:100]}", client_id=ticket.client_id,
                 device_id=ticket.device_id, ticket_id=ticket.id, **details)
