"""What the dashboards are told, within each technician's scope. A hint only: the database is the truth."""

from __future__ import annotations

from typing import Any

from connectassist.realtime.gateway import GATEWAY

_sends = GATEWAY.events.sends
CREATED = _sends("session-created", to="staff", fields="sessionId status created_at device_id client_info "
                 "technician_id link", doc="A session exists now.")
UPDATED = _sends("session-updated", to="staff", fields="sessionId", doc="These fields of a session changed.")
ENDED = _sends("session-ended", to="the session, and staff who sit in none", fields="sessionId by",
               doc="A session is over.")
DEVICE = _sends("device-updated", to="staff", fields="deviceId online status last_seen last_ip hostname",
                doc="These fields of a device changed; `removed` when it is gone.")
CODE = _sends("support-code-updated", to="staff", fields="code status downloads",
              doc="A support code was made, used or deactivated.")
STATS = _sends("stats-changed", to="staff", fields="", doc="The dashboard's counts may have changed.")


def session_created(client_id: int, payload: dict[str, Any]) -> None:
    GATEWAY.to_staff(client_id, CREATED, payload)
    GATEWAY.to_staff(client_id, STATS, {})


def session_updated(client_id: int | None, session_id: str, /, **changes: Any) -> None:
    GATEWAY.to_staff(client_id, UPDATED, {"sessionId": session_id, **changes})


def session_ended(client_id: int, session_id: str, *, by: str) -> None:
    """Tell the session's own people and the idle dashboards; 001's page takes any such event for its own end."""
    payload = {"sessionId": session_id, "by": by}
    GATEWAY.to_session(session_id, ENDED, payload)
    GATEWAY.to_staff(client_id, ENDED, payload, idle_only=True)
    GATEWAY.to_staff(client_id, STATS, {})


def device(client_id: int, device_id: str, /, **changes: Any) -> None:
    GATEWAY.to_staff(client_id, DEVICE, {"deviceId": device_id, **changes})
    GATEWAY.to_staff(client_id, STATS, {})


def support_code(client_id: int, code: str, /, **changes: Any) -> None:
    GATEWAY.to_staff(client_id, CODE, {"code": code, **changes})
    GATEWAY.to_staff(client_id, STATS, {})
