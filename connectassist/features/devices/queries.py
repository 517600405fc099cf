"""Reads of devices, always within the caller's scope."""

from __future__ import annotations

from sqlalchemy import Select, Subquery, func, or_, select

from connectassist.core.db import contains, db
from connectassist.core.errors import DeviceNotFound
from connectassist.features.devices.models import Device
from connectassist.identity.principal import Principal
from connectassist.realtime.presence import presence

_ONE_BATCH = 500


def by_id(device_id: str) -> Device | None:
    """A device by its public id, whoever asks: for callers that have proved to be it."""
    return db.session.scalar(select(Device).where(Device.device_id == device_id))


def by_ids(device_ids: set[str]) -> dict[str, Device]:
    """Devices by their public ids, for rows that name them."""
    if not device_ids:
        return {}
    return {device.device_id: device for device in db.session.scalars(
        select(Device).where(Device.device_id.in_(device_ids)))}


def visible_to(by: Principal, device_id: str) -> Device:
    """A device in the caller's scope. Raises DeviceNotFound."""
    found = db.session.scalar(_scoped(by).where(Device.device_id == device_id))
    if found is None:
        raise DeviceNotFound()
    return found


def open_to(by: Principal, device_id: str) -> Device:
    """A device that the caller may ask things of: one in their scope, or the caller itself. Raises DeviceNotFound."""
    found = by_id(device_id) if by.device_id == device_id else None
    return found or visible_to(by, device_id)


def countable(by: Principal) -> Subquery:
    """The devices in scope as a table, for reads that sum them up."""
    return _scoped(by).subquery()


def page(by: Principal, *, search: str = "", status: str = "", limit: int = 100, offset: int = 0,
         ) -> tuple[list[Device], int]:
    """Devices in scope, last seen first, and how many there are. `status` is online or offline."""
    wanted = _scoped(by)
    if search:
        wanted = wanted.where(or_(*(contains(column, search) for column in (
            Device.hostname, Device.customer_name, Device.machine_name, Device.device_id, Device.display_name))))
    if status in ("online", "offline"):
        among = Device.device_id.in_(presence.online()[:30_000])
        wanted = wanted.where(among if status == "online" else ~among)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(wanted.order_by(Device.last_seen.desc(), Device.id.desc()).limit(limit).offset(offset))
    return list(rows), total


def count_online(by: Principal) -> int:
    """How many devices in the caller's scope are online."""
    online = presence.online()
    if by.client_ids is None:
        return len(online)
    return sum(db.session.scalar(select(func.count()).select_from(
        _scoped(by).where(Device.device_id.in_(online[i:i + _ONE_BATCH])).subquery())) or 0
        for i in range(0, len(online), _ONE_BATCH))


def count_customers(by: Principal) -> int:
    """How many different customers the devices in scope belong to."""
    return db.session.scalar(select(func.count(func.distinct(_scoped(by).subquery().c.customer_name)))) or 0


def _scoped(by: Principal) -> Select[tuple[Device]]:
    wanted = select(Device)
    if by.client_ids is not None:
        wanted = wanted.where(Device.client_id.in_(by.client_ids))
    return wanted
