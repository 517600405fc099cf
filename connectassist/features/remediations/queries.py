"""Reads of remediations, always within the caller's scope."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import NotFound
from connectassist.features.devices import queries as devices
from connectassist.features.remediations import actions
from connectassist.features.remediations.models import Remediation
from connectassist.identity.principal import Principal

LONGEST_ID = 64


def page(by: Principal, device_id: str, *, limit: int = 50, offset: int = 0) -> list[Remediation]:
    """What a device in scope was asked for, newest first. Raises DeviceNotFound."""
    device = devices.visible_to(by, device_id)
    return list(db.session.scalars(
        select(Remediation).where(Remediation.device_id == device.device_id)
        .order_by(Remediation.created_at.desc(), Remediation.request_id).limit(limit).offset(offset)))


def one(by: Principal, device_id: str, request_id: str) -> Remediation:
    """One of them. Raises DeviceNotFound, NotFound."""
    device = devices.visible_to(by, device_id)
    found = of_device(device.device_id, request_id)
    if found is None:
        raise NotFound("Remediation not found")
    return found


def of_device(device_id: str, request_id: str) -> Remediation | None:
    """What a device was asked for under this id, whoever asks: for the device's own answer."""
    found = db.session.get(Remediation, request_id) if 0 < len(request_id) <= LONGEST_ID else None
    return found if found is not None and found.device_id == device_id else None


def unanswered(*, state: str, minutes: int, limit: int = 500) -> list[Remediation]:
    """Those in a state that were asked for so many minutes ago or longer."""
    return list(db.session.scalars(select(Remediation).where(
        Remediation.state == state, Remediation.created_at < clock.now() - timedelta(minutes=minutes)).limit(limit)))


def whitelist() -> list[actions.Action]:
    """Everything that a device may be asked for."""
    return list(actions.ACTIONS.values())
