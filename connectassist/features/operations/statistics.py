"""The dashboard's counts, within the caller's scope."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.devices import queries as devices
from connectassist.features.operations.status import uptime
from connectassist.features.sessions import queries as sessions
from connectassist.features.support_codes import queries as codes
from connectassist.identity.principal import Principal


def counts(by: Principal) -> dict[str, Any]:
    """Contract 002's counts; days begin at midnight UTC."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "online_devices": devices.count_online(by), "total_customers": devices.count_customers(by),
        "active_support_codes": codes.count_active(by), "active_sessions": sessions.count_connected(by),
        "total_sessions_today": sessions.count_since(by, midnight), "system_uptime": uptime(),
    }


def answer(by: Principal) -> dict[str, Any]:
    """The counts as the document nests them, and flat as 002's page reads them."""
    found = counts(by)
    return {"success": True, "stats": found, **found, "active_codes": found["active_support_codes"]}
