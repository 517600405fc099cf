"""A page of sessions with the devices and people that it names, as contract 003's portal reads it."""

from __future__ import annotations

from typing import Any

from connectassist.features.device_sessions import queries
from connectassist.features.device_sessions.rows import session_rows
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal


def paged(by: Principal, *, page: int, limit: int, status: str, search: str, device_id: str) -> dict[str, Any]:
    """Page `page` of so many sessions in scope."""
    found, total = queries.page(by, status="" if status == "all" else status, search=search, device_id=device_id,
                                limit=limit, offset=(page - 1) * limit)
    names = devices.shown_names({each.device_id for each in found})
    rows = [row | {"deviceName": names.get(row["device_id"])} for row in session_rows(found)]
    return {"sessions": rows, "totalCount": total, "currentPage": page,
            "totalPages": -(-total // limit),
            "devices": {device_id: {"id": device_id, "name": name} for device_id, name in names.items()},
            "users": {name: {"id": name, "name": name} for name in {each.opener for each in found}}}
