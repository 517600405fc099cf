"""When devices were seen, and the word to staff when one comes or goes. Both are gathered: ten thousand devices that
arrive at once, or send their heartbeats, cost a few writes a second."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.devices.models import Device
from connectassist.realtime import announce
from connectassist.realtime.batches import Batch
from connectassist.realtime.bus import BUS
from connectassist.realtime.presence import presence


class Sighting(NamedTuple):
    """A device was there. `address` is empty when it is not known anew."""

    device_id: str
    at: datetime
    address: str


def note(device_id: str, address: str = "", *, at: datetime | None = None) -> None:
    """A device gave a sign of life, now or at another moment."""
    waiting = _seen.waiting(device_id)
    _seen.add(Sighting(device_id, at or clock.now(), address or (waiting.address if waiting else "")))


def newest(device_id: str, stored: datetime | None) -> datetime | None:
    """When a device was seen last: what the database holds, or what it will soon hold."""
    waiting = _seen.waiting(device_id)
    return waiting.at if waiting else stored


def note_online() -> None:
    """Whoever is online was seen, even without a heartbeat. Each process does that for those that it sees."""
    for device_id in presence.online_here():
        note(device_id)


def changed(device_id: str) -> None:
    """A device came or went. Waits for nothing: the hub itself may call."""
    note(device_id)
    _changes.add(device_id)


_UPDATE = update(Device).where(Device.device_id == bindparam("seen_id")).values(
    last_seen=bindparam("seen_at"), updated_at=Device.updated_at,
    last_ip=func.coalesce(func.nullif(bindparam("seen_from"), ""), Device.last_ip))

_LOCKED = select(Device.id).where(Device.device_id.in_(bindparam("seen", expanding=True))) \
    .order_by(Device.id).with_for_update(key_share=True)


def _write(sightings: list[Sighting]) -> None:
    """Where a site has several processes, devices are locked in the order in which the ORM writes them: of two that
    write the same ones at one moment, one waits, and neither for the other."""
    if BUS.is_shared:
        db.session.scalars(_LOCKED, {"seen": [each.device_id for each in sightings]}).all()
    db.session.connection().execute(
        _UPDATE, [{"seen_id": each.device_id, "seen_at": each.at, "seen_from": each.address} for each in sightings])
    db.session.commit()


def _tell(device_ids: list[str]) -> None:
    rows = db.session.execute(select(Device.device_id, Device.client_id, Device.hostname, Device.last_ip,
                                     Device.last_seen).where(Device.device_id.in_(device_ids))).all()
    db.session.rollback()
    for row in rows:
        waiting, is_online = _seen.waiting(row.device_id), presence.is_online(row.device_id)
        announce.device(row.client_id, row.device_id, online=is_online, status="online" if is_online else "offline",
                        has_helper=presence.has_helper(row.device_id),
                        last_seen=clock.iso(newest(row.device_id, row.last_seen)), hostname=row.hostname,
                        last_ip=(waiting.address if waiting else "") or row.last_ip)
        announce.device_status(row.client_id, row.device_id, is_online=is_online)


_seen: Batch[Sighting] = Batch(_write, seconds=5, at_once=250, pause=0.25, key=lambda sighting: sighting.device_id)
_changes: Batch[str] = Batch(_tell, seconds=0.1, at_once=250, pause=0.1, key=lambda device_id: device_id)
presence.on_change.append(changed)
