"""A session told whole: its commands and what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectassist.core import foreign
from connectassist.features.commands import queries as commands
from connectassist.features.commands.rows import history_row
from connectassist.features.commands.states import REJECTED
from connectassist.features.device_sessions import queries
from connectassist.features.device_sessions.rows import session_view
from connectassist.features.devices import queries as devices

if TYPE_CHECKING:
    from connectassist.features.commands.models import Command, CommandResult
    from connectassist.features.device_sessions.models import DeviceSession

MOST_COMMANDS = 100
Line = tuple[datetime, str, str]


def whole(session: DeviceSession) -> dict[str, Any]:
    """A session with its newest commands, oldest first, as a transcript reads."""
    history = [history_row(*each) for each in commands.of_session(session.session_id, limit=MOST_COMMANDS)]
    name = devices.shown_names({session.device_id}).get(session.device_id)
    return session_view(session) | {"deviceName": name, "commands": history}


def transcript(session: DeviceSession) -> list[dict[str, Any]]:
    """What happened in a session, oldest first: `{timestamp, type, message}`."""
    lines = [_opened(session), *_ended(session)]
    for command, result in commands.of_session(session.session_id, limit=MOST_COMMANDS):
        lines += _of_command(command, result)
    return [{"timestamp": at, "type": kind, "message": message}
            for at, kind, message in sorted(lines, key=lambda line: line[0])]


def _opened(session: DeviceSession) -> Line:
    about = f": {session.description}" if session.description else ""
    return session.created_at, "session", f"{session.opener} opened a {session.type} session{about}"


def _ended(session: DeviceSession) -> list[Line]:
    state = queries.state(session)
    if state == queries.EXPIRED:
        return [(session.ended_at or session.expires_at, "session", "The session's time was over")]
    if session.ended_at is None:
        return []
    return [(session.ended_at, "session", f"The {session.ended_by} ended the session")]


def _of_command(command: Command, result: CommandResult | None) -> list[Line]:
    lines = [(command.created_at, "command", f"{command.requested_by} asked for {command.type}")]
    if command.decided_at:
        did = "rejected" if command.state == REJECTED else "approved"
        why = f": {command.decision_reason}" if command.decision_reason else ""
        lines.append((command.decided_at, "decision", f"{command.decided_by} {did} {command.type}{why}"))
    if result:
        said = foreign.line(result.error or result.output or "", 500)
        words = f"{command.type}: {result.outcome}" + (f": {said}" if said else "")
        lines.append((result.received_at, "result", words))
    elif command.finished_at and command.state != REJECTED:
        lines.append((command.finished_at, "command", f"{command.type}: {command.state}"))
    return lines
