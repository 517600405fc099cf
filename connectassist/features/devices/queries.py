"""Reads of devices, always within the caller's scope."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, Subquery, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from connectassist.core import foreign
from connectassist.core.db import db, read_aside
from connectassist.core.errors import DeviceNotFound, DeviceOutOfScope, NotYourDevice
from connectassist.features.devices.models import Device
from connectassist.identity.principal import Principal
from connectassist.realtime.presence import presence

#: Of a device's health score, as contract 000 has it: healthy from here on, and critical below.
HEALTHY, CRITICAL = 70, 40
T = TypeVar("T", bound=tuple[Any, ...])
_TABLE = Device.__table__.c
#: Built once, for what is asked all day.
_BY_ID = select(Device).where(Device.device_id == bindparam("device_id"))
_OWNER = select(_TABLE.client_id).where(_TABLE.device_id == bindparam("of_device"))
_OWNER_HELD = _OWNER.with_for_update(read=True)
_ARRIVING = select(_TABLE.platform, _TABLE.ai_mode, _TABLE.ai_resumes_at).where(
    _TABLE.device_id == bindparam("device_id"))

_CLIENT = select(_TABLE.client_id).where(_TABLE.device_id == bindparam("device_id"))


def client_of(device_id: str) -> int | None:
    """Whose a device is; None when there is no such device."""
    return db.session.connection().scalar(_CLIENT, {"device_id": device_id})


def by_id(device_id: str) -> Device | None:
    """A device by its public id, whoever asks: for callers that have proved to be it."""
    return db.session.scalar(_BY_ID, {"device_id": device_id})


def has_managing_helper(device: Device) -> bool:
    """Does our own helper, out of an installer, look after this device? It says so of itself."""
    told = device.details.get("client_settings")
    return isinstance(told, dict) and told.get("fleetEnabled") is True


def arriving(device_id: str) -> Row[Any] | None:
    """What must be known of a device to greet it: its platform, and how its assistant is switched off."""
    return db.session.connection().execute(_ARRIVING, {"device_id": device_id}).first()


def owner_of(connection: Connection, device_id: str) -> int | None:
    """Which client has a device, as it stays until the transaction is over; None when there is no such device."""
    return connection.scalar(_OWNER_HELD, {"of_device": device_id})


def held() -> Select[tuple[int]]:
    """The same as a statement, to which another feature adds what it must know besides. It has the parameter
    `of_device`."""
    return _OWNER.with_for_update(read=True, of=Device)


def owner() -> ScalarSelect[int]:
    """Which client has a device, as a part of another feature's statement that has the parameter `of_device`."""
    return _OWNER.scalar_subquery()


def by_ids(device_ids: set[str]) -> dict[str, Device]:
    """Devices by their public ids, for rows that name them."""
    if not device_ids:
        return {}
    return {device.device_id: device for device in db.session.scalars(
        select(Device).where(Device.device_id.in_(device_ids)))}


def shown_names(device_ids: set[str]) -> dict[str, str]:
    """What people call these devices, by their public ids."""
    return {device_id: shown_name(device) for device_id, device in by_ids(device_ids).items()}


def visible_to(by: Principal, device_id: str) -> Device:
    """A device in the caller's scope. Raises DeviceNotFound."""
    found = db.session.scalar(_scoped(by).where(Device.device_id == device_id))
    if found is None:
        raise DeviceNotFound()
    return found


def visible_or_refused(by: Principal, device_id: str) -> Device:
    """The same as contract 000 has it: what exists outside the caller's scope is refused by name.
    Raises DeviceNotFound, DeviceOutOfScope."""
    try:
        return visible_to(by, device_id)
    except DeviceNotFound:
        if by_id(device_id) is None:
            raise
        raise DeviceOutOfScope() from None


def owned(by: Principal, device_id: str) -> Device:
    """A device of a customer's client, as contract 003 has it: another client's is refused by name.
    Raises DeviceNotFound, NotYourDevice."""
    found = by_id(foreign.text(device_id, 121))
    if found is None:
        raise DeviceNotFound()
    if not by.may_see(found.client_id):
        raise NotYourDevice()
    return found


def ids_in_scope(by: Principal, *, limit: int) -> list[str]:
    """The ids of the caller's devices, the oldest first."""
    return list(db.session.scalars(scoped(select(Device.device_id), by).order_by(Device.id).limit(limit)))


def shown_name(device: Device | Row[Any]) -> str:
    """What people call a device."""
    return device.machine_name or device.hostname or device.display_name or device.device_id


def open_to(by: Principal, device_id: str) -> Device:
    """A device that the caller may ask things of: one in their scope, or the caller itself. Raises DeviceNotFound."""
    found = by_id(device_id) if by.device_id == device_id else None
    return found or visible_to(by, device_id)


def countable(by: Principal) -> Subquery:
    """The devices in scope as a table, for reads that sum them up."""
    return _scoped(by).subquery()


def ids_of_client(client_id: int, *, limit: int) -> list[str]:
    """Some devices of a client, by their public ids."""
    return list(db.session.scalars(select(Device.device_id).where(Device.client_id == client_id).limit(limit)))


def is_online() -> ColumnElement[bool]:
    """Is the device among those that are online? They travel as one value, however many they are."""
    online = presence.online()
    if db.engine.dialect.name == "sqlite":
        told = func.json_each(orjson.dumps(online).decode()).table_valued("value")
    else:
        told = func.jsonb_array_elements_text(cast(online, JSONB)).table_valued("value")
    return Device.device_id.in_(select(told.c.value))


def count_online(by: Principal) -> int:
    """How many devices in the caller's scope are online."""
    if by.client_ids is None:
        return len(presence.online())
    return read_aside(scoped(select(func.count(Device.id)), by).where(is_online()))[0][0]


def count_customers(by: Principal) -> int:
    """How many different customers the devices in scope belong to."""
    return db.session.scalar(select(func.count(func.distinct(_scoped(by).subquery().c.customer_name)))) or 0


def scoped(wanted: Select[T], by: Principal) -> Select[T]:
    """What is wanted of devices, as far as the caller may see it."""
    if by.client_ids is not None:
        wanted = wanted.where(Device.client_id.in_(by.client_ids))
    return wanted


def _scoped(by: Principal) -> Select[tuple[Device]]:
    return scoped(select(Device), by)
