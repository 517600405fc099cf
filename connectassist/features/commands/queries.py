"""Reads of commands, always within the caller's scope."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer

from connectassist.core import clock
from connectassist.core.db import contains, db, read_aside
from connectassist.core.errors import CommandNotFound
from connectassist.features.commands import queue
from connectassist.features.commands.models import DEAD, FAILED, OPEN, PENDING_APPROVAL, Command, CommandResult
from connectassist.features.commands.queue import COMMANDS
from connectassist.identity.principal import Principal

T = TypeVar("T", bound=tuple[Any, ...])
COUNTED = (*OPEN, FAILED, DEAD)
_WAITING = select(func.count()).select_from(Command).where(queue.claimable())
_ANY_WAITING = select(COMMANDS.id).where(queue.claimable()).limit(1)


def waiting(device_id: str) -> int:
    """How many commands the device may claim now."""
    return db.session.connection().scalar(_WAITING, {"of_device": device_id, "now": clock.now()}) or 0


def is_any_waiting(device_id: str) -> bool:
    """Is there anything for the device to claim now?"""
    return db.session.connection().scalar(_ANY_WAITING, {"of_device": device_id, "now": clock.now()}) is not None


def of_session(session_id: str, *, limit: int = 100) -> list[tuple[Command, CommandResult | None]]:
    """The newest commands of a session with their results, oldest first. The caller has looked at the scope."""
    rows = db.session.execute(_with_results().where(Command.session_id == session_id)
                              .order_by(Command.id.desc()).limit(limit)).all()
    return [(command, result) for command, result in reversed(rows)]


def undecided(session_id: str, *, limit: int = 100) -> list[str]:
    """Which commands of a session wait for a decision, oldest first. The caller has looked at the scope."""
    return list(db.session.scalars(select(Command.command_id).where(
        Command.session_id == session_id, Command.state == PENDING_APPROVAL).order_by(Command.id).limit(limit)))


def visible_to(by: Principal, command_id: str) -> tuple[Command, CommandResult | None]:
    """A command in the caller's scope with its result, if there is one. Raises CommandNotFound."""
    found = db.session.execute(_scoped(_with_results(), by).where(Command.command_id == command_id)).first()
    if found is None:
        raise CommandNotFound()
    return found[0], found[1]


def of_device(device_id: str, command_id: str) -> tuple[Command, CommandResult | None]:
    """A device's own command. Raises CommandNotFound."""
    found = db.session.execute(_with_results().where(
        Command.command_id == command_id, Command.device_id == device_id)).first()
    if found is None:
        raise CommandNotFound()
    return found[0], found[1]


def page(by: Principal, *, state: str = "", device_id: str = "", type: str = "", search: str = "", limit: int = 100,
         offset: int = 0) -> list[Command]:
    """Commands in scope, newest first. `state` may be "open" for those that are not over; an unknown one finds
    none."""
    wanted = _scoped(select(Command).options(defer(Command.parameters)), by)
    if state:
        wanted = wanted.where(Command.state.in_(OPEN) if state == "open" else Command.state == state)
    if device_id:
        wanted = wanted.where(Command.device_id == device_id)
    if type:
        wanted = wanted.where(Command.type == type)
    if search:
        wanted = wanted.where(contains(Command.type, search) | contains(Command.device_id, search)
                              | contains(Command.requested_by, search) | (Command.command_id == search))
    return list(db.session.scalars(wanted.order_by(Command.id.desc()).limit(limit).offset(offset)))


def counts(by: Principal) -> dict[str, int]:
    """How many commands in scope are in each state that needs a look."""
    wanted = _scoped(select(Command.state, func.count()).where(Command.state.in_(COUNTED)), by)
    found = {state: count for state, count in read_aside(wanted.group_by(Command.state))}
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
