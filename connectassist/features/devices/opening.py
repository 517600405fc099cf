"""Opening a session on a device: what a technician's Connect does before the customer is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import DeviceNotFound
from connectassist.features.devices import queries, service
from connectassist.features.sessions import queries as session_queries
from connectassist.features.sessions import service as sessions
from connectassist.http.context import vault
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

PENDING = GATEWAY.events.sends("pending-session", to="the device", fields="sessionId",
                               doc="A technician opened a session for this device: register and join it.")


def open_session(device_id: str, *, by: Principal) -> Session:
    """The device's live session, or a new one that its helper is called into. Raises DeviceNotFound."""
    device = queries.visible_to(by, device_id)
    session = session_queries.live_of_device(device_id) or sessions.create_for(device, by=by)
    device.pending_session_id, device.pending_requested_at = session.session_id, clock.now()
    session_id = session.session_id
    db.session.commit()
    GATEWAY.to_device(device_id, PENDING, {"sessionId": session_id})
    return session


def connect(device_id: str, *, by: Principal, server: str, connection_type: str) -> dict[str, Any]:
    """What contract 002's connect answers; showing the password is audited. Raises DeviceNotFound."""
    session = open_session(device_id, by=by)
    device = queries.visible_to(by, device_id)
    audit.record(by, "device.connect", f"{by.name} connects to {device_id} ({connection_type})",
                 client_id=device.client_id, device_id=device_id, session_id=session.session_id)
    db.session.commit()
    return {"device_id": device_id, "password": vault().decrypt(device.permanent_password),
            "server": urlsplit(server).hostname, "connection_type": connection_type,
            "session_id": session.session_id, "session_url": f"{server}/sessions/{session.session_id}"}


def pending(device_id: str, *, by: Principal) -> str | None:
    """The session a technician waits in for this device. Raises DeviceNotFound, Unauthorized."""
    device = queries.by_id(device_id)
    if device is None:
        raise DeviceNotFound()
    service.prove(by, device_id)
    session = session_queries.find_live(device.pending_session_id)
    return session.session_id if session else None


def note_shown(rows: list[dict[str, Any]], *, by: Principal) -> None:
    """Audit that permanent passwords were shown."""
    shown = [row["device_id"] for row in rows if row["permanent_password"]]
    if shown:
        what = "a device with its password" if len(shown) == 1 else f"{len(shown)} devices with passwords"
        audit.record(by, "device.passwords_listed", f"{by.name} listed {what}",
                     device_id=shown[0] if len(shown) == 1 else None)
        db.session.commit()
