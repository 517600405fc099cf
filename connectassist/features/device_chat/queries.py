"""Reads of what was said with a device's user, outside any session."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, func, select

from connectassist.core import clock
from connectassist.core.db import db, read_aside
from connectassist.features.device_chat import modes
from connectassist.features.device_chat.models import DeviceMessage
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

USER_CHANNEL = "user"
USER, AI, STAFF, SYSTEM = "user", "ai", "it_tech", "system"
TEXT = "text"
MOST_UNREAD = 10_000
#: Built once: every device that comes is asked for. The index on device and id has them in order.
_LATEST = select(DeviceMessage).where(
    DeviceMessage.device_id == bindparam("device_id"), DeviceMessage.channel == USER_CHANNEL,
    DeviceMessage.id > bindparam("after")).order_by(DeviceMessage.id.desc()).limit(
    bindparam("most")).offset(bindparam("beyond"))
_HAS_SPOKEN = select(DeviceMessage.__table__.c.id).where(
    DeviceMessage.__table__.c.device_id == bindparam("device_id")).limit(1)


def latest(device_id: str, *, limit: int = 50, offset: int = 0, after: int = 0) -> list[DeviceMessage]:
    """The newest messages of a device, or those before the `offset` newest; oldest first. `after` leaves out those up
    to an id."""
    found = db.session.scalars(_LATEST, {"device_id": device_id, "after": after, "most": limit, "beyond": offset})
    return list(found)[::-1]


def is_empty(device_id: str) -> bool:
    """Was nothing ever said on a device?"""
    return db.session.connection().execute(_HAS_SPOKEN, {"device_id": device_id}).first() is None


def page(by: Principal, device_id: str, *, limit: int, offset: int) -> list[DeviceMessage]:
    """The same for a caller who may see the device. Raises DeviceNotFound."""
    return latest(devices.visible_to(by, device_id).device_id, limit=limit, offset=offset)


def newest_id(device_id: str) -> int:
    """The id of the last message of a device; 0 when nothing was said yet."""
    return db.session.scalar(select(func.max(DeviceMessage.id)).where(DeviceMessage.device_id == device_id)) or 0


def newest_proposal(device_id: str, *, after: int = 0) -> DeviceMessage | None:
    """What the assistant proposed last, taken up or not."""
    return db.session.scalar(select(DeviceMessage).where(
        DeviceMessage.device_id == device_id, DeviceMessage.sender == AI, DeviceMessage.message_type != TEXT,
        DeviceMessage.id > after).order_by(DeviceMessage.id.desc()).limit(1))


def last_notice(device_id: str) -> datetime | None:
    """When the device's user was last told that a person answers now, unless the assistant spoke since then."""
    last = db.session.scalar(select(DeviceMessage).where(
        DeviceMessage.device_id == device_id, DeviceMessage.sender.in_((AI, SYSTEM)))
        .order_by(DeviceMessage.id.desc()).limit(1))
    return last.created_at if last is not None and last.sender == SYSTEM else None


def older_than(days: int, *, limit: int) -> list[int]:
    """Some messages that are older than so many days; none where 0 days mean that all are kept."""
    if not days:
        return []
    return list(db.session.scalars(
        select(DeviceMessage.id).where(DeviceMessage.created_at < clock.now() - timedelta(days=days))
        .order_by(DeviceMessage.created_at).limit(limit)))


def ai_status(device: Device | Row[Any]) -> dict[str, Any]:
    """Does the assistant answer on a device now, and if not, why: `it_active` or `permanent`."""
    return modes.status_of(device)


def unread_counts(by: Principal) -> dict[str, int]:
    """For each device in scope whose user wrote something that staff haven't seen: how many messages. One look into the
    index for each device; a join would have SQLite read every message that there is."""
    device = devices.countable(by)
    unread = select(DeviceMessage.id).where(
        DeviceMessage.device_id == device.c.device_id, DeviceMessage.id > device.c.chat_read_id,
        DeviceMessage.sender == USER).correlate(device)
    count = unread.with_only_columns(func.count()).scalar_subquery()
    return {row[0]: row[1] for row in read_aside(
        select(device.c.device_id, count).where(unread.exists()).limit(MOST_UNREAD))}
