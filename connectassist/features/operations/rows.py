"""How log entries are shown: contract 002's logs and its dashboard's feed."""

from __future__ import annotations

from typing import Any

from connectassist.core.audit import AuditEntry

TROUBLE = ("WARNING", "ERROR")
#: action -> the feed's type, for which 002's page has an icon, and its title
ACTIVITIES = {
    "support_code.create": ("code_generated", "Support code generated"),
    "device.register": ("device_registered", "Device registered"),
    "device.enroll": ("device_registered", "Device enrolled"),
    "device.connect": ("connection", "Connection"),
    "session.create": ("session_started", "Session started"),
    "session.end": ("session_ended", "Session ended"),
}
_ANY_TROUBLE = ("error", "Please look at this")
_PLAIN = ("id", "level", "category", "action", "message", "device_id", "session_id", "client_id")


def log_row(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the log."""
    row = {name: getattr(entry, name) for name in _PLAIN}
    return row | {"timestamp": entry.at, "actor": entry.actor_name, "ip_address": entry.address}


def activity_row(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the dashboard's feed."""
    kind, title = _ANY_TROUBLE if entry.level in TROUBLE else ACTIVITIES[entry.action]
    return {"type": kind, "title": title, "description": entry.message, "timestamp": entry.at}
