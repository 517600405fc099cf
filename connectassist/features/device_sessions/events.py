"""What staff's pages are told of diagnostic and remediation sessions while they look."""

from __future__ import annotations

from typing import Any

from connectassist.features.device_sessions import service
from connectassist.realtime.announce import Pace
from connectassist.realtime.gateway import GATEWAY

SESSION_CHANGED = GATEWAY.events.sends(
    "device-session-changed", to="staff", fields="deviceId sessionId type status",
    doc="A diagnostic or remediation session of a device was opened, or is over.")
_PACE = Pace()


def _tell(row: dict[str, Any]) -> None:
    _PACE.tell(row["client_id"], SESSION_CHANGED, row["device_id"], {
        "deviceId": row["device_id"], "sessionId": row["session_id"], "type": row["type"], "status": row["status"]})


service.on_changed.append(_tell)
