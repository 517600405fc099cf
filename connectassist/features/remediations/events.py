"""What devices tell of remediations, on `/agent`."""

from __future__ import annotations

from typing import Any

from connectassist.features.remediations import service
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, DEVICE


@AGENT.on("remediation_started", speaks=DEVICE)
def began(data: dict[str, Any], connection: Connection) -> None:
    """The person at the device allowed a request: `requestId`. It is being done now."""
    service.begin(connection.device_id or "", data)


@AGENT.on("remediation_result", speaks=DEVICE)
def told(data: dict[str, Any], connection: Connection) -> None:
    """What came of a request: `requestId`, `success`, `message`, and perhaps `declined`, `before`, `after`."""
    service.receive(connection.device_id or "", data)
