"""Contract 004's dashboard as each may see it: the machine for everybody who signed in, tickets in their scope; alerts
for staff, the server's own and those of the devices that they may see."""

from __future__ import annotations

from typing import Any

from connectassist.features.alerts import queries as device_alerts
from connectassist.features.devices import queries as devices
from connectassist.features.metrics import queries, rows, service
from connectassist.features.metrics.histories import Point
from connectassist.features.metrics.machine import Look
from connectassist.features.operations import queries as operations
from connectassist.features.tickets import queries as tickets
from connectassist.identity.principal import Principal

MOST_RECENT = 10
#: What React's card calls green.
WELL, TROUBLED, BAD = "operational", "degraded", "critical"
_FOR_ALL = ("cpu_usage", "memory_usage", "disk_usage", "uptime_hours", "status")


def health(by: Principal) -> dict[str, Any]:
    """How the server is now, and how much waits for the caller."""
    row = machine(service.latest())
    if not by.is_staff:
        return {name: row[name] for name in _FOR_ALL} | {"active_alerts": 0, "open_tickets": tickets.counts(by)[0]}
    active = queries.count_open()[0] + device_alerts.counts(by)["activeCount"]
    return row | {"active_alerts": active, "open_tickets": tickets.counts(by)[0]}


def machine(look: Look) -> dict[str, Any]:
    """The server alone, as staff see it."""
    active, critical = queries.count_open()
    return rows.machine_row(look, uptime_seconds=operations.uptime_seconds()) | {
        "status": BAD if critical else TROUBLED if active else WELL,
        "hub_lag_ms": look.hub_lag_ms, "sockets": look.sockets}


def metrics(by: Principal, *, hours: int) -> dict[str, Any]:
    """The same with what was, over so many hours."""
    points = queries.history(hours)
    points.append(Point(*(getattr(service.latest(), name) for name in Point._fields)))
    found = {"system_health": health(by), **{f"{name}_history": rows.series(points, name)
                                             for name in ("cpu", "memory", "disk")},
             "recent_alerts": recent_alerts(by),
             "recent_tickets": recent_tickets(by)}
    if by.is_staff:
        found |= {"hub_lag_history": rows.series(points, "hub_lag_ms"),
                  "sockets_history": rows.series(points, "sockets")}
    return found


def recent_alerts(by: Principal, *, limit: int = MOST_RECENT, only_open: bool = False) -> list[dict[str, Any]]:
    """The newest alerts for the caller, of the server and of devices."""
    if not by.is_staff:
        return []
    status = "open" if only_open else ""
    of_devices = device_alerts.page(by, status=status, limit=limit)
    known = devices.by_ids({alert.device_id for alert in of_devices})
    found = [rows.recent_system_alert(alert) for alert in queries.alerts(status=status, limit=limit)]
    found += [rows.recent_device_alert(alert, hostname=known[alert.device_id].hostname
                                       if alert.device_id in known else None) for alert in of_devices]
    return sorted(found, key=lambda row: row["timestamp"], reverse=True)[:limit]


def recent_tickets(by: Principal) -> list[dict[str, Any]]:
    """The newest tickets in the caller's scope."""
    return [rows.recent_ticket(each) for each in tickets.page(by, limit=MOST_RECENT)]
