"""What is told of tickets: contract 000's `ticket_created` to its dashboards, a hint to our own pages, and whatever
else wants to hear of them. Call it once the change is committed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from connectassist.features.tickets.models import Ticket
from connectassist.features.tickets.words import CLOSED, RESOLVED
from connectassist.realtime import announce
from connectassist.realtime.namespaces import IT

log = logging.getLogger(__name__)
CREATED = IT.events.sends("ticket_created", to="staff in scope", fields="id deviceId title priority hostname",
                          doc="A ticket was opened.")
#: Called with the ticket. They must not raise, nor wait for anything.
on_opened: list[Callable[[Ticket], None]] = []
on_deleted: list[Callable[[Ticket], None]] = []
#: With the ticket and what was and is, by field. A comment or file is told as `commented` or `attached`; where
#: `is_internal` stands in it, customers must not learn of it.
on_changed: list[Callable[[Ticket, dict[str, Any]], None]] = []
#: With the id of a ticket that was solved or closed, or that is and says anew how.
on_solved: list[Callable[[int], None]] = []
#: With the ticket and the clock that ran out, `response` or `resolution`.
on_overdue: list[Callable[[Ticket, str], None]] = []


def opened(ticket: Ticket, *, hostname: str | None) -> None:
    """Tell the staff who may see it."""
    IT.to_staff(ticket.client_id, CREATED, {"id": ticket.id, "deviceId": ticket.device_id, "title": ticket.title,
                                            "priority": ticket.priority, "hostname": hostname})
    _hint(ticket, created=True)
    _call(on_opened, ticket)


def changed(ticket: Ticket, changes: dict[str, Any]) -> None:
    """Tell of a change, with what was and what is. How it was solved is often written once it is."""
    _hint(ticket)
    _call(on_changed, ticket, changes)
    if ticket.status in (RESOLVED, CLOSED) and {"status", "resolution"} & changes.keys():
        _call(on_solved, ticket.id)


def added(ticket: Ticket, what: str, *, is_internal: bool, **changes: Any) -> None:
    """Tell that something hangs on it now, `commented` or `attached`, and what that changed of the ticket."""
    _hint(ticket, **{what: True})
    _call(on_changed, ticket, {what: True, **changes} | ({"is_internal": True} if is_internal else {}))


def overdue(ticket: Ticket, which: str) -> None:
    """Tell that a clock ran out."""
    _hint(ticket, overdue=which)
    _call(on_overdue, ticket, which)


def deleted(ticket: Ticket) -> None:
    """Tell that it is gone."""
    _hint(ticket, removed=True)
    _call(on_deleted, ticket)


def _hint(ticket: Ticket, **more: Any) -> None:
    announce.ticket(ticket.client_id, ticket.id, status=ticket.status, priority=ticket.priority,
                    assigned_to=ticket.assigned_to, device_id=ticket.device_id, **more)


def _call(hooks: list[Callable[..., None]], *told: Any) -> None:
    """What is committed stays: one who fails to hear of it makes nobody else's call fail."""
    for hook in hooks:
        try:
            hook(*told)
        except Exception:
            log.exception("%s.%s failed over a ticket", hook.__module__, hook.__qualname__)
