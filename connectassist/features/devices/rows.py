"""How a device is shown: the union of the fields of contracts 000, 001 and 002."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.features.devices import profile, sightings
from connectassist.http.context import vault
from connectassist.identity import device_secrets
from connectassist.identity.principal import Principal
from connectassist.realtime.presence import presence

if TYPE_CHECKING:
    from sqlalchemy import Row

    from connectassist.features.devices.models import Device

_PLAIN = ("id", "device_id", "technician_id", "display_name", "os", "hostname", "arch", "last_ip", "allow_unattended",
          "pending_session_id", "pending_requested_at", "created_at", "updated_at", "customer_name", "machine_name",
          "location", "model", "mac_address", "support_code", "client_id", "helper_version", "username", "health_score")
#: What contract 000 calls differently.
_OTHER_NAMES = {"client_version": "helper_version", "current_user": "username", "enrolled_at": "created_at",
                "os_version": "os", "ip_address": "last_ip", "ai_disabled": "ai_mode", "ai_disabled_by": "ai_mode_by"}
_UNKNOWN = dict.fromkeys(("certificate_fingerprint", "last_country", "last_region", "last_city"))


def device_row(device: Device | Row[Any], *, to: Principal, shows_password: bool = True) -> dict[str, Any]:
    """A device as staff see it. The permanent password is shown to technicians and admins only, and where it is
    asked for."""
    return device_rows([device], to=to, shows_password=shows_password)[0]


def device_rows(devices: Sequence[Device | Row[Any]], *, to: Principal, shows_password: bool = True,
                ) -> list[dict[str, Any]]:
    """Some devices in the same way; who of them is suspended takes one read."""
    suspended = device_secrets.suspended_among([device.device_id for device in devices])
    return [_staff_row(device, to=to, shows_password=shows_password) | {"suspended": device.device_id in suspended}
            for device in devices]


def _staff_row(device: Device | Row[Any], *, to: Principal, shows_password: bool) -> dict[str, Any]:
    password = device.permanent_password if to.is_technician else None
    row = plain_row(device) | {"has_password": bool(password)}
    row["permanent_password"] = vault().decrypt(password) if shows_password else None
    return row


def plain_row(device: Device | Row[Any]) -> dict[str, Any]:
    """A device without anything secret."""
    is_online, details = presence.is_online(device.device_id), device.details or {}
    row = {name: details.get(name) for name in profile.KEPT}
    for name in _PLAIN:
        row[name] = getattr(device, name)
    for name, column in _OTHER_NAMES.items():
        row[name] = getattr(device, column)
    row |= _UNKNOWN
    row |= {
        "status": "online" if is_online else "offline", "online": is_online,
        "has_helper": presence.has_helper(device.device_id),
        "last_seen": clock.now() if is_online else sightings.newest(device.device_id, device.last_seen),
        "device_name": device.machine_name or device.hostname or device.display_name,
        "platform": device.os or device.platform,
    }
    return row


def pocket_rows(devices: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Devices as contract 000's clients get them, moments written out. Runs in a real thread: they may be thousands."""
    rows = [plain_row(device) for device in devices]
    for row in rows:
        for name in ("last_seen", "created_at", "enrolled_at", "updated_at", "pending_requested_at"):
            row[name] = clock.iso(row[name])
    return rows


def detail_row(device: Device, *, to: Principal, shows_password: bool) -> dict[str, Any]:
    """A device with the reasons of its health score."""
    return device_row(device, to=to, shows_password=shows_password) | {
        "health_reasons": device.health_reasons or [], "examined_at": device.examined_at,
        "ai_resumes_at": device.ai_resumes_at, "technician_id": device.technician_id}
