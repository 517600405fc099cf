"""What customers are told of their devices and commands, without asking (contract 003).

    device_status      {deviceId, status, condition, lastSeen, metrics}   with each heartbeat, as one comes or
                       goes, and with `suspended` as staff suspend it or let it in again
    status_update      {deviceId, status, lastSeen}                       as one comes or goes, in the original's words
    command_update     {commandId, deviceId, status, command}             with each change of a command
    command_completed  {commandId, deviceId, status, success, result}     when its device has answered
    session_update     {sessionId, deviceId, sessionType, status}         as a session is opened or over
    ticket_update      {ticketId, status}                                 to whoever opened a ticket, with each change
                       of it that is not staff's own; with `removed` when it is deleted

Fields stand flat and again under `data`. A result is told with its first 32 KB of output and `truncated`; the whole of
it comes over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.core.errors import CommandNotFound
from connectassist.features.commands import queries as commands
from connectassist.features.commands import service as command_service
from connectassist.features.commands.rows import result_row
from connectassist.features.commands.states import ANSWERED, DONE
from connectassist.features.customer_lines.service import LINES
from connectassist.features.device_sessions import service as device_sessions
from connectassist.features.heartbeats import service as heartbeats
from connectassist.features.tickets import service as tickets
from connectassist.realtime import announce
from connectassist.realtime.json_lines import Message
from connectassist.realtime.presence import presence

if TYPE_CHECKING:
    from connectassist.features.tickets.models import Ticket

#: Characters of an output, and of an error, that are told here.
MOST = 32 * 1024


def told(kind: str, **facts: Any) -> Message:
    """A message with its facts flat and under `data`."""
    return {**facts, "type": kind, "data": facts}


def beat(device_id: str, client_id: int, status: str, metrics: dict[str, Any] | None) -> None:
    """A device said how it is."""
    if LINES.are_there(client_id):
        is_online = status != heartbeats.OFFLINE
        LINES.tell(client_id, device_id, told(
            "device_status", deviceId=device_id, status="online" if is_online else "offline", condition=status,
            lastSeen=clock.iso(clock.now()), metrics=metrics), about="status")


def device_changed(client_id: int, device_id: str, changes: dict[str, Any]) -> None:
    """A device came, went, was suspended or let in again, or is no more."""
    if not changes.keys() & {"online", "suspended"} or not LINES.are_there(client_id):
        return
    status = "online" if changes.get("online", presence.is_online(device_id)) else "offline"
    facts = {"deviceId": device_id, "status": status, "lastSeen": changes.get("last_seen") or clock.iso(clock.now())}
    more = {name: changes[name] for name in ("removed", "suspended") if name in changes}
    LINES.tell(client_id, device_id, told("device_status", **facts, metrics=None, **more), about="status")
    LINES.tell(client_id, device_id, told("status_update", **facts), about="update")


def command_changed(row: dict[str, Any]) -> None:
    """A command's state changed."""
    client_id, device_id, command_id = row["client_id"], row["device_id"], row["id"]
    if not LINES.are_there(client_id):
        return
    facts = {"commandId": command_id, "deviceId": device_id, "sessionId": row["session_id"], "status": row["status"]}
    LINES.tell(client_id, device_id, told("command_update", **facts, command=row), about=f"command {command_id}")
    if row["state"] in ANSWERED:
        LINES.tell(client_id, device_id, told(
            "command_completed", **facts, success=row["state"] == DONE, result=_result(device_id, command_id)),
            about=f"completed {command_id}")


def session_changed(row: dict[str, Any]) -> None:
    """A session of a device was opened, or is over."""
    session_id, device_id = row["session_id"], row["device_id"]
    LINES.tell(row["client_id"], device_id, told(
        "session_update", sessionId=session_id, deviceId=device_id, sessionType=row["type"], status=row["status"]),
        about=f"session {session_id}")


def ticket_changed(ticket: Ticket, changes: dict[str, Any]) -> None:
    """A ticket is not what it was; what staff note among themselves is no news."""
    if not changes.get("is_internal"):
        _tell_maker(ticket)


def _tell_maker(ticket: Ticket, **more: bool) -> None:
    if LINES.are_there(ticket.client_id):
        LINES.tell_person(ticket.client_id, ticket.created_by_id, told(
            "ticket_update", ticketId=ticket.id, status=ticket.status, **more), about=f"ticket {ticket.id}")


def _result(device_id: str, command_id: str) -> dict[str, Any] | None:
    """What the device said, cut to what a message should hold."""
    try:
        _, result = commands.of_device(device_id, command_id)
    except CommandNotFound:
        return None
    if result is None:
        return None
    row = result_row(result)
    cut = {name: row[name][:MOST] for name in ("output", "error") if row[name] and len(row[name]) > MOST}
    return {**row, **cut, "executedAt": row["executedAt"], "truncated": bool(cut)}


heartbeats.on_beat.append(beat)
announce.on_device.append(device_changed)
command_service.on_changed.append(command_changed)
device_sessions.on_changed.append(session_changed)
tickets.on_opened.append(_tell_maker)
tickets.on_changed.append(ticket_changed)
tickets.on_deleted.append(lambda ticket: _tell_maker(ticket, removed=True))
