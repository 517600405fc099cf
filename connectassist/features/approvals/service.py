"""A customer decides what may be run on a device of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectassist.features.commands import queries
from connectassist.features.commands import service as commands
from connectassist.features.commands.states import PENDING_APPROVAL
from connectassist.features.device_sessions import queries as session_queries
from connectassist.features.device_sessions import service as sessions

if TYPE_CHECKING:
    from connectassist.features.commands.models import Command
    from connectassist.identity.principal import Principal


def decide(command_id: str, *, approved: bool, reason: str | None, by: Principal) -> Command:
    """Approve or reject a command in the caller's scope, once. One of a session is decided while that goes on.
    Raises CommandNotFound, CommandDecided, SessionEnded."""
    command, _ = queries.visible_to(by, command_id)
    session = session_queries.find(command.session_id) if command.session_id else None
    if session is not None and command.state == PENDING_APPROVAL:
        sessions.require_active(session)
    return commands.decide(command_id, session_id=None, approved=approved, reason=reason, by=by)
