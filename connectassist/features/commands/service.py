"""The queue of commands for devices: asked for, decided on, claimed, finished, and never lost.

Every verb is one durable transaction (core/writer.py). What is told of it is told once it is written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row

from connectassist.core import clock, foreign, ids
from connectassist.core.db import db
from connectassist.core.errors import AppError, DeviceNotFound, ValidationFailed
from connectassist.core.writer import Work
from connectassist.features.commands import answers, deciding, queries, queue, room, wishes
from connectassist.features.commands.models import Command
from connectassist.features.commands.queue import COMMANDS, Claimed
from connectassist.features.commands.rows import command_row
from connectassist.features.commands.states import PENDING_APPROVAL, QUEUED, REJECTED
from connectassist.features.device_sessions import queries as sessions
from connectassist.features.devices import queries as devices
from connectassist.features.devices import service as device_service
from connectassist.http.context import vault, writer
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from connectassist.realtime.retention import Rule

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

log = logging.getLogger(__name__)
T = TypeVar("T")
#: How long a claim may last in milliseconds: at least, unless said otherwise, at most; and by how much it is extended.
SHORTEST, USUAL, LONGEST, FURTHEST = 1_000, 300_000, 12 * 3600 * 1000, 300_000
MOST_AT_ONCE = 10
DECIDE_WITHIN = timedelta(hours=24)
NOBODY_DECIDED, SESSION_OVER = "Nobody decided in time", "The session is over"
LONGEST_REASON = 500
#: Who must say yes: the client's people, the person at the device, nobody.
APPROVAL, PERSON, NOTHING = "approval", "person", "nothing"

wish_in = wishes.told_in
#: Called with a device's id when something became claimable there.
on_queued: list[Callable[[str], None]] = []
#: Called with a command's row after each change of its state.
on_changed: list[Callable[[dict[str, Any]], None]] = []


def enqueue(device_id: str, *, type: Any, parameters: Any, by: Principal, priority: Any = wishes.USUAL,
            session_id: str | None = None, idempotency_key: Any = None) -> Row[Any]:
    """Have a device do something; returns the command's row. Raises what `enqueue_once` raises."""
    return enqueue_once(device_id, type=type, parameters=parameters, by=by, priority=priority, session_id=session_id,
                        idempotency_key=idempotency_key)[0]


def enqueue_once(device_id: str, *, type: Any, parameters: Any, by: Principal, priority: Any = wishes.USUAL,
                 session_id: str | None = None, idempotency_key: Any = None) -> tuple[Row[Any], bool]:
    """The same, and whether it is new: a wish said twice under one key is one command. Without a session it belongs to
    the one that the device is in. Raises DeviceNotFound, ValidationFailed, TooLarge, SessionEnded,
    IdempotencyMismatch, RateLimited."""
    device = None if by.device_id == device_id else devices.open_to(by, device_id)  # itself it has proved to be there
    wish = wishes.read(type=type, parameters=parameters, priority=priority, key=idempotency_key)
    room.for_wish(by, wish.parameters)
    waits = device is not None and _needs(device, wish, by) == APPROVAL
    now = clock.now()
    values = {
        "command_id": ids.row_uuid(), "device_id": device_id, "type": wish.type, "parameters": wish.parameters,
        "priority": wish.priority, "state": PENDING_APPROVAL if waits else QUEUED, "visible_at": now,
        "idempotency_key": wish.key, "requested_by_id": by.user_id, "requested_by": foreign.text(by.name, 120),
        "created_at": now}
    client_id = device.client_id if device else None
    row, is_new = _written(lambda connection: deciding.add(
        connection, by, values, client_id=client_id, session_id=session_id))
    if is_new:
        _tell([row])
    return row, is_new


def needs(device_id: str, *, type: Any, parameters: Any, by: Principal) -> str:
    """Who must say yes before the device does it, were it asked for now: the client's people (`approval`), the person
    at the device (`person`) or nobody (`nothing`). Raises DeviceNotFound, ValidationFailed, TooLarge."""
    device = devices.open_to(by, device_id)
    wish = wishes.read(type=type, parameters=parameters, priority=wishes.USUAL, key=None)
    session = sessions.active_of(device_id)
    return APPROVAL if session is not None and session.needs_approval else _needs(device, wish, by)


def _needs(device: Device, wish: wishes.Wish, by: Principal) -> str:
    """Outside of a session that wants every command allowed."""
    if not by.is_staff or device.allow_unattended or wish.only_looks:
        return NOTHING
    has_helper = devices.has_managing_helper(device)
    return APPROVAL if wish.needs_approval(has_helper=has_helper) else PERSON


def claim(device_id: str, *, limit: Any = 1, visibility_ms: Any = USUAL) -> list[Claimed]:
    """Give a device its first commands, exclusively, for some milliseconds; where there is none, nothing is written.
    Raises ValidationFailed, DeviceNotFound."""
    most = wishes.whole(limit, "limit", 1, MOST_AT_ONCE, usual=1)
    span = timedelta(milliseconds=wishes.whole(visibility_ms, "visibilityTimeout", SHORTEST, LONGEST, usual=USUAL))
    _let_go()
    if not queries.is_any_waiting(device_id):
        _require_known(device_id)
        return []
    rows, seal = _written(lambda connection: _taken(connection, device_id, most, span)), _seal()
    _tell(rows)
    return [queue.in_hand(row, seal) for row in rows]


def _taken(connection: Connection, device_id: str, most: int, span: timedelta) -> list[Row[Any]]:
    now = clock.now()  # when its turn has come: the device has the whole span
    return queue.claim(connection, device_id, most=most, now=now, until=now + span)


def release(device_id: str, claims: Sequence[Claimed]) -> None:
    """Put back what was pushed and never arrived; it counts as no delivery."""
    now = clock.now()
    if claims:
        writer().do(lambda connection: queue.release(connection, device_id, claims, now=now))


def extend(device_id: str, command_id: str, *, claim_token: Any, extension_ms: Any) -> datetime:
    """Hold on to a claim for so many milliseconds from now. Returns its new end.
    Raises ValidationFailed, CommandNotFound, InvalidClaim."""
    token = _token(claim_token)
    span = timedelta(milliseconds=wishes.whole(extension_ms, "extensionMs", SHORTEST, FURTHEST))
    seal = _seal()
    row = _written(lambda connection: queue.extend(
        connection, device_id, command_id, token=token, now=clock.now(), span=span, seal=seal))
    return row.visible_at


def finish(device_id: str, command_id: str, *, claim_token: Any, outcome: Any, output: Any = None, error: Any = None,
           executed_at: Any = None, duration: Any = None) -> str | None:
    """Keep what came of a command. Returns the id of the next one that waits. Without a claim token only what
    queue.ANSWERED_WITHOUT_TOKEN names is finished.
    Raises ValidationFailed, TooLarge, CommandNotFound, CommandCompleted, InvalidClaim."""
    token, seal = None if claim_token is None else _token(claim_token), _seal()
    answer = answers.read(outcome=outcome, output=output, error=error, executed_at=executed_at, duration=duration)
    room.for_answer(device_id, answer)
    row, following = _written(lambda connection: queue.finish(
        connection, device_id, command_id, token=token, now=clock.now(), answer=answer, seal=seal))
    _tell([row], outcome=answer.outcome)
    return following


def decide(command_id: str, *, session_id: str | None, approved: bool, reason: Any, by: Principal) -> Command:
    """Approve or reject what waits for it, once. Raises CommandNotFound, CommandDecided."""
    why = foreign.line(reason, LONGEST_REASON)
    return _changed(lambda connection: deciding.decide(
        connection, by, command_id, session_id=session_id, approved=approved, reason=why, now=clock.now()))


def cancel(command_id: str, *, by: Principal) -> Command:
    """Call a command off. Raises CommandNotFound, CommandState."""
    return _changed(lambda connection: deciding.cancel(connection, by, command_id, now=clock.now()))


def redrive(command_id: str, *, by: Principal) -> Command:
    """Send a dead command again. Raises CommandNotFound, CommandState, DeviceNotFound."""
    return _changed(lambda connection: deciding.redrive(connection, by, command_id, now=clock.now()))


def redrive_many(command_ids: Iterable[str], *, by: Principal) -> dict[str, str | None]:
    """The same for many: for each the code of what stood in its way, or None."""
    return {command_id: _problem_of(command_id, by) for command_id in dict.fromkeys(command_ids)}


def _problem_of(command_id: str, by: Principal) -> str | None:
    try:
        redrive(command_id, by=by)
    except AppError as problem:
        return problem.code
    return None


def drop_open(device_id: str, *, by: Principal) -> int:
    """Call off all that a device has not finished. Returns how many."""
    return _drop(COMMANDS.device_id == device_id, by=by)


def end_session(session_id: str, *, by: Principal) -> int:
    """A session is over: what waits for approval in it is rejected. What was queued is still done."""
    return _drop((COMMANDS.session_id == session_id) & (COMMANDS.state == PENDING_APPROVAL), by=by, state=REJECTED,
                 reason=SESSION_OVER)


def settle() -> int:
    """Show what was claimed and not finished in time as queued or dead, and end what nobody decided on. Returns how
    many."""
    changed, by = 0, principal.system()
    while queries.is_any_overdue() and (rows := writer().do(
            lambda connection: deciding.settle(connection, by, now=clock.now()))):
        _tell(rows)
        changed += len(rows)
    old = (COMMANDS.state == PENDING_APPROVAL) & (COMMANDS.created_at <= clock.now() - DECIDE_WITHIN)
    return changed + _drop(old, by=by, state=REJECTED, reason=NOBODY_DECIDED)


prune = Rule("finished commands and their results", "command_days", Command.id, queries.finished_before)


def _drop(which: ColumnElement[bool], *, by: Principal, **how: Any) -> int:
    ended = 0
    while rows := writer().do(lambda connection: deciding.drop(connection, by, which, now=clock.now(), **how)):
        _tell(rows)
        ended += len(rows)
    return ended


def _written(work: Work[T]) -> T:
    _let_go()
    return writer().do(work)


def _let_go() -> None:
    """Whoever waits for the writer, or for another connection, keeps none meanwhile: with fifteen that did nobody else
    could read."""
    if db.session.registry.has():
        db.session.close()


def _changed(work: Callable[..., Row[Any]]) -> Command:
    row = _written(work)
    _tell([row])
    return Command(**row._mapping)


def _tell(rows: Iterable[Row[Any]], *, outcome: str | None = None) -> None:
    """After the commit. What a listener does wrong undoes nothing."""
    for row in rows:
        shown = command_row(row) | {"outcome": outcome}
        for hook in on_changed:
            _call(hook, shown)
    for device_id in dict.fromkeys(row.device_id for row in rows if row.state == QUEUED):
        for hook in on_queued:
            _call(hook, device_id)


def _call(hook: Callable[[Any], None], said: Any) -> None:
    try:
        hook(said)
    except Exception:
        log.exception("%s.%s failed", hook.__module__, hook.__qualname__)


def _seal() -> queue.Seal:
    keys = vault()
    return lambda command_id, number: keys.mac("command claim", f"{command_id} {number}")


def _token(said: Any) -> str:
    if not isinstance(said, str) or not said:
        raise ValidationFailed.of("claimToken", "Missing.")
    return said


def _require_known(device_id: str) -> None:
    if devices.by_id(device_id) is None:
        raise DeviceNotFound()


def _moved(device_id: str, client_id: int) -> None:
    drop_open(device_id, by=principal.system())


def _removed(device_id: str) -> None:
    drop_open(device_id, by=principal.system())


device_service.on_moved.append(_moved)
device_service.on_removed.append(_removed)
