"""Tickets: opened by people, devices and the assistant; changed, commented, deleted by staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import DeviceNotFound, ValidationFailed
from connectassist.features.clients import service as clients
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.tickets import news, queries, words
from connectassist.features.tickets.models import Ticket, TicketComment
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity import principal
from connectassist.identity.models import ADMIN, TECHNICIAN, User
from connectassist.identity.principal import Principal

_CLEAN: dict[str, Callable[[Any], Any]] = {
    "title": partial(words.line, limit=words.LONGEST_TITLE), "description": words.paragraphs,
    "category": partial(words.line, limit=words.LONGEST_CATEGORY)}


def open_for_device(device_id: str, *, by: Principal, title: str, description: str | None = None,
                    priority: str | None = words.USUAL_PRIORITY, category: str | None = None,
                    ai_summary: str | None = None, requested_by: str | None = None) -> Ticket:
    """Open a ticket about a device, for a caller who has proved to be it or for staff who may see it. An unknown
    priority counts as medium. Raises DeviceNotFound, ValidationFailed for an empty title."""
    device = device_queries.visible_to(by, device_id) if by.is_signed_in else device_queries.by_id(device_id)
    if device is None:
        raise DeviceNotFound()
    return _opened(by, client_id=device.client_id, device_id=device_id, hostname=device.hostname, title=title,
                   description=description, priority=priority, category=category, ai_summary=ai_summary,
                   requested_by=requested_by)


def open_by_device(device_id: str, *, by: Principal, **told: Any) -> Ticket:
    """Open a ticket that a device sends of itself. Raises Unauthorized, RateLimited, DeviceNotFound,
    ValidationFailed."""
    devices.prove(by, device_id)
    limiter().spend(limits.DEVICE_TICKETS, "tickets of a device", device_id)
    return open_for_device(device_id, by=by, **told)


def open_by_person(*, by: Principal, client_id: int | None = None, device_id: str | None = None,
                   **told: Any) -> Ticket:
    """Open a ticket for somebody who signed in, about a device or about anything else.
    Raises DeviceNotFound, NotFound for a client out of scope, ValidationFailed."""
    if device_id:
        return open_for_device(device_id, by=by, **told)
    return _opened(by, client_id=clients.choose(by, client_id), hostname=None, **told)


def _opened(by: Principal, *, hostname: str | None, title: str, description: str | None = None,
            priority: str | None = None, category: str | None = None, ai_summary: str | None = None,
            requested_by: str | None = None, **about: Any) -> Ticket:
    named = words.line(title, words.LONGEST_TITLE)
    if named is None:
        raise ValidationFailed("A ticket needs a title")
    moment = clock.now()
    ticket = Ticket(title=named, description=words.paragraphs(description), priority=words.priority(priority),
                    category=words.line(category, words.LONGEST_CATEGORY), ai_summary=words.paragraphs(ai_summary),
                    requested_by=words.line(requested_by, words.LONGEST_NAME), created_by_id=by.user_id,
                    created_at=moment, updated_at=moment, **about)
    db.session.add(ticket)
    db.session.flush()
    _audit(by, "create", ticket, "opened")
    db.session.commit()
    news.created(ticket, hostname=hostname)
    return ticket


def change(ticket_id: int, *, by: Principal, **changes: Any) -> Ticket:
    """Change a ticket. Raises TicketNotFound; ValidationFailed when there is nothing to change or a value is none that
    a ticket may have."""
    ticket = queries.visible_to(by, ticket_id)
    if not changes:
        raise ValidationFailed("No fields to update")
    changes = {name: _CLEAN.get(name, _as_it_is)(value) for name, value in changes.items()}
    _check(ticket, changes)
    before = ticket.status
    for name, value in changes.items():
        setattr(ticket, name, value)
    if ticket.status != before:
        _note_status(ticket)
    ticket.updated_at, ticket.version = clock.now(), ticket.version + 1
    _audit(by, "update", ticket, "changed", fields=sorted(changes))
    db.session.commit()
    news.changed(ticket)
    return ticket


def _as_it_is(value: Any) -> Any:
    return value


def _check(ticket: Ticket, changes: dict[str, Any]) -> None:
    if changes.get("status", ticket.status) not in words.STATUSES:
        raise ValidationFailed(f"status must be one of {', '.join(words.STATUSES)}")
    if changes.get("priority", ticket.priority) not in words.PRIORITIES:
        raise ValidationFailed(f"priority must be one of {', '.join(words.PRIORITIES)}")
    if changes.get("title", ticket.title) is None:
        raise ValidationFailed("A ticket needs a title")
    wanted = changes.get("assigned_to")
    if wanted is not None and wanted != ticket.assigned_to and not _may_take(wanted, ticket):
        raise ValidationFailed("assigned_to must be a technician of this client, or an admin")


def _may_take(user_id: int, ticket: Ticket) -> bool:
    user = db.session.get(User, user_id)
    if user is None or not user.is_active or user.role not in (ADMIN, TECHNICIAN):
        return False
    return principal.of_user(user).may_see(ticket.client_id)


def _note_status(ticket: Ticket) -> None:
    """A ticket is solved at one moment, until somebody takes it up again."""
    if ticket.status == words.RESOLVED:
        ticket.resolved_at = clock.now()
    elif ticket.status in words.LIVE:
        ticket.resolved_at = None


def comment(ticket_id: int, *, by: Principal, content: str, author: str | None = None) -> TicketComment:
    """Add a comment. `author` counts only for callers who did not sign in themselves. Raises TicketNotFound,
    ValidationFailed for an empty one."""
    ticket = queries.visible_to(by, ticket_id)
    text = words.paragraphs(content)
    if text is None:
        raise ValidationFailed("A comment needs content")
    name = None if by.login_id else words.line(author, words.LONGEST_NAME)
    made = TicketComment(author=name or by.name, author_id=by.user_id, content=text)
    ticket.comments.append(made)
    ticket.updated_at = clock.now()
    _audit(by, "comment", ticket, "commented")
    db.session.commit()
    news.changed(ticket, commented=True)
    return made


def delete(ticket_id: int, *, by: Principal) -> None:
    """Delete a ticket and its comments for good. Raises TicketNotFound."""
    ticket = queries.visible_to(by, ticket_id)
    _audit(by, "delete", ticket, "deleted")
    db.session.delete(ticket)
    db.session.commit()
    news.changed(ticket, removed=True)


def _audit(by: Principal, verb: str, ticket: Ticket, done: str, **details: Any) -> None:
    audit.record(by, f"ticket.{verb}", f"Ticket {ticket.id} {done}: {ticket.title[:100]}", client_id=ticket.client_id,
                 device_id=ticket.device_id, ticket_id=ticket.id, **details)
