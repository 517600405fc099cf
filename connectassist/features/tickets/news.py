"""What is told of tickets: contract 000's `ticket_created` to its dashboards, and a hint to our own pages."""

from __future__ import annotations

from connectassist.features.tickets.models import Ticket
from connectassist.realtime import announce
from connectassist.realtime.namespaces import IT

CREATED = IT.events.sends("ticket_created", to="staff in scope", fields="id deviceId title priority hostname",
                          doc="A ticket was opened.")


def created(ticket: Ticket, *, hostname: str | None) -> None:
    """Tell the staff who may see it. Call once it is committed."""
    IT.to_staff(ticket.client_id, CREATED, {"id": ticket.id, "deviceId": ticket.device_id, "title": ticket.title,
                                            "priority": ticket.priority, "hostname": hostname})
    changed(ticket, created=True)


def changed(ticket: Ticket, **more: bool) -> None:
    """Hint that a ticket is not what a page shows. `more` is `created`, `removed` or `commented`."""
    announce.ticket(ticket.client_id, ticket.id, status=ticket.status, priority=ticket.priority,
                    assigned_to=ticket.assigned_to, device_id=ticket.device_id, **more)
