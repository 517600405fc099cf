"""How tickets are shown: the union of the fields of contracts 000 and 004, and what their clocks say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectassist.core import clock
from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries as devices
from connectassist.features.tickets import clocks, queries
from connectassist.features.tickets.models import Ticket, TicketAttachment, TicketChange, TicketComment
from connectassist.identity import people
from connectassist.identity.principal import Principal

_PLAIN = ("id", "device_id", "client_id", "title", "description", "status", "priority", "category", "assigned_to",
          "requested_by", "ai_summary", "resolution", "version", "created_at", "updated_at", "resolved_at",
          "auto_categorized", "confidence_score", "session_id", "case_id", "response_due_at", "responded_at",
          "resolution_due_at", "waiting_since")
#: What of a ticket's history is staff's own.
_STAFFS = frozenset(("case_id", "clock"))
#: Whoever holds a session's id can speak for its customer's side, and who opened the ticket may be somebody else.
_SESSIONS = ("session_id", "session")


def ticket_rows(tickets: list[Ticket], *, by: Principal) -> list[dict[str, Any]]:
    """Tickets with the names of the machines, people and clients that they are about; only staff get the ids of
    their sessions and cases."""
    machines = devices.by_ids({each.device_id for each in tickets if each.device_id})
    names = people.names_of({id for each in tickets for id in (each.assigned_to, each.created_by_id) if id})
    companies = clients.names_of({each.client_id for each in tickets})
    hidden = {"session_id": None, "case_id": None} if queries.is_customer(by) else {}
    return [_row(each) | {"hostname": getattr(machines.get(each.device_id), "hostname", None),
                          "client_name": companies.get(each.client_id), "assigned_name": names.get(each.assigned_to),
                          "created_by_name": names.get(each.created_by_id)} | hidden for each in tickets]


def ticket_row(ticket: Ticket, *, by: Principal) -> dict[str, Any]:
    return ticket_rows([ticket], by=by)[0]


def ticket_view(ticket: Ticket, *, by: Principal) -> dict[str, Any]:
    """A ticket with its comments and files, oldest first: for a customer without the internal ones. What staff think of
    its guess is theirs."""
    return ticket_row(ticket, by=by) | {
        "guess_checked": queries.guess_checked(ticket.id) if by.is_staff and ticket.auto_categorized else None,
        "comments": [comment_row(each) for each in queries.comments(ticket.id, by=by)],
        "attachments": [file_row(each) for each in queries.files(ticket.id, by=by)]}


def _row(ticket: Ticket) -> dict[str, Any]:
    moment = clock.now()
    late = clocks.run_out(ticket, moment)
    return {name: getattr(ticket, name) for name in _PLAIN} | {
        "created_by": ticket.created_by_id, "waiting_for_customer": ticket.waiting_since is not None,
        "is_overdue": late is not None, "overdue_clock": late,
        "is_at_risk": late is None and clocks.is_near(ticket, moment)}


def comment_row(comment: TicketComment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in ("id", "ticket_id", "author", "author_id", "content",
                                                      "is_internal", "created_at")}


def file_row(file: TicketAttachment) -> dict[str, Any]:
    return {name: getattr(file, name) for name in (
        "id", "ticket_id", "name", "size", "media_type", "is_internal", "uploaded_by", "uploaded_by_id",
        "created_at")} | {"url": f"/api/tickets/{file.ticket_id}/attachments/{file.id}"}


def history_rows(lines: list[TicketChange], *, by: Principal) -> list[dict[str, Any]]:
    """Lines of a history with the names of people; a customer sees neither what is internal nor empty lines."""
    shown = [(each, _changes(each, by=by)) for each in lines]
    names = people.names_of({id for _, changes in shown for id in changes.get("assigned_to", []) if id})
    return [{"id": each.id, "at": each.at, "kind": each.kind, "who": each.who, "is_internal": each.is_internal,
             "changes": changes, "names": {str(id): names[id] for id in changes.get("assigned_to", []) if id in names}}
            for each, changes in shown if changes or not each.changes]


def _changes(line: TicketChange, *, by: Principal) -> dict[str, Any]:
    if by.is_staff:
        return line.changes
    return {name: [None, pair[1] if name == "session" else None] if name in _SESSIONS else pair
            for name, pair in line.changes.items() if name not in _STAFFS}


def counted(numbers: Iterable[Any]) -> dict[str, dict[str, int]]:
    """How many tickets have each status, priority and category, out of numbers by all three. One without a category
    counts as `other`."""
    counts: dict[str, dict[str, int]] = {"status": {}, "priority": {}, "category": {}}
    for found in numbers:
        for name, value in (("status", found.status), ("priority", found.priority),
                            ("category", found.category or "other")):
            counts[name][value] = counts[name].get(value, 0) + found.number
    return counts


def summary_row(numbers: list[Any], solved: Any) -> dict[str, Any]:
    """Contract 004's summary, by its document and as its client asks for it: only what there is of a state is counted
    in the one, every usual state in the other. Averages are hours."""
    counts = counted(numbers)
    average = round(int(solved.took) / solved.number / 3_600_000, 2) if solved.number else 0.0
    states = {name: counts["status"].get(name, 0) for name in ("open", "in_progress", "resolved", "closed")}
    return {"status_counts": counts["status"], "priority_counts": counts["priority"],
            "category_counts": counts["category"], "total_tickets": sum(counts["status"].values()),
            "avg_resolution_time_hours": average, "avg_resolution_time": average,
            **{f"{name}_tickets": states[name] for name in states}, "status_distribution": states | counts["status"],
            "priority_distribution": counts["priority"], "category_distribution": counts["category"]}
