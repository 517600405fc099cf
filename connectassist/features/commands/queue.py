"""The queue itself: each function is one short transaction's work on a connection (core/writer.py).

A claim takes what may be claimed now: what is queued, and what somebody else claimed and did not finish in time. So
nothing has to come by first and put such a command back, and none is in two hands at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    insert,
    literal_column,
    select,
    update,
)

from connectassist.core.db import OfIndex
from connectassist.core.errors import CommandCompleted, CommandNotFound, InvalidClaim, ValidationFailed
from connectassist.core.vault import same
from connectassist.features.commands.answers import SUCCESS, Answer
from connectassist.features.commands.models import Command, CommandResult
from connectassist.features.commands.states import ANSWERED, CLAIMED, DONE, FAILED, QUEUED
from connectassist.features.devices import queries as devices

#: A command that was claimed so often without an answer is dead.
MOST_DELIVERIES = 5
_TABLE, RESULTS = Command.__table__, CommandResult.__table__
COMMANDS = _TABLE.c
_NOW, _DEVICE = bindparam("now"), bindparam("of_device")
#: In the words of the index ix_commands_queue, so that both databases see that it serves.
IN_THE_QUEUE = OfIndex("state IN ('queued', 'claimed')")
IS_CLAIMED = OfIndex("state = 'claimed'")
#: Contract 003's script runner is sent a claim token with these, and answers without it. A command is in one pair of
#: hands at a time, so that while a claim is open the answer can only be that claim's.
ANSWERED_WITHOUT_TOKEN = frozenset(("EXECUTE_SCRIPT", "CANCEL_EXECUTION"))
#: Makes the token of a command's claim from the command's id and the claim's number.
Seal = Callable[[str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A command in the hands of its device until `visible_until`. Only `claim_token` extends or finishes it.
    `attempt` counts its deliveries, this one included; `number` all claims that there ever were."""

    id: str
    type: str
    parameters: Any
    priority: int
    claim_token: str
    visible_until: datetime
    attempt: int
    number: int


def claimable() -> ColumnElement[bool]:
    """May the device claim it now? What was asked for before it came to another client is not for it any more. Wants
    the parameters `of_device` and `now`."""
    return and_(COMMANDS.device_id == _DEVICE, IN_THE_QUEUE, COMMANDS.client_id == devices.owner(),
                COMMANDS.visible_at <= _NOW, COMMANDS.attempts < literal_column(str(MOST_DELIVERIES)))


def in_order() -> Select[Any]:
    """Their row's ids, the first to be claimed first."""
    return select(COMMANDS.id).where(claimable()).order_by(COMMANDS.priority, COMMANDS.id)


def _claim() -> Update:
    """One statement. On PostgreSQL those who claim at the same time pass over each other's rows; SQLite lets one write
    at a time."""
    first = in_order().limit(bindparam("most")).with_for_update(skip_locked=True).cte("first")
    return update(_TABLE).where(COMMANDS.id.in_(select(first.c.id))).values(
        state=CLAIMED, visible_at=bindparam("until"), claims=COMMANDS.claims + 1, attempts=COMMANDS.attempts + 1,
    ).returning(*COMMANDS)


#: All are built once: building one takes longer than running it.
CLAIM = _claim()
NEXT = select(COMMANDS.command_id).where(COMMANDS.id == in_order().limit(1).scalar_subquery())
_HELD = select(*(COMMANDS[name] for name in ("id", "command_id", "type", "state", "claims", "visible_at"))).where(
    COMMANDS.command_id == bindparam("wanted"), COMMANDS.device_id == _DEVICE).with_for_update()
_CHANGE = update(_TABLE).where(COMMANDS.id == bindparam("row_id")).returning(*COMMANDS)
#: What is in hand is finished without a look before; the claim's token is compared after it.
_FINISH = update(_TABLE).where(
    COMMANDS.command_id == bindparam("wanted"), COMMANDS.device_id == _DEVICE, COMMANDS.state == CLAIMED,
    COMMANDS.visible_at > _NOW).values(state=bindparam("becomes"), finished_at=_NOW).returning(*COMMANDS)
_KEEP = insert(RESULTS)


def claim(connection: Connection, device_id: str, *, most: int, now: datetime, until: datetime) -> list[Row[Any]]:
    """Take the first commands that may be claimed, in their order."""
    rows = connection.execute(CLAIM, {"of_device": device_id, "now": now, "most": most, "until": until}).all()
    return sorted(rows, key=lambda row: (row.priority, row.id))


def in_hand(row: Row[Any], seal: Seal) -> Claimed:
    """A claimed row as its device is given it."""
    return Claimed(id=row.command_id, type=row.type, parameters=row.parameters, priority=row.priority,
                   claim_token=seal(row.command_id, row.claims), visible_until=row.visible_at, attempt=row.attempts,
                   number=row.claims)


def release(connection: Connection, device_id: str, claims: Sequence[Claimed], *, now: datetime) -> None:
    """Put back what never reached the device. It counts as no delivery."""
    for each in claims:
        connection.execute(update(Command).where(
            COMMANDS.command_id == each.id, COMMANDS.device_id == device_id, COMMANDS.state == CLAIMED,
            COMMANDS.claims == each.number,
        ).values(state=QUEUED, visible_at=now, attempts=COMMANDS.attempts - 1))


def extend(connection: Connection, device_id: str, command_id: str, *, token: str, now: datetime, span: timedelta,
           seal: Seal) -> Row[Any]:
    """Hold on to a claim until `span` from now. Raises CommandNotFound, InvalidClaim."""
    held = _in_hand(_found(connection, device_id, command_id), token=token, now=now, seal=seal)
    return _changed(connection, held.id, visible_at=now + span)


def finish(connection: Connection, device_id: str, command_id: str, *, token: str | None, now: datetime,
           answer: Answer, seal: Seal) -> tuple[Row[Any], str | None]:
    """Keep what came of a command, once. Returns the command and the id of the next that may be claimed.
    Raises ValidationFailed, CommandNotFound, CommandCompleted, InvalidClaim."""
    state = DONE if answer.outcome == SUCCESS else FAILED
    finished = connection.execute(_FINISH, {
        "wanted": command_id, "of_device": device_id, "now": now, "becomes": state}).first()
    if finished is None:
        raise CommandCompleted() if _found(connection, device_id, command_id).state in ANSWERED else InvalidClaim()
    if not _is_of_claim(finished, token, seal(command_id, finished.claims)):
        raise InvalidClaim()  # and with the transaction all of it is taken back
    connection.execute(_KEEP, {
        "command_id": finished.id, "outcome": answer.outcome, "output": answer.output, "error": answer.error,
        "executed_at": answer.executed_at, "duration": answer.duration, "received_at": now})
    return finished, connection.scalar(NEXT, {"of_device": device_id, "now": now})


def _found(connection: Connection, device_id: str, command_id: str) -> Row[Any]:
    found = connection.execute(_HELD, {"wanted": command_id, "of_device": device_id}).first()
    if found is None:
        raise CommandNotFound()
    return found


def _in_hand(found: Row[Any], *, token: str | None, now: datetime, seal: Seal) -> Row[Any]:
    if found.state != CLAIMED or found.visible_at <= now or not _is_of_claim(found, token, seal(
            found.command_id, found.claims)):
        raise InvalidClaim()
    return found


def _is_of_claim(held: Row[Any], token: str | None, own: str) -> bool:
    if token is None and held.type not in ANSWERED_WITHOUT_TOKEN:
        raise ValidationFailed.of("claimToken", "Missing.")
    return token is None or same(token, own)


def _changed(connection: Connection, row_id: int, **values: Any) -> Row[Any]:
    return connection.execute(_CHANGE, {"row_id": row_id, **values}).one()
