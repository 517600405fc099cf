"""How an alert is shown."""

from __future__ import annotations

from typing import Any

from connectassist.features.alerts.models import Alert
from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries as devices

_PLAIN = ("id", "device_id", "client_id", "check_type", "severity", "status", "message", "triggered_at",
          "acknowledged_at", "acknowledged_by", "resolved_at")


def alert_rows(alerts: list[Alert]) -> list[dict[str, Any]]:
    """Alerts with the names of their devices and clients."""
    named = devices.by_ids({alert.device_id for alert in alerts})
    owners = clients.names_of({alert.client_id for alert in alerts})
    return [{name: getattr(alert, name) for name in _PLAIN}
            | {"hostname": named[alert.device_id].hostname if alert.device_id in named else None,
               "client_name": owners.get(alert.client_id)} for alert in alerts]
