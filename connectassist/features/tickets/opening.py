"""Opening a ticket: by a device, by people, by the assistant. The server guesses what they leave out."""

from __future__ import annotations

from typing import Any

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import DeviceNotFound, ValidationFailed
from connectassist.features.categorising import service as categorising
from connectassist.features.clients import service as clients
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.tickets import clocks, history, news, queries, ties, words
from connectassist.features.tickets.linked import CHAT
from connectassist.features.tickets.models import Ticket
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity.principal import Principal


def open_for_device(device_id: str, *, by: Principal, title: str, description: str | None = None,
                    priority: str | None = words.USUAL_PRIORITY, **told: Any) -> Ticket:
    """Open a ticket about a device, for a caller who has proved to be it or for staff who may see it. An unknown
    priority counts as medium. Raises DeviceNotFound, ValidationFailed for an empty title."""
    device = device_queries.visible_to(by, device_id) if by.is_signed_in else device_queries.by_id(device_id)
    if device is None:
        raise DeviceNotFound()
    return _opened(by, client_id=device.client_id, device_id=device_id, hostname=device.hostname, title=title,
                   description=description, priority=words.priority(priority), **told)


def open_by_device(device_id: str, *, by: Principal, **told: Any) -> Ticket:
    """Open a ticket that a device sends of itself. Raises Unauthorized, RateLimited, DeviceNotFound,
    ValidationFailed."""
    devices.prove(by, device_id)
    limiter().spend(limits.DEVICE_TICKETS, "tickets of a device", device_id)
    return open_for_device(device_id, by=by, **told)


def open_by_person(*, by: Principal, client_id: int | None = None, device_id: str | None = None,
                   **told: Any) -> Ticket:
    """Open a ticket for somebody who signed in, about a device or about anything else. What they leave out of
    `category` and `priority` is guessed. Out of a `conversation` comes one ticket, whoever asks at the same moment:
    the others are given that. Raises DeviceNotFound, NotFound for a client out of scope, RateLimited for a
    customer, ValidationFailed."""
    if queries.is_customer(by):
        limiter().spend(limits.CUSTOMER_TICKETS, "tickets of a customer", str(by.user_id))
    if device_id:
        device = device_queries.visible_to(by, device_id)
        return _opened(by, client_id=device.client_id, device_id=device_id, hostname=device.hostname, **told)
    return _opened(by, client_id=clients.choose(by, client_id), hostname=None, **told)


def _opened(by: Principal, *, hostname: str | None, title: str, description: str | None = None,
            priority: str | None = None, category: str | None = None, ai_summary: str | None = None,
            requested_by: str | None = None, conversation: str | None = None, **about: Any) -> Ticket:
    named = words.line(title, words.LONGEST_TITLE)
    if named is None:
        raise ValidationFailed("A ticket needs a title")
    moment = clock.now()
    ticket = Ticket(title=named, description=words.paragraphs(description), status=words.OPEN, priority=priority,
                    category=words.line(category, words.LONGEST_CATEGORY), ai_summary=words.paragraphs(ai_summary),
                    requested_by=words.line(requested_by, words.LONGEST_NAME), created_by_id=by.user_id,
                    created_at=moment, updated_at=moment, waited_seconds=0, **about)
    _guess(ticket)
    if (known := _keep(ticket, by=by, conversation=conversation)) is not None:
        return known
    news.opened(ticket, hostname=hostname)
    return ticket


def _guess(ticket: Ticket) -> None:
    """Fill in what whoever opened it has not said."""
    if ticket.category is not None and ticket.priority is not None:
        return
    guess = categorising.guess(ticket.title, ticket.description)
    ticket.category, ticket.priority = ticket.category or guess.category, ticket.priority or guess.priority
    ticket.auto_categorized, ticket.confidence_score = True, guess.confidence


def _keep(ticket: Ticket, *, by: Principal, conversation: str | None) -> Ticket | None:
    """Write it; or the ticket that its conversation led to already."""
    clocks.start(ticket, ticket.created_at)
    db.session.add(ticket)
    db.session.flush()
    if conversation and not (tied := ties.tie(ticket.id, CHAT, conversation))[1]:
        known = tied[0].ticket_id
        db.session.rollback()
        return queries.visible_to(by, known)
    history.note(ticket, history.OPENED, by=by)
    audit.record(by, "ticket.create", f"Ticket {ticket.id} opened: {ticket.title[:100]}", client_id=ticket.client_id,
                 device_id=ticket.device_id, ticket_id=ticket.id)
    db.session.commit()
    return None
