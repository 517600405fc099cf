"""Reads of heartbeats: what waits to be written counts as written."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from connectassist.core.db import db
from connectassist.features.heartbeats import beats
from connectassist.features.heartbeats.beats import Beat
from connectassist.features.heartbeats.models import Heartbeat

_ROW = tuple(Heartbeat.__table__.c[name] for name in Beat._fields)


def latest(device_id: str) -> Beat | None:
    """The last beat of a device; None for one that has sent none."""
    return latest_of([device_id]).get(device_id)


def latest_of(device_ids: Collection[str]) -> dict[str, Beat]:
    """The last beats of some devices, in one read."""
    found = {device_id: beat for device_id in device_ids if (beat := beats.waiting(device_id)) is not None}
    others = [device_id for device_id in device_ids if device_id not in found]
    if others:
        rows = db.session.connection().execute(select(*_ROW).where(Heartbeat.device_id.in_(others)))
        found |= {row.device_id: Beat(*row) for row in rows}
    return found
