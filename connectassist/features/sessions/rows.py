"""How a session is shown: 001's dashboard rows (snake_case) and its camelCase answers."""

from __future__ import annotations

from typing import Any

from connectassist.features.sessions.models import Session
from connectassist.realtime.rooms import rooms

_PLAIN = ("id", "session_id", "type", "technician_id", "technician_name", "status", "allow_unattended", "client_info",
          "vnc_port", "device_id", "connected_at", "created_at", "updated_at", "expires_at", "ended_at",
          "customer_name", "machine_name", "rights", "support_code")


def session_row(session: Session) -> dict[str, Any]:
    """A session as lists show it."""
    info = session.client_info or {}
    row = {name: getattr(session, name) for name in _PLAIN}
    return row | rooms.counts(session.session_id) | {
        "viewing_technicians": int(session.viewing_since is not None),
        "billable_started_at": session.viewing_since, "billable_seconds": session.viewing_seconds,
        "device_hostname": info.get("hostname"), "device_os": info.get("os"), "device_ip": info.get("ip"),
        "device_country": None, "device_region": None, "device_city": None,
    }


def session_view(session: Session) -> dict[str, Any]:
    """A session as its own helper or page reads it; what is unset is absent."""
    view = {"sessionId": session.session_id, "technicianId": session.technician_id, "status": session.status,
            "technicianName": session.technician_name, "allowUnattended": session.allow_unattended,
            "rights": session.rights, "clientInfo": session.client_info, "vncPort": session.vnc_port,
            "createdAt": session.created_at, "expiresAt": session.expires_at, "connectedAt": session.connected_at,
            "endedAt": session.ended_at, "deviceId": session.device_id, "customerName": session.customer_name,
            "machineName": session.machine_name, "capabilities": session.capabilities}
    return {name: value for name, value in view.items() if value is not None}
