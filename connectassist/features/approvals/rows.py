"""How a customer is shown what waits for their approval: to the letter, with who asks and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from connectassist.features.device_sessions import queries as sessions
from connectassist.features.devices import queries as devices

if TYPE_CHECKING:
    from connectassist.features.commands.models import Command


def approval_row(command: Command) -> dict[str, Any]:
    """One command."""
    return approval_rows([command])[0]


def approval_rows(commands: Iterable[Command]) -> list[dict[str, Any]]:
    """The same for some of them, whose devices and sessions are read at once. `why` is what the session is about."""
    found = list(commands)
    known = devices.by_ids({each.device_id for each in found})
    about = sessions.by_ids({each.session_id for each in found if each.session_id})
    return [_row(each) | {
        "deviceName": devices.shown_name(known[each.device_id]) if each.device_id in known else each.device_id,
        "why": (about[each.session_id].description or "") if each.session_id in about else ""} for each in found]


def _row(command: Command) -> dict[str, Any]:
    return {"id": command.command_id, "type": command.type, "parameters": command.parameters,
            "priority": command.priority, "status": command.state, "deviceId": command.device_id,
            "sessionId": command.session_id, "requestedBy": command.requested_by, "createdAt": command.created_at,
            "decidedBy": command.decided_by, "decidedAt": command.decided_at,
            "decisionReason": command.decision_reason}
