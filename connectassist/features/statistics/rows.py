"""How a session is shown among the statistics, and in their CSV file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from connectassist.core import clock

HEADINGS = ("Session", "State", "Begun (UTC)", "Connected (UTC)", "Ended (UTC)", "Seconds", "Customer", "Machine",
            "Host name", "System", "Address", "Device", "Technician")


def statistics_row(found: Row) -> dict[str, Any]:
    """A session with the fields of contract 001's statistics page. Places are not looked up."""
    info = found.client_info or {}
    return {"sessionId": found.session_id, "status": found.state, "createdAt": found.created_at,
            "connectedAt": found.connected_at, "endedAt": found.ended_at, "durationMs": found.duration_ms,
            "customerName": found.customer_name, "machineName": found.machine_name, "os": info.get("os"),
            "hostname": info.get("hostname"), "ip": info.get("ip"), "country": None, "region": None, "city": None,
            "deviceId": found.device_id, "technicianName": found.technician_name}


def csv_cells(found: Row) -> list[Any]:
    """A session as a line of the file."""
    row = statistics_row(found)
    moments = [clock.iso(row[name]) for name in ("createdAt", "connectedAt", "endedAt")]
    told = ("customerName", "machineName", "hostname", "os", "ip", "deviceId", "technicianName")
    return [row["sessionId"], row["status"], *moments, round(row["durationMs"] / 1000), *(row[name] for name in told)]
