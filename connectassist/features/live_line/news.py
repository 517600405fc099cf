"""What is told over the live line when something happens elsewhere.

Customers hear of their own tickets, in the fields that are theirs to know, and of nothing internal; and of what the
assistant answered them. Staff hear what they may see."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from connectassist.features.alerts import service as device_alerts
from connectassist.features.chatbot import service as chatbot
from connectassist.features.chatbot.rows import as_html
from connectassist.features.chatbot.rows import log_row as chatbot_row
from connectassist.features.devices import queries as devices
from connectassist.features.live_line import service
from connectassist.features.live_line.audiences import News
from connectassist.features.metrics import rows as metric_rows
from connectassist.features.metrics import service as metrics
from connectassist.features.tickets import service as tickets
from connectassist.features.tickets.rows import ticket_row
from connectassist.identity import principal

if TYPE_CHECKING:
    from connectassist.features.alerts.models import Alert
    from connectassist.features.chatbot.models import ChatbotLog
    from connectassist.features.metrics.models import SystemAlert
    from connectassist.features.tickets.models import Ticket

log = logging.getLogger(__name__)
#: What customers may know of their ticket.
OF_CUSTOMERS = ("id", "title", "description", "status", "priority", "category", "device_id", "hostname", "created_by",
                "assigned_to", "assigned_name", "waiting_for_customer", "resolution", "auto_categorized",
                "confidence_score", "version", "created_at", "updated_at", "resolved_at")
#: And of what they asked the assistant.
OF_ASKERS = ("id", "session_id", "user_query", "confidence_score", "was_escalated", "ticket_id", "created_at")


def _aside(tell: Callable[..., None]) -> Callable[..., None]:
    """Where nobody listens nothing is written; and what goes wrong here is not the trouble of whoever did the thing
    that is told of: that is done and committed."""
    @wraps(tell)
    def told(*what: Any) -> None:
        if not service.are_told():
            service.JOURNAL.skip()
            return
        try:
            tell(*what)
        except Exception:
            service.JOURNAL.skip()
            log.exception("unexpected error while telling of %s", tell.__name__)
    return told


@_aside
def system_alert(alert: SystemAlert) -> None:
    """An alert of the server was opened, changed or closed."""
    service.tell(News("alert", f"system alert {alert.id}", None, is_for_all=True,
                      staff={"alert": metric_rows.recent_system_alert(alert)}))


@_aside
def alerts_of_devices(alerts: list[Alert]) -> None:
    """Alerts of devices were opened, changed or closed."""
    known = devices.by_ids({alert.device_id for alert in alerts})
    for alert in alerts:
        hostname = known[alert.device_id].hostname if alert.device_id in known else None
        service.tell(News("alert", f"alert {alert.id}", alert.client_id, staff={
            "alert": metric_rows.recent_device_alert(alert, hostname=hostname)}))


@_aside
def ticket_opened(ticket: Ticket) -> None:
    """A ticket is there."""
    _tell_of("ticket_created", ticket)


@_aside
def ticket_changed(ticket: Ticket, changes: dict[str, Any]) -> None:
    """A ticket isn't what it was. What is internal about that is for staff."""
    _tell_of("ticket_updated", ticket, is_internal=bool(changes.get("is_internal")))


@_aside
def ticket_overdue(ticket: Ticket, which: str) -> None:
    """One of its clocks ran out: that is for staff."""
    _tell_of("ticket_updated", ticket, is_internal=True)


def _tell_of(kind: str, ticket: Ticket, *, is_internal: bool = False) -> None:
    row = ticket_row(ticket, by=principal.system())
    theirs = None if is_internal else {"ticket": {name: row[name] for name in OF_CUSTOMERS}}
    service.tell(News(kind, _about(ticket), ticket.client_id, staff={"ticket": row}, customer=theirs,
                      user_id=ticket.created_by_id))


@_aside
def ticket_deleted(ticket: Ticket) -> None:
    """A ticket is gone."""
    service.forget(_about(ticket))
    told = {"ticket_id": ticket.id}
    service.tell(News(service.DELETED, _about(ticket), ticket.client_id, staff=told, customer=told,
                      user_id=ticket.created_by_id))


def _about(ticket: Ticket) -> str:
    return f"ticket {ticket.id}"


@_aside
def chatbot_said(entry: ChatbotLog) -> None:
    """The assistant answered. `response` is HTML that shows plain text, as contract 004's page takes it."""
    row = chatbot_row(entry) | {"response": as_html(entry.bot_response)}
    theirs = {name: row[name] for name in (*OF_ASKERS, "response")}
    service.tell(News("chatbot_message", f"answer {entry.id}", entry.client_id, staff={"message": row},
                      customer={"message": theirs}, user_id=entry.user_id))


metrics.on_alert.append(system_alert)
device_alerts.on_told.append(alerts_of_devices)
tickets.on_opened.append(ticket_opened)
tickets.on_changed.append(ticket_changed)
tickets.on_overdue.append(ticket_overdue)
tickets.on_deleted.append(ticket_deleted)
chatbot.on_said.append(chatbot_said)
