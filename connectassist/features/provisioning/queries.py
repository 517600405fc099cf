"""Reads of announced devices."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select

from connectassist.core import clock
from connectassist.core.db import db, read_aside
from connectassist.core.errors import NotFound
from connectassist.features.provisioning.models import Provision
from connectassist.identity.principal import Principal


def is_open() -> ColumnElement[bool]:
    """May the device still come?"""
    return and_(Provision.registered_at.is_(None), Provision.expires_at > clock.now())


def of_device(device_id: str) -> Provision | None:
    """The announcement of a device, in whatever state it is."""
    return db.session.scalar(select(Provision).where(Provision.device_id == device_id)
                             .execution_options(populate_existing=True))


def visible_to(by: Principal, provision_id: int) -> Provision:
    """An open announcement in the caller's scope. Raises NotFound."""
    found = db.session.scalar(_open(by).where(Provision.id == provision_id))
    if found is None:
        raise NotFound("There is no such announcement of a device")
    return found


def page(by: Principal, *, limit: int, offset: int, client_id: int | None = None) -> tuple[list[Provision], int]:
    """The devices that are expected in the caller's scope, or by one client of it, newest first, and how many."""
    wanted = _open(by)
    if client_id is not None:
        wanted = wanted.where(Provision.client_id == client_id)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(Provision.created_at.desc(), Provision.id.desc())
    return list(db.session.scalars(newest.limit(limit).offset(offset))), total


def forgotten(days: int, *, limit: int) -> list[int]:
    """Some announcements that are over for so many days. What became a device needs none."""
    return [row.id for row in read_aside(
        select(Provision.id).where(Provision.expires_at < clock.now() - timedelta(days=days))
        .order_by(Provision.expires_at).limit(limit))]


def _open(by: Principal) -> Select[tuple[Provision]]:
    wanted = select(Provision).where(is_open())
    if by.client_ids is not None:
        wanted = wanted.where(Provision.client_id.in_(by.client_ids))
    return wanted
