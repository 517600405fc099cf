"""What people do to commands: ask for them, decide on them, call them off, send them again. Like queue.py's, each
function is one transaction's work on a connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, foreign
from connectassist.core.errors import (
    CommandDecided,
    CommandNotFound,
    CommandState,
    DeviceNotFound,
    IdempotencyMismatch,
    RateLimited,
    SessionEnded,
)
from connectassist.features.commands import queue
from connectassist.features.commands.models import Command
from connectassist.features.commands.queue import COMMANDS
from connectassist.features.commands.states import CANCELLED, DEAD, OPEN, PENDING_APPROVAL, QUEUED, REJECTED
from connectassist.features.device_sessions import queries as sessions
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal

#: Commands that wait at one device; more are a program gone wild.
MOST_WAITING = 50_000
#: Commands that nobody decided on yet, in a session, and of a client outside of sessions.
MOST_UNDECIDED, MOST_UNDECIDED_OF_CLIENT = 1000, 10_000
AT_ONCE = 500
#: Built once, as queue.py's are.
_ADD = insert(Command.__table__).returning(*COMMANDS)
_ONE_BEYOND = select(COMMANDS.id).where(COMMANDS.device_id == bindparam("of_device"), queue.IN_THE_QUEUE).order_by(
    COMMANDS.priority, COMMANDS.id).limit(1).offset(bindparam("most"))
#: All that must be known of a device to which somebody wants to add a command, in one question.
_STANDING = devices.held().add_columns(
    *(column.label(name) for name, column in zip(("session_id", "needs_approval"), sessions.active(), strict=True)),
    _ONE_BEYOND.scalar_subquery().label("one_beyond"))
#: Of many that end together, so many are named in the audit log.
MOST_NAMED = 20


def add(connection: Connection, by: Principal, values: dict[str, Any], *, client_id: int | None,
        session_id: str | None) -> tuple[Row[Any], bool]:
    """Queue a command for the client whose the device is, `client_id` if that is known, in the session that the device
    is in, `session_id` if one is named; or find the one that was queued under its key. Is it new?
    Raises DeviceNotFound, SessionEnded, IdempotencyMismatch, RateLimited."""
    standing = connection.execute(_STANDING, {
        "of_device": values["device_id"], "now": values["created_at"], "most": MOST_WAITING}).first()
    if standing is None or client_id not in (None, standing.client_id):
        raise DeviceNotFound()
    if session_id not in (None, standing.session_id):
        raise SessionEnded()
    values = values | {"client_id": standing.client_id, "session_id": standing.session_id,
                       "state": PENDING_APPROVAL if standing.needs_approval else values["state"]}
    names_session = session_id is not None
    known = _same_wish(connection, values, names_session=names_session)
    if known is not None:
        return known, False
    if standing.one_beyond is not None:
        raise RateLimited("Too many commands wait for this device already", retry_after=60)
    if values["state"] == PENDING_APPROVAL:
        _require_few_undecided(connection, session_id=values["session_id"], client_id=values["client_id"])
    try:
        made = _added(connection, values)
    except IntegrityError:  # the same wish at the same moment, on PostgreSQL
        known = _same_wish(connection, values, names_session=names_session)
        if known is None:
            raise
        return known, False
    _note(connection, by, "command.enqueue", f"{by.name} queued {made.type} for {made.device_id}", made,
          type=made.type, state=made.state, **audit.gist(made.parameters))
    return made, True


def _added(connection: Connection, values: dict[str, Any]) -> Row[Any]:
    """A key may have come twice at the same moment: then the transaction goes on without this."""
    with connection.begin_nested() if values["idempotency_key"] else nullcontext():
        return connection.execute(_ADD, values).one()


def _same_wish(connection: Connection, values: dict[str, Any], *, names_session: bool) -> Row[Any] | None:
    if values["idempotency_key"] is None:
        return None
    known = connection.execute(select(*COMMANDS).where(
        COMMANDS.device_id == values["device_id"],
        COMMANDS.idempotency_key == values["idempotency_key"])).first()
    said = ("client_id", "type", "priority", *(("session_id",) if names_session else ()))
    if known is not None and (any(getattr(known, name) != values[name] for name in said)
                              or _written(known.parameters) != _written(values["parameters"])):
        raise IdempotencyMismatch()
    return known


def _written(parameters: Any) -> bytes:
    """To compare by: in Python `1` and `True` are equal."""
    return orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS)


def _require_few_undecided(connection: Connection, *, session_id: str | None, client_id: int) -> None:
    undecided = select(COMMANDS.id).where(COMMANDS.client_id == client_id, COMMANDS.state == PENDING_APPROVAL)
    most = MOST_UNDECIDED_OF_CLIENT
    if session_id is not None:
        undecided, most = select(COMMANDS.id).where(
            COMMANDS.session_id == session_id, COMMANDS.state == PENDING_APPROVAL), MOST_UNDECIDED
    if connection.scalar(undecided.order_by(COMMANDS.id).limit(1).offset(most)) is not None:
        raise RateLimited("Too many commands wait for a decision already", retry_after=60)


def decide(connection: Connection, by: Principal, command_id: str, *, session_id: str | None, approved: bool,
           reason: str, now: datetime) -> Row[Any]:
    """Approve or reject, once. Raises CommandNotFound, CommandDecided."""
    found = _locked(connection, by, command_id)
    if session_id is not None and found.session_id != session_id:
        raise CommandNotFound()
    if found.state != PENDING_APPROVAL:
        raise CommandDecided()
    decided = {"decided_by": foreign.text(by.name, 120), "decided_at": now, "decision_reason": reason or None}
    state = {"state": QUEUED, "visible_at": now} if approved else {"state": REJECTED, "finished_at": now}
    changed = _set(connection, found.id, **decided, **state)
    _note(connection, by, "command.approve" if approved else "command.reject",
          f"{by.name} {'approved' if approved else 'rejected'} {found.type} for {found.device_id}", changed)
    return changed


def cancel(connection: Connection, by: Principal, command_id: str, *, now: datetime) -> Row[Any]:
    """Call a command off. Raises CommandNotFound, CommandState when it is over."""
    found = _locked(connection, by, command_id)
    if found.state not in OPEN:
        raise CommandState("This command is over already")
    changed = _set(connection, found.id, state=CANCELLED, finished_at=now)
    _note(connection, by, "command.cancel", f"{by.name} cancelled {found.type} for {found.device_id}", changed)
    return changed


def redrive(connection: Connection, by: Principal, command_id: str, *, now: datetime) -> Row[Any]:
    """Send a dead command again, at its old place in the order. Raises CommandNotFound, CommandState, DeviceNotFound
    when the device is gone or another client's."""
    found = _locked(connection, by, command_id)
    if found.state != DEAD:
        raise CommandState("Only a command that could not be delivered can be sent again")
    if devices.owner_of(connection, found.device_id) != found.client_id:
        raise DeviceNotFound()
    changed = _set(connection, found.id, state=QUEUED, visible_at=now, attempts=0, finished_at=None)
    _note(connection, by, "command.redrive", f"{by.name} sent {found.type} to {found.device_id} again", changed)
    return changed


def drop(connection: Connection, by: Principal, which: ColumnElement[bool], *, now: datetime, state: str = CANCELLED,
         reason: str | None = None) -> list[Row[Any]]:
    """End some open commands, AT_ONCE of them."""
    some = select(COMMANDS.id).where(which, COMMANDS.state.in_(OPEN)).limit(AT_ONCE).with_for_update()
    ended = connection.execute(update(Command).where(COMMANDS.id.in_(list(connection.scalars(some)))).values(
        state=state, finished_at=now, decision_reason=reason).returning(*COMMANDS)).all()
    for (client_id, device_id), count in Counter((each.client_id, each.device_id) for each in ended).items():
        audit.write(connection, by, "command.drop", f"{count} commands for {device_id} are {state}",
                    client_id=client_id, device_id=device_id, reason=reason,
                    command_ids=[each.command_id for each in ended if each.device_id == device_id][:MOST_NAMED])
    return list(ended)


def settle(connection: Connection, by: Principal, *, now: datetime) -> list[Row[Any]]:
    """What was claimed and not finished in time is queued again, or dead once it was delivered often enough. It could
    be claimed before; now everyone can see it. Returns what changed, AT_ONCE at most."""
    overdue = select(COMMANDS.id, COMMANDS.attempts).where(
        queue.IS_CLAIMED, COMMANDS.visible_at <= now).order_by(COMMANDS.visible_at).limit(AT_ONCE)
    found = connection.execute(overdue.with_for_update(skip_locked=True)).all()
    used_up = [row.id for row in found if row.attempts >= queue.MOST_DELIVERIES]
    others = [row.id for row in found if row.attempts < queue.MOST_DELIVERIES]
    dead = _set_all(connection, used_up, state=DEAD, finished_at=now)
    for each in dead:
        _note(connection, by, "command.dead", f"{each.type} for {each.device_id} was delivered {each.attempts} times "
              "and never answered", each, level="WARNING")
    return dead + _set_all(connection, others, state=QUEUED)


def _locked(connection: Connection, by: Principal, command_id: str) -> Row[Any]:
    wanted = select(*COMMANDS).where(COMMANDS.command_id == command_id).with_for_update()
    if by.client_ids is not None:
        wanted = wanted.where(COMMANDS.client_id.in_(by.client_ids))
    found = connection.execute(wanted).first()
    if found is None:
        raise CommandNotFound()
    return found


def _set(connection: Connection, row_id: int, **values: Any) -> Row[Any]:
    return _set_all(connection, [row_id], **values)[0]


def _set_all(connection: Connection, row_ids: Iterable[int], **values: Any) -> list[Row[Any]]:
    wanted = list(row_ids)
    if not wanted:
        return []
    return list(connection.execute(update(Command).where(COMMANDS.id.in_(wanted)).values(**values)
                                   .returning(*COMMANDS)).all())


def _note(connection: Connection, by: Principal, action: str, message: str, row: Row[Any], *, level: str = "INFO",
          **details: Any) -> None:
    audit.write(connection, by, action, message, client_id=row.client_id, device_id=row.device_id,
                session_id=row.session_id, level=level, command_id=row.command_id, **details)
