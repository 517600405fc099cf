"""How diagnostic and remediation sessions are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from connectassist.features.device_sessions import queries

if TYPE_CHECKING:
    from connectassist.features.commands.models import Command
    from connectassist.features.device_sessions.models import DeviceSession


def session_view(session: DeviceSession) -> dict[str, Any]:
    """A session as contract 003 shows it."""
    return {"id": session.session_id, "deviceId": session.device_id, "type": session.type,
            "status": queries.state(session), "description": session.description or "",
            "openedBy": session.opener,
            "createdAt": session.created_at, "expiresAt": session.expires_at, "endedAt": session.ended_at,
            "endedBy": session.ended_by}


def session_row(session: DeviceSession) -> dict[str, Any]:
    """A session as lists show it: contract 003's names, and those of a table's columns, as its portal reads rows."""
    view = session_view(session)
    return view | {"session_id": session.session_id, "device_id": session.device_id, "client_id": session.client_id,
                   "created_at": session.created_at, "expires_at": session.expires_at, "ended_at": session.ended_at}


def decision_view(decided: Sequence[Command], *, approved: bool, of_all: bool) -> dict[str, Any]:
    """What came of a decision; one about all that waited tells the state and lists the commands."""
    word = "approved" if approved else "rejected"
    shown = [{"id": each.command_id, "status": word} for each in decided]
    return {"success": True, "command": shown[0]} | ({"status": word, "commands": shown} if of_all else {})


def session_rows(sessions: Iterable[DeviceSession]) -> list[dict[str, Any]]:
    """The same for many."""
    return [session_row(each) for each in sessions]
