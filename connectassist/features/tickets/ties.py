"""Tying sessions, codes, cases and calls for help to tickets."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.tickets import clocks, linked, news
from connectassist.features.tickets.models import Ticket, TicketLink
from connectassist.identity.principal import Principal


def tie(ticket_id: int, kind: str, name: str) -> tuple[TicketLink, bool]:
    """What ties a thing to its ticket, and whether that is new. The caller commits."""
    known = linked.find(kind, name)
    if known is not None:
        return known, False
    made = TicketLink(ticket_id=ticket_id, kind=kind, name=name)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # somebody else tied it in the same moment
        found = linked.find(kind, name)
        assert found is not None
        return found, False
    return made, True


def done(ticket: Ticket, changes: dict[str, Any], *, by: Principal) -> None:
    """Commit and tell. Staff who do something about a ticket have answered."""
    ticket.updated_at = clock.now()
    if by.is_technician:
        clocks.answered(ticket, ticket.updated_at)
    db.session.commit()
    news.changed(ticket, changes)
