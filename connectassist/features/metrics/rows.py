"""How the server's health, its alerts and its log are shown (contract 004's dashboard)."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.core.audit import AuditEntry
from connectassist.features.metrics.histories import Point
from connectassist.features.metrics.machine import Look
from connectassist.features.metrics.measures import MEASURES, SEVERITIES, Threshold
from connectassist.features.metrics.models import SystemAlert
from connectassist.http.json import dumps

if TYPE_CHECKING:
    from connectassist.features.alerts.models import Alert
    from connectassist.features.tickets.models import Ticket

HOSTNAME = socket.gethostname()
_TOLD = ("action", "device_id", "session_id", "client_id")
LOG_HEADINGS = ("Time", "Level", "Source", "Action", "Message", "By", "Address", "Device", "Session", "Client")
_OF_TICKETS = ("id", "title", "priority", "status", "category", "device_id", "created_at")


def machine_row(look: Look, *, uptime_seconds: float) -> dict[str, Any]:
    """The machine, in contract 004's words."""
    return {"cpu_usage": float(look.cpu), "memory_usage": float(look.memory), "disk_usage": float(look.disk),
            "uptime_hours": round(uptime_seconds / 3600, 2)}


def series(points: list[Point], column: str) -> list[dict[str, Any]]:
    """One measure over time."""
    return [{"timestamp": point.at, "value": float(getattr(point, column))} for point in points]


def system_alert_row(alert: SystemAlert) -> dict[str, Any]:
    """An alert of the server, whole."""
    status = "resolved" if alert.closed_at else "acknowledged" if alert.acknowledged_at else "active"
    return {"id": alert.id, "metric": alert.metric, "title": alert.title, "severity": alert.severity,
            "status": status, "value": alert.value, "threshold": alert.threshold, "unit": MEASURES[alert.metric].unit,
            "opened_at": alert.opened_at, "closed_at": alert.closed_at, "acknowledged_at": alert.acknowledged_at,
            "acknowledged_by": alert.acknowledged_by}


def recent_system_alert(alert: SystemAlert) -> dict[str, Any]:
    """The same in contract 004's words. Its number is below zero, so that no device's alert has the same."""
    row, unit = system_alert_row(alert), MEASURES[alert.metric].unit
    return {"id": -alert.id, "title": alert.title, "severity": SEVERITIES[alert.severity], "status": row["status"],
            "timestamp": alert.opened_at, "source": "server", "device_id": None,
            "description": f"{alert.value:g} {unit}; the threshold is {alert.threshold:g} {unit}"}


def recent_device_alert(alert: Alert, *, hostname: str | None) -> dict[str, Any]:
    """An alert of a device in contract 004's words."""
    return {"id": alert.id, "title": alert.message, "severity": SEVERITIES.get(alert.severity, alert.severity),
            "status": alert.status, "timestamp": alert.triggered_at, "source": "device", "device_id": alert.device_id,
            "description": f"{hostname or alert.device_id}: {alert.check_type}"}


def recent_ticket(ticket: Ticket) -> dict[str, Any]:
    """What the dashboard shows of a ticket."""
    return {name: getattr(ticket, name) for name in _OF_TICKETS}


def log_row(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the log. The metadata is text that holds JSON, as contract 004 has it."""
    told = {name: getattr(entry, name) for name in _TOLD if getattr(entry, name) is not None}
    told |= {"actor": entry.actor_name, "address": entry.address}
    return {"id": entry.id, "level": entry.level, "message": entry.message, "source": entry.category,
            "hostname": HOSTNAME, "timestamp": entry.at, "metadata": dumps(told).decode()}


def log_cells(entry: AuditEntry) -> list[Any]:
    """The same as a line of a CSV file."""
    return [clock.iso(entry.at), entry.level, entry.category, entry.action, entry.message, entry.actor_name,
            entry.address, entry.device_id, entry.session_id, entry.client_id]


def threshold_rows(thresholds: dict[str, Threshold]) -> dict[str, dict[str, Any]]:
    """The thresholds, by measure, with the usual ones."""
    return {metric: {"warning": found.warning, "critical": found.critical, "unit": MEASURES[metric].unit,
                     "usual": {"warning": MEASURES[metric].usual.warning, "critical": MEASURES[metric].usual.critical}}
            for metric, found in thresholds.items()}
