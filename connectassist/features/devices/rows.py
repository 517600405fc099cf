"""How a device is shown: the union of the fields of contracts 000, 001 and 002."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.devices.models import Device
from connectassist.http.context import vault
from connectassist.identity.principal import Principal
from connectassist.realtime.presence import presence

_PLAIN = ("id", "device_id", "technician_id", "display_name", "os", "hostname", "arch", "last_ip", "allow_unattended",
          "pending_session_id", "pending_requested_at", "created_at", "updated_at", "customer_name", "machine_name",
          "mac_address", "support_code", "client_id", "helper_version", "username")


def device_row(device: Device, *, to: Principal) -> dict[str, Any]:
    """A device as staff see it. The permanent password is shown to technicians and admins only."""
    is_online = presence.is_online(device.device_id)
    row = {name: getattr(device, name) for name in _PLAIN}
    row |= {
        "status": "online" if is_online else "offline", "online": is_online,
        "last_seen": clock.now() if is_online else device.last_seen, "ip_address": device.last_ip,
        "device_name": device.machine_name or device.hostname or device.display_name,
        "platform": device.os or device.platform, "os_version": device.os, "certificate_fingerprint": None,
        "last_country": None, "last_region": None, "last_city": None,
        "permanent_password": vault().decrypt(device.permanent_password) if to.is_technician else None,
    }
    return row
