"""Diagnostic and remediation sessions: opened, decided in, ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, insert, update
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock, foreign
from connectassist.core.errors import ActiveSessionExists, CommandDecided, DeviceNotFound, SessionEnded
from connectassist.features.commands import queries as command_queries
from connectassist.features.commands import service as commands
from connectassist.features.commands.states import PENDING_APPROVAL
from connectassist.features.device_sessions import queries
from connectassist.features.device_sessions.models import ACTIVE, BY_TIME, ENDED, DeviceSession
from connectassist.features.device_sessions.rows import session_row
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.sessions import queries as sessions
from connectassist.http.context import writer
from connectassist.identity import principal
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.commands.models import Command
    from connectassist.features.devices.models import Device

LIFE = timedelta(hours=1)
LONGEST_DESCRIPTION = 2000
#: How many undecided commands one word decides on.
MOST_AT_ONCE = 200
#: Called with a session as lists show it, and its `client_id`, when it began or ended.
on_changed: list[Callable[[dict[str, Any]], None]] = []
_TABLE: Table = DeviceSession.__table__  # type: ignore[assignment]


def open(device: Device, *, kind: str, description: str, by: Principal) -> DeviceSession:
    """A session for a device, for an hour. Raises ActiveSessionExists, of many at once for all but one, and
    DeviceNotFound for a device that another client was given meanwhile."""
    values = _values(device, kind=kind, description=description, by=by)
    expired = writer().do(lambda connection: _insert(connection, values, by))
    for session_id in expired:
        commands.end_session(session_id, by=principal.system())
        _told(session_id)
    return _told(values["session_id"])


def _values(device: Device, *, kind: str, description: str, by: Principal) -> dict[str, Any]:
    moment = clock.now()
    opener = {"technician_id": by.user_id, "technician_name": by.name} if by.is_staff else {"customer_name": by.name}
    return {"session_id": sessions.free_id(), "type": kind, "status": ACTIVE, "client_id": device.client_id,
            "device_id": device.device_id, "description": foreign.lines(description, LONGEST_DESCRIPTION).strip(),
            "created_at": moment, "updated_at": moment, "expires_at": moment + LIFE, **opener}


def _insert(connection: Connection, values: dict[str, Any], by: Principal) -> list[str]:
    """The index that allows one active session for each device is the judge. Returns what was active although its
    time was over."""
    expired = _close(connection, _TABLE.c.device_id == values["device_id"],
                     _TABLE.c.expires_at <= values["created_at"], moment=_TABLE.c.expires_at, who=BY_TIME)
    if device_queries.owner_of(connection, values["device_id"]) != values["client_id"]:
        raise DeviceNotFound()
    try:
        connection.execute(insert(_TABLE), values)
    except IntegrityError as error:
        raise ActiveSessionExists() from error
    audit.write(connection, by, "device_session.open",
                f"A {values['type']} session {values['session_id']} was opened for {values['device_id']}",
                client_id=values["client_id"], device_id=values["device_id"], session_id=values["session_id"])
    return [each.session_id for each in expired]


def end(session_id: str, *, by: Principal) -> DeviceSession:
    """End a session; what nobody decided in it is rejected. Raises SessionEnded."""
    writer().do(lambda connection: _end(connection, session_id, by))
    commands.end_session(session_id, by=by)
    return _told(session_id)


def _end(connection: Connection, session_id: str, by: Principal) -> None:
    moment = clock.now()
    ended = _close(connection, _TABLE.c.session_id == session_id, _TABLE.c.expires_at > moment, moment=moment,
                   who=_side_of(by))
    if not ended:
        raise SessionEnded()
    audit.write(connection, by, "device_session.end", f"Session {session_id} ended", client_id=ended[0].client_id,
                device_id=ended[0].device_id, session_id=session_id)


def expire() -> None:
    """End the sessions whose time is over, and reject what nobody decided in them."""
    overdue = queries.overdue(MOST_AT_ONCE)
    if not overdue:
        return
    ended = writer().do(lambda connection: _close(
        connection, _TABLE.c.session_id.in_(overdue), _TABLE.c.expires_at <= clock.now(),
        moment=_TABLE.c.expires_at, who=BY_TIME))
    for each in ended:
        commands.end_session(each.session_id, by=principal.system())
        _told(each.session_id)


def _side_of(by: Principal) -> str:
    if by.is_staff:
        return "technician"
    return "customer" if by.is_customer else "server"


def _close(connection: Connection, *which: Any, moment: Any, who: str) -> list[Any]:
    """End active sessions; those that were."""
    found = connection.execute(update(_TABLE).where(_TABLE.c.status == ACTIVE, *which).values(
        status=ENDED, ended_at=moment, ended_by=who, updated_at=clock.now()).returning(
        _TABLE.c.session_id, _TABLE.c.client_id, _TABLE.c.device_id))
    return list(found)


def require_active(session: DeviceSession) -> DeviceSession:
    """Raises SessionEnded."""
    if queries.state(session) != ACTIVE:
        raise SessionEnded()
    return session


def decide(session: DeviceSession, command_id: str | None, *, approved: bool, reason: str | None, by: Principal,
           ) -> list[Command]:
    """Approve or reject a command of a session, once; without an id, whatever waits for a decision in it.
    Raises SessionEnded, CommandNotFound, CommandDecided."""
    session_id = require_active(session).session_id
    return [commands.decide(each, session_id=session_id, approved=approved, reason=reason, by=by)
            for each in ([command_id] if command_id else _undecided(session, by))]


def _undecided(session: DeviceSession, by: Principal) -> list[str]:
    """What waits for a decision in a session, the oldest first. Raises CommandDecided if nothing does."""
    waiting = command_queries.page(by, state=PENDING_APPROVAL, device_id=session.device_id,
                                   limit=MOST_AT_ONCE)
    found = [each.command_id for each in reversed(waiting) if each.session_id == session.session_id]
    if not found:
        raise CommandDecided("Nothing waits for a decision in this session")
    return found


def _told(session_id: str) -> DeviceSession:
    session = queries.find(session_id)
    assert session is not None
    for hook in on_changed:
        hook(session_row(session))
    return session


def _end_of_device(device_id: str, client_id: int | None = None) -> None:
    """A device is another client's now, or gone: its session is over."""
    session = queries.active_of(device_id)
    if session is not None:
        with suppress(SessionEnded):
            end(session.session_id, by=principal.system())


devices.on_moved.append(_end_of_device)
devices.on_removed.append(_end_of_device)
