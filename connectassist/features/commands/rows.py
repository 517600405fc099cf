"""How a command is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from connectassist.core import clock
from connectassist.features.commands.answers import SUCCESS
from connectassist.features.commands.models import Command, CommandResult
from connectassist.features.commands.queue import Claimed
from connectassist.features.commands.states import CLAIMED

_PLAIN = ("device_id", "client_id", "session_id", "type", "priority", "state", "attempts", "requested_by",
          "decided_by", "decision_reason")
_TIMES = ("decided_at", "created_at", "finished_at")


def command_row(command: Command | Row[Any], result: CommandResult | None = None) -> dict[str, Any]:
    """A command as staff and listeners see it, without its parameters, which may be large; `status` is the state
    again, under contract 003's name."""
    return {"id": command.command_id, "status": command.state, **{name: getattr(command, name) for name in _PLAIN},
            **{name: clock.iso(getattr(command, name)) for name in _TIMES},
            "visible_until": clock.iso(command.visible_at) if command.state == CLAIMED else None,
            "result": result and result_row(result)}


def whole_row(command: Command | Row[Any], result: CommandResult | None = None) -> dict[str, Any]:
    """The same with the parameters."""
    return command_row(command, result) | {"parameters": command.parameters}


def result_row(result: CommandResult) -> dict[str, Any]:
    """What the device said, in contract 003's words."""
    return {"success": result.outcome == SUCCESS, "status": result.outcome, "output": result.output,
            "error": result.error, "executedAt": clock.iso(result.executed_at), "duration": result.duration,
            "receivedAt": clock.iso(result.received_at)}


def history_row(command: Command | Row[Any], result: CommandResult | None = None) -> dict[str, Any]:
    """A line of a session's command history, as contract 003 writes it; without a result the field is absent."""
    row = {"id": command.command_id, "type": command.type, "status": command.state, "priority": command.priority,
           "createdAt": clock.iso(command.created_at), "requestedBy": command.requested_by,
           "decidedBy": command.decided_by, "decidedAt": clock.iso(command.decided_at),
           "decisionReason": command.decision_reason}
    return row | {"result": result_row(result)} if result else row


def claimed_row(claimed: Claimed) -> dict[str, Any]:
    """A command in the hands of its device, as contract 003 writes it."""
    return {"id": claimed.id, "type": claimed.type, "parameters": claimed.parameters, "priority": claimed.priority,
            "claimToken": claimed.claim_token, "visibleUntil": clock.iso(claimed.visible_until),
            "attempt": claimed.attempt}


def queued_row(command: Command | Row[Any]) -> dict[str, Any]:
    """A command as whoever queued it hears of it."""
    return {"id": command.command_id, "type": command.type, "status": command.state}
