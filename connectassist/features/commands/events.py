"""What staff's pages are told of commands while they look."""

from __future__ import annotations

from typing import Any

from connectassist.features.commands import service
from connectassist.realtime.announce import Pace
from connectassist.realtime.gateway import GATEWAY

COMMAND_CHANGED = GATEWAY.events.sends(
    "command-changed", to="staff", fields="deviceId commandId sessionId type state attempts",
    doc="A command of a device was queued, decided on, claimed or finished. In a storm only the newest of each device "
        "is told.")
_PACE = Pace()


def _tell(row: dict[str, Any]) -> None:
    _PACE.tell(row["client_id"], COMMAND_CHANGED, row["device_id"], {
        "deviceId": row["device_id"], "commandId": row["id"], "sessionId": row["session_id"], "type": row["type"],
        "state": row["state"], "attempts": row["attempts"]})


service.on_changed.append(_tell)
