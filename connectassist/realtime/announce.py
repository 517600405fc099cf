"""What the dashboards are told, within each technician's scope. A hint only: the database is the truth.

When hundreds of sessions change at once, as after a start of the server, the news goes out at a pace, merged by what
it is about: a dashboard hears the newest of each, and the relay is not held up by telling it everything between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from connectassist.core import clock
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import IT

_sends = GATEWAY.events.sends
CREATED = _sends("session-created", to="staff", fields="sessionId status created_at device_id client_info "
                 "technician_id link", doc="A session exists now.")
UPDATED = _sends("session-updated", to="staff", fields="sessionId", doc="These fields of a session changed.")
ENDED = _sends("session-ended", to="the session, and staff who sit in none", fields="sessionId by",
               doc="A session is over.")
DEVICE = _sends("device-updated", to="staff", fields="deviceId online has_helper status last_seen last_ip "
                "hostname", doc="These fields of a device changed; `removed` when it is gone.")
CODE = _sends("support-code-updated", to="staff", fields="code status downloads",
              doc="A support code was made, used or deactivated.")
TICKET = _sends("ticket-updated", to="staff", fields="ticketId status priority assigned_to device_id",
                doc="A ticket was opened (`created`), changed, `commented` or `removed`.")
PROPOSALS = _sends("faq-proposals-changed", to="staff", fields="",
                   doc="Something was proposed for the FAQ, or a proposal was decided on.")
CLIENTS = _sends("clients-changed", to="staff", fields="clientId", doc="A client was made, changed or deleted.")
STAFF = _sends("staff-changed", to="administrators", fields="userId", doc="An account was made or changed.")
STATS = _sends("stats-changed", to="staff", fields="", doc="The dashboard's counts may have changed.")
SYSTEM_ALERT = _sends("system-alert-changed", to="administrators", fields="alertId metric severity is_open",
                      doc="An alert of the server's own machine was opened, changed or closed. Live figures come over "
                          "`/ws`.")
DEVICE_STATUS = IT.events.sends("device_status_changed", to="staff", fields="deviceId status",
                                doc="A device came online, went offline, or told what it is.")

#: Called with a client's id, a device's and what changed of it, for those who tell customers. They must not wait.
on_device: list[Callable[[int, str, dict[str, Any]], None]] = []

BURST, WINDOW = 100, 1.0
Key = tuple[int | None, str, str]


class Pace:
    """Lets up to BURST news a second out as they come; in a storm the rest waits in line and leaves at that pace."""

    def __init__(self, send: Callable[[int | None, str, dict[str, Any]], None] | None = None) -> None:
        self._send = send or (lambda client_id, name, payload: GATEWAY.to_staff(client_id, name, payload))
        self._sent: deque[float] = deque(maxlen=BURST)
        self._waiting: dict[Key, dict[str, Any]] = {}
        self._is_flushing = False

    def tell(self, client_id: int | None, name: str, about: str, payload: dict[str, Any]) -> None:
        """Send now, or with what waits about the same thing already."""
        key = (client_id, name, about)
        if not self._waiting and self._may_send():
            self._send(client_id, name, payload)
            return
        self._waiting[key] = {**self._waiting.get(key, {}), **payload}
        if not self._is_flushing:
            self._is_flushing = True
            GATEWAY.socketio.start_background_task(self._flush)

    def forget(self, about: str) -> None:
        """It is over: what still waits to be told of it is of no use."""
        for key in [key for key in self._waiting if key[2] == about]:
            del self._waiting[key]

    def _may_send(self) -> bool:
        moment = clock.monotonic()
        if len(self._sent) == BURST and moment - self._sent[0] < WINDOW:
            return False
        self._sent.append(moment)
        return True

    def _flush(self) -> None:
        try:
            while self._waiting:
                GATEWAY.socketio.sleep(WINDOW / 4)
                while self._waiting and self._may_send():
                    key = next(iter(self._waiting))
                    self._send(key[0], key[1], self._waiting.pop(key))
        finally:
            self._is_flushing = False


PACE = Pace()
IT_PACE = Pace(lambda client_id, name, payload: IT.to_staff(client_id, name, payload))


def session_created(client_id: int, payload: dict[str, Any]) -> None:
    PACE.tell(client_id, CREATED, payload["sessionId"], payload)
    PACE.tell(client_id, STATS, "", {})


def session_updated(client_id: int | None, session_id: str, /, **changes: Any) -> None:
    PACE.tell(client_id, UPDATED, session_id, {"sessionId": session_id, **changes})


def session_ended(client_id: int, session_id: str, *, by: str) -> None:
    """Tell the session's own people and the idle dashboards; 001's page takes any such event for its own end."""
    payload = {"sessionId": session_id, "by": by}
    PACE.forget(session_id)
    GATEWAY.to_session(session_id, ENDED, payload)
    GATEWAY.to_staff(client_id, ENDED, payload, idle_only=True)
    PACE.tell(client_id, STATS, "", {})


def device(client_id: int, device_id: str, /, **changes: Any) -> None:
    PACE.tell(client_id, DEVICE, device_id, {"deviceId": device_id, **changes})
    PACE.tell(client_id, STATS, "", {})
    for hook in on_device:
        hook(client_id, device_id, changes)


def support_code(client_id: int, code: str, /, **changes: Any) -> None:
    GATEWAY.to_staff(client_id, CODE, {"code": code, **changes})
    PACE.tell(client_id, STATS, "", {})


def ticket(client_id: int, ticket_id: int, /, **changes: Any) -> None:
    PACE.tell(client_id, TICKET, str(ticket_id), {"ticketId": ticket_id, **changes})
    PACE.tell(client_id, STATS, "", {})


def faq_proposals(client_id: int) -> None:
    PACE.tell(client_id, PROPOSALS, "", {})


def client(client_id: int) -> None:
    PACE.tell(client_id, CLIENTS, str(client_id), {"clientId": client_id})


def staff(user_id: int) -> None:
    PACE.tell(None, STAFF, str(user_id), {"userId": user_id})


def system_alert(alert_id: int, /, **changes: Any) -> None:
    PACE.tell(None, SYSTEM_ALERT, str(alert_id), {"alertId": alert_id, **changes})


def device_status(client_id: int, device_id: str, *, is_online: bool) -> None:
    """Contract 000's word for the same to its dashboards."""
    IT_PACE.tell(client_id, DEVICE_STATUS, device_id,
                 {"deviceId": device_id, "status": "online" if is_online else "offline"})
