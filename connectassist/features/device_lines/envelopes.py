"""What the server says to a device over its line.

The document has `{type, data}`, its system's own agent reads `payload`, and its socket's replies are flat: each message
carries all of them.

    command        {type, id, data, payload {id, type, parameters, claimToken, timestamp}, command, parameters, ...}
    config_update  {type, data {nextHeartbeat} or {cancelledCommands: [id]}, and the same flat}
    heartbeat_ack  {type, nextHeartbeat, pendingCommands, timestamp, data}
    no_commands    {type}
    ack            {type, success, commandId, nextCommand {id}} or {type, success, commandId, visibleUntil}
    error          {type, error {code, message, details}, code, message}

All of them carry a `requestId`: the one of the message that they answer, or one made here.
"""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.commands.service import Claimed
from connectassist.http.json import dumps

#: What a message should not exceed; a command whose parameters would, is said with them once.
MOST = 100 * 1024


def command(claimed: Claimed) -> dict[str, Any]:
    """A command to be done."""
    known = {"id": claimed.id, "type": claimed.type, "claimToken": claimed.claim_token, "priority": claimed.priority,
             "visibleUntil": clock.iso(claimed.visible_until), "attempt": claimed.attempt}
    payload = {**known, "parameters": claimed.parameters, "timestamp": clock.iso(clock.now())}
    envelope = {"type": "command", "id": claimed.id, "claimToken": claimed.claim_token, "payload": payload}
    if 4 * len(dumps(claimed.parameters)) > MOST - 4096:
        return {**envelope, "data": known, "command": known}
    whole = {**known, "parameters": claimed.parameters}
    return {**envelope, "data": payload, "command": whole, "parameters": claimed.parameters}


def config_update(**changes: Any) -> dict[str, Any]:
    """Something that the device should do otherwise from now on."""
    return {"type": "config_update", "data": changes, **changes}


def heartbeat_ack(*, next_ms: int, waiting: int) -> dict[str, Any]:
    """A heartbeat came."""
    told = {"success": True, "nextHeartbeat": next_ms, "pendingCommands": waiting, "timestamp": clock.iso(clock.now())}
    return {"type": "heartbeat_ack", "data": told, **told}


def ack(**facts: Any) -> dict[str, Any]:
    """It is done."""
    return {"type": "ack", "success": True, "data": facts, **facts}
