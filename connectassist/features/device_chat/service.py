"""The chat with a device's user: what is said is kept, passed on, and answered by the assistant or by staff."""

from __future__ import annotations

from connectassist.core.db import db
from connectassist.features.device_chat import queries
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal


def mark_read(device_id: str, *, by: Principal) -> None:
    """Somebody who can act has seen what the device's user wrote; a viewer's look leaves it unread for the others.
    Raises DeviceNotFound."""
    device = devices.visible_to(by, device_id)
    newest = queries.newest_id(device_id)
    if by.is_technician and device.chat_read_id < newest:
        device.chat_read_id = newest
        db.session.commit()
