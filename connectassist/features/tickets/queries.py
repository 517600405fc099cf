"""Reads of tickets, within the caller's scope: staff see their clients', a customer those that they made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select

from connectassist.core.db import contains, db, read_aside
from connectassist.core.errors import TicketNotFound
from connectassist.features.tickets.models import Ticket
from connectassist.features.tickets.words import CLOSED, LIVE, RESOLVED
from connectassist.identity.principal import Principal

_EXACT = ("status", "priority", "assigned_to", "device_id")


def visible_to(by: Principal, ticket_id: int) -> Ticket:
    """A ticket in the caller's scope. Raises TicketNotFound."""
    found = db.session.scalar(_scoped(by).where(Ticket.id == ticket_id))
    if found is None:
        raise TicketNotFound()
    return found


def page(by: Principal, *, limit: int, skip: int = 0, search: str | None = None, **exact: Any) -> list[Ticket]:
    """Tickets in scope, newest first. `exact` filters by status, priority, assigned_to and device_id."""
    wanted = _scoped(by)
    for name in _EXACT:
        if exact.get(name) is not None:
            wanted = wanted.where(getattr(Ticket, name) == exact[name])
    if search:
        wanted = wanted.where(or_(contains(Ticket.title, search), contains(Ticket.description, search)))
    newest = wanted.order_by(Ticket.created_at.desc(), Ticket.id.desc())
    return list(db.session.scalars(newest.limit(limit).offset(skip)))


def counts(by: Principal) -> tuple[int, int]:
    """How many tickets in scope are open or in progress, and how many there are."""
    found = db.session.execute(select(Ticket.status, func.count()).where(*_scope(by)).group_by(Ticket.status))
    by_status = dict(found.all())
    return sum(by_status.get(status, 0) for status in LIVE), sum(by_status.values())


def solved(client_id: int, *, limit: int = 2000) -> list[Row]:
    """How a client's tickets were solved, the newest first: those whose resolution staff wrote down."""
    return read_aside(select(Ticket.id, Ticket.title, Ticket.description, Ticket.resolution)
                      .where(*_solved(client_id)).order_by(Ticket.id.desc()).limit(limit))


def state_of_solved(client_id: int) -> tuple[int, datetime | None]:
    """What changes whenever those do."""
    found = read_aside(select(func.count(), func.max(Ticket.updated_at)).where(*_solved(client_id)))[0]
    return found[0], found[1]


def _solved(client_id: int) -> list[Any]:
    return [Ticket.client_id == client_id, Ticket.status.in_((RESOLVED, CLOSED)), Ticket.resolution != ""]


def _scoped(by: Principal) -> Select[tuple[Ticket]]:
    return select(Ticket).where(*_scope(by))


def _scope(by: Principal) -> list[Any]:
    within = [] if by.client_ids is None else [Ticket.client_id.in_(by.client_ids)]
    return within if by.is_staff or by.client_ids is None else [*within, Ticket.created_by_id == by.user_id]
