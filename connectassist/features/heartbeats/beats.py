"""The last beat of each device, gathered: many are written in one transaction, off the hub."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from connectassist.features.devices import queries as devices
from connectassist.features.heartbeats.models import Heartbeat
from connectassist.http.context import writer
from connectassist.identity import principal
from connectassist.realtime.batches import Batch


class Beat(NamedTuple):
    """What a device said, and when: `at` by our clock, `said_at` by its own."""

    device_id: str
    at: datetime
    said_at: datetime | None
    status: str
    metrics: dict[str, Any] | None
    diagnostics: Any


def keep(beat: Beat) -> bool:
    """Have a beat written soon, in place of the one before. False when there is no room for another device."""
    if _beats.is_full and _beats.waiting(beat.device_id) is None:
        return False
    _beats.add(beat)
    return True


def waiting(device_id: str) -> Beat | None:
    """A beat that is not written yet."""
    return _beats.waiting(device_id)


def _write(beats: list[Beat]) -> None:
    writer().do(lambda connection: _put(connection, beats))


def _put(connection: Connection, beats: list[Beat]) -> None:
    """Those of devices that are there still, in one order at every process, so that no two wait for each other."""
    known = devices.countable(principal.system())
    there = set(connection.scalars(select(known.c.device_id).where(
        known.c.device_id.in_([beat.device_id for beat in beats]))))
    rows = [beat._asdict() for beat in sorted(beats, key=lambda beat: beat.device_id) if beat.device_id in there]
    if rows:
        connection.execute(_upsert(connection.dialect.name), rows)


def _upsert(dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    names = Beat._fields
    statement = insert(Heartbeat.__table__).values({name: bindparam(name) for name in names})
    return statement.on_conflict_do_update(index_elements=["device_id"], set_={
        name: statement.excluded[name] for name in names if name != "device_id"})


_beats: Batch[Beat] = Batch(_write, seconds=2, at_once=500, pause=0.1, key=lambda beat: beat.device_id)
