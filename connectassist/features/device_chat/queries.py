"""Reads of what was said with a device's user, outside any session."""

from __future__ import annotations

from sqlalchemy import func, select

from connectassist.core.db import db
from connectassist.features.device_chat.models import DeviceMessage

USER_CHANNEL = "user"


def latest(device_id: str, *, limit: int = 50, offset: int = 0) -> list[DeviceMessage]:
    """The newest messages of a device, or those before the `offset` newest; oldest first."""
    found = db.session.scalars(
        select(DeviceMessage).where(DeviceMessage.device_id == device_id, DeviceMessage.channel == USER_CHANNEL)
        .order_by(DeviceMessage.id.desc()).limit(limit).offset(offset))
    return list(found)[::-1]


def newest_id(device_id: str) -> int:
    """The id of the last message of a device; 0 when nothing was said yet."""
    return db.session.scalar(select(func.max(DeviceMessage.id)).where(DeviceMessage.device_id == device_id)) or 0
