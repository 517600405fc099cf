"""How tickets are shown: the union of the fields of contracts 000 and 004."""

from __future__ import annotations

from typing import Any

from connectassist.features.devices import queries as devices
from connectassist.features.tickets.models import Ticket, TicketComment

_PLAIN = ("id", "device_id", "client_id", "title", "description", "status", "priority", "category", "assigned_to",
          "requested_by", "ai_summary", "resolution", "version", "created_at", "updated_at", "resolved_at")


def ticket_rows(tickets: list[Ticket]) -> list[dict[str, Any]]:
    """Tickets with the names of the machines that they are about."""
    known = devices.by_ids({each.device_id for each in tickets if each.device_id})
    return [_row(each, hostname=known[each.device_id].hostname if each.device_id in known else None)
            for each in tickets]


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    return ticket_rows([ticket])[0]


def ticket_view(ticket: Ticket) -> dict[str, Any]:
    """A ticket with its comments, oldest first."""
    return ticket_row(ticket) | {"comments": [_comment_row(each) for each in ticket.comments]}


def _row(ticket: Ticket, *, hostname: str | None) -> dict[str, Any]:
    """Contract 004 wants to know whether the category was guessed; so far people and devices alone give one."""
    return {name: getattr(ticket, name) for name in _PLAIN} | {
        "hostname": hostname, "created_by": ticket.created_by_id, "auto_categorized": False, "confidence_score": None}


def _comment_row(comment: TicketComment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in ("id", "ticket_id", "author", "content", "created_at")}
