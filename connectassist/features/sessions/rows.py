"""How a session is shown: 001's dashboard rows (snake_case) and its camelCase answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from connectassist.features.devices import queries as devices
from connectassist.features.sessions.models import Session
from connectassist.realtime import screens
from connectassist.realtime.rooms import rooms

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

_PLAIN = ("id", "session_id", "type", "technician_id", "technician_name", "status", "allow_unattended", "client_info",
          "vnc_port", "device_id", "connected_at", "created_at", "updated_at", "expires_at", "ended_at",
          "customer_name", "machine_name", "rights", "admitted", "support_code")


def session_rows(sessions: Iterable[Session]) -> list[dict[str, Any]]:
    """Sessions as lists show them, with what is known of their devices."""
    listed = list(sessions)
    known = devices.by_ids({each.device_id for each in listed if each.device_id})
    return [session_row(each, device=known.get(each.device_id or "")) for each in listed]


def session_row(session: Session, *, device: Device | None = None) -> dict[str, Any]:
    """A session as lists show it. One whose helper is away has contract 001's `ended_at` until it comes back."""
    info = session.client_info or {}
    row = {name: getattr(session, name) for name in _PLAIN}
    return row | rooms.counts(session.session_id) | {
        "vnc_connected": screens.is_up(session.session_id),
        "ended_at": session.ended_at or session.helper_left_at,
        "machine_name": session.machine_name or getattr(device, "machine_name", None),
        "customer_name": session.customer_name or getattr(device, "customer_name", None),
        "billable_started_at": session.viewing_since, "billable_seconds": session.viewing_seconds,
        "device_hostname": info.get("hostname") or getattr(device, "hostname", None),
        "device_os": info.get("os") or getattr(device, "os", None),
        "device_ip": info.get("ip") or getattr(device, "last_ip", None),
        **{f"device_{place}": getattr(device, f"last_{place}", None) for place in ("country", "region", "city")},
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
