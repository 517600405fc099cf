"""Reads of commands, always within the caller's scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import RowMapping, Select, func, select

from connectassist.core import clock
from connectassist.core.db import contains, db, read_aside
from connectassist.core.errors import CommandNotFound
from connectassist.features.commands import queue
from connectassist.features.commands.models import Command, CommandResult
from connectassist.features.commands.queue import COMMANDS
from connectassist.features.commands.states import DEAD, FAILED, OPEN, PENDING_APPROVAL
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal

T = TypeVar("T", bound=tuple[Any, ...])
COUNTED = (*OPEN, FAILED, DEAD)
#: In their order, though that changes no count: so SQLite takes the queue's own index.
WAITING = select(func.count()).select_from(queue.in_order().limit(100_000).subquery())
_RESULTS = CommandResult.__table__.c
_PLAIN_RESULTS = [column for column in _RESULTS if column.name not in ("output", "error")]
_LISTED = [column for column in COMMANDS if column.name != "parameters"]
#: A result may be as large as a megabyte, and there may be a hundred: of each so many characters.
BEGINNING = 10_000
_BEGINNINGS = select(*COMMANDS, *_PLAIN_RESULTS, func.substr(_RESULTS.output, 1, BEGINNING).label("output_begins"),
                     func.substr(_RESULTS.error, 1, BEGINNING).label("error_begins")).outerjoin_from(
    Command.__table__, CommandResult.__table__, _RESULTS.command_id == COMMANDS.id)
ANY_WAITING = queue.in_order().limit(1)


def waiting(device_id: str) -> int:
    """How many commands the device may claim now."""
    return db.session.connection().scalar(WAITING, {"of_device": device_id, "now": clock.now()}) or 0


def is_any_waiting(device_id: str) -> bool:
    """Is there anything for the device to claim now? On a connection of its own: the caller has let go of theirs."""
    with db.engine.connect() as connection:  # the ORM's session would take longer than the look
        return connection.scalar(ANY_WAITING, {"of_device": device_id, "now": clock.now()}) is not None


def unfinished(device_ids: Collection[str]) -> dict[str, int]:
    """How many commands wait for each of these devices or are in its hands; devices without any are left out."""
    wanted = select(COMMANDS.device_id, func.count()).where(COMMANDS.device_id.in_(device_ids), queue.IN_THE_QUEUE)
    return {row[0]: row[1] for row in read_aside(wanted.group_by(COMMANDS.device_id))} if device_ids else {}


def of_session(session_id: str, *, limit: int = 100) -> list[tuple[Command, CommandResult | None]]:
    """The newest commands of a session with the beginnings of their results, oldest first. The caller has looked at
    the scope."""
    rows = db.session.execute(_BEGINNINGS.where(COMMANDS.session_id == session_id)
                              .order_by(COMMANDS.id.desc()).limit(limit)).mappings().all()
    return [_with_beginning(row) for row in reversed(rows)]


def _with_beginning(row: RowMapping) -> tuple[Command, CommandResult | None]:
    """A row of _BEGINNINGS as what it tells of, not attached to anything."""
    command = Command(**{column.name: row[column] for column in COMMANDS})
    if row[_RESULTS.outcome] is None:
        return command, None
    told = {column.name: row[column] for column in _PLAIN_RESULTS}
    return command, CommandResult(**told, output=row["output_begins"], error=row["error_begins"])


def visible_to(by: Principal, command_id: str) -> tuple[Command, CommandResult | None]:
    """A command in the caller's scope with its result, if there is one. Raises CommandNotFound."""
    found = db.session.execute(_scoped(_with_results(), by).where(Command.command_id == command_id)).first()
    if found is None:
        raise CommandNotFound()
    return found[0], found[1]


def of_device(device_id: str, command_id: str) -> tuple[Command, CommandResult | None]:
    """A device's own command, unless another client had it then. Raises CommandNotFound."""
    found = db.session.execute(_with_results().where(
        Command.command_id == command_id, Command.device_id == device_id, Command.client_id == devices.owner()),
        {"of_device": device_id}).first()
    if found is None:
        raise CommandNotFound()
    return found[0], found[1]


def page(by: Principal, *, state: str = "", device_id: str = "", type: str = "", search: str = "",
         client_id: int | None = None, limit: int = 100, offset: int = 0) -> list[Command]:
    """Commands in scope, newest first, without their parameters. `state` may be "open" for those that are not over; an
    unknown one finds none."""
    wanted = _scoped(select(*_LISTED), by)
    if state:
        wanted = wanted.where(Command.state.in_(OPEN) if state == "open" else Command.state == state)
    if device_id:
        wanted = wanted.where(Command.device_id == device_id)
    if type:
        wanted = wanted.where(Command.type == type)
    if client_id is not None:
        wanted = wanted.where(Command.client_id == client_id)
    if search:
        wanted = wanted.where(contains(Command.type, search) | contains(Command.device_id, search)
                              | contains(Command.requested_by, search) | (Command.command_id == search))
    rows = read_aside(wanted.order_by(Command.id.desc()).limit(limit).offset(offset))
    return [Command(**row._mapping) for row in rows]


def waiting_for_approval(by: Principal, *, device_id: str = "", session_id: str = "", limit: int,
                         ) -> tuple[list[Command], int]:
    """What waits for an approval in scope, on one device or in one session if they are named, the oldest first and
    whole; and how many there are in all, there and elsewhere."""
    wanted = _scoped(select(Command).where(Command.state == PENDING_APPROVAL), by)
    total = db.session.scalar(select(func.count()).select_from(wanted.with_only_columns(Command.id).subquery())) or 0
    if device_id:
        wanted = wanted.where(Command.device_id == device_id)
    if session_id:
        wanted = wanted.where(Command.session_id == session_id)
    return list(db.session.scalars(wanted.order_by(Command.id).limit(limit))), total


def types(by: Principal, *, limit: int = 50) -> list[str]:
    """What was asked of devices in scope lately, each type once."""
    newest = _scoped(select(Command.type).order_by(Command.id.desc()).limit(1000), by).subquery()
    return [row.type for row in read_aside(select(newest.c.type).distinct().order_by(newest.c.type).limit(limit))]


def counts(by: Principal) -> dict[str, int]:
    """How many commands in scope are in each state that needs a look."""
    wanted = _scoped(select(Command.state, func.count()).where(Command.state.in_(COUNTED)), by)
    found = {row[0]: row[1] for row in read_aside(wanted.group_by(Command.state))}
    return {state: found.get(state, 0) for state in COUNTED}


def finished_before(days: int, *, limit: int) -> list[int]:
    """Some commands that were over more than so many days ago; none where 0 days mean that all are kept."""
    if not days:
        return []
    return list(db.session.scalars(
        select(Command.id).where(Command.finished_at < clock.now() - timedelta(days=days))
        .order_by(Command.finished_at).limit(limit)))


def is_any_overdue() -> bool:
    """Is there a claim whose time is over?"""
    return db.session.scalar(select(COMMANDS.id).where(
        queue.IS_CLAIMED, COMMANDS.visible_at <= clock.now()).limit(1)) is not None


def _with_results() -> Select[tuple[Command, CommandResult]]:
    return select(Command, CommandResult).outerjoin(CommandResult, CommandResult.command_id == Command.id)


def _scoped(wanted: Select[T], by: Principal) -> Select[T]:
    if by.client_ids is not None:
        wanted = wanted.where(Command.client_id.in_(by.client_ids))
    return wanted
