"""What becomes of a ticket, line by line. A line stands in the transaction of what it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.tickets.models import Ticket, TicketChange
from connectassist.identity.principal import Principal

OPENED, CHANGED, CORRECTED, COMMENTED = "opened", "changed", "corrected", "commented"
CONFIRMED = "confirmed"
ATTACHED, DETACHED, OVERDUE = "attached", "detached", "overdue"
#: What a guess said, and staff may know better.
GUESSED = ("category", "priority")


def note(ticket: Ticket, kind: str, *, by: Principal, is_internal: bool = False, **changes: Any) -> None:
    """Add a line: what was and what is, by field."""
    told = {name: [_plain(value) for value in pair] for name, pair in changes.items()}
    db.session.add(TicketChange(ticket_id=ticket.id, at=clock.now(), kind=kind, who=by.name[:120], who_id=by.user_id,
                                is_internal=is_internal, changes=told))


def kind_of(ticket: Ticket, changes: dict[str, Any], *, by: Principal) -> str:
    """What a change is: staff who know better than the guess correct it, and it learns from that."""
    is_correction = ticket.auto_categorized and by.is_technician and any(name in changes for name in GUESSED)
    return CORRECTED if is_correction else CHANGED


def _plain(value: Any) -> Any:
    return clock.iso(value) if isinstance(value, datetime) else value
