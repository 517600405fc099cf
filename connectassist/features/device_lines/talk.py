"""What a device may say over its line, and who handles it (contract 003, both of its families).

    heartbeat       {status, metrics, diagnostics, timestamp}                 -> heartbeat_ack
    status          {data: {status, metrics, ...}} or {data: "busy"}          -> heartbeat_ack
    status_update   {status}                                                  -> heartbeat_ack
    claim_command   {limit, visibilityTimeout}                                -> command, once for each | no_commands
    command_result  {commandId, claimToken, status, output, error, executedAt, duration} -> ack {nextCommand}
    extend          {commandId, claimToken, extensionMs}                      -> ack {visibleUntil}
    ping            {}                                                        -> pong
    connected       {}                                                        -> nothing: the real agent says so twice

Fields stand flat or under `data`. Anything else is answered with an error, in the gateway's words."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.core.errors import ValidationFailed
from connectassist.features.commands import queries as command_queries
from connectassist.features.commands import service as commands
from connectassist.features.device_lines import envelopes
from connectassist.features.device_lines.service import DeviceLine
from connectassist.features.heartbeats import service as heartbeats
from connectassist.realtime.json_lines import Handler, Message, inner


def heartbeat(line: DeviceLine, message: Message) -> Message:
    """The device says how it is."""
    said = inner(message)
    data = message.get("data")
    status = data if isinstance(data, str) else said.get("status", "online")
    if status not in heartbeats.STATUSES:
        raise ValidationFailed(f"The status must be one of {', '.join(heartbeats.STATUSES)}")
    metrics = said.get("metrics")
    next_ms = heartbeats.note(
        line.device_id, status=status, metrics=metrics if isinstance(metrics, dict) else None,
        diagnostics=said.get("diagnostics"), timestamp=clock.read(said.get("timestamp")), by=line.by)
    _tell_rhythm(line, next_ms)
    waiting = command_queries.waiting(line.device_id)
    if waiting:
        line.push_soon()
    return envelopes.heartbeat_ack(next_ms=next_ms, waiting=waiting)


def _tell_rhythm(line: DeviceLine, next_ms: int) -> None:
    """The agent takes the interval over from any message that carries it; one that changed is said by itself."""
    if line.told_ms is not None and line.told_ms != next_ms:
        line.say(envelopes.config_update(nextHeartbeat=next_ms))
    line.told_ms = next_ms


def claim(line: DeviceLine, message: Message) -> Message | None:
    """The device asks for commands."""
    said = inner(message)
    claimed = commands.claim(line.device_id, limit=_or(said.get("limit"), 1),
                             visibility_ms=_or(said.get("visibilityTimeout"), commands.USUAL))
    if not claimed:
        return {"type": "no_commands"}
    return line.deliver(claimed, request_id=message.get("requestId"))


def result(line: DeviceLine, message: Message) -> Message:
    """What came of a command."""
    said = inner(message)
    command_id = _command_id(said)
    following = commands.finish(
        line.device_id, command_id, claim_token=said.get("claimToken"), outcome=said.get("status"),
        output=said.get("output", said.get("result")), error=said.get("error"), executed_at=said.get("executedAt"),
        duration=said.get("duration"))
    more = {"nextCommand": {"id": following}} if following else {}
    return envelopes.ack(commandId=command_id, **more)


def extend(line: DeviceLine, message: Message) -> Message:
    """The device needs longer."""
    said = inner(message)
    command_id = _command_id(said)
    until = commands.extend(line.device_id, command_id, claim_token=said.get("claimToken"),
                            extension_ms=said.get("extensionMs"))
    return envelopes.ack(commandId=command_id, visibleUntil=clock.iso(until))


def pong(line: DeviceLine, message: Message) -> Message:
    """For clients that can't ping by frame."""
    return {"type": "pong", "timestamp": clock.iso(clock.now())}


def nothing(line: DeviceLine, message: Message) -> None:
    """The agent greets."""


def _command_id(said: Message) -> str:
    found = said.get("commandId") or said.get("id")
    if not isinstance(found, str):
        raise ValidationFailed("The commandId is missing")
    return found[:64]


def _or(said: Any, usual: int) -> Any:
    return usual if said is None else said


MESSAGES: dict[str, Handler] = {
    "heartbeat": heartbeat, "status": heartbeat, "status_update": heartbeat, "claim_command": claim,
    "command_result": result, "extend": extend, "ping": pong, "connected": nothing,
}
