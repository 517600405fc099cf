"""Reads of enrollment tokens."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import lazyload

from connectassist.core import clock
from connectassist.core.db import db, read_aside
from connectassist.core.errors import InvalidEnrollmentToken, NotFound
from connectassist.core.vault import digest
from connectassist.features.devices import queries as devices
from connectassist.features.enrollment.models import INSTALLER, LINK, EnrollmentToken
from connectassist.identity import principal
from connectassist.identity.principal import Principal

_WITH_HASH = select(EnrollmentToken).where(
    EnrollmentToken.token_hash == bindparam("token_hash")).options(lazyload("*"))
STATES = ("unused", "used", "expired", "revoked")


def visible_to(by: Principal, token_id: int) -> EnrollmentToken:
    """A token of a client in the caller's scope. Raises NotFound."""
    found = db.session.scalar(_scoped(by).where(EnrollmentToken.id == token_id))
    if found is None:
        raise NotFound("There is no such enrollment token")
    return found


def page(by: Principal, *, client_id: int | None = None, state: str | None = None, limit: int = 100, offset: int = 0,
         ) -> tuple[list[EnrollmentToken], int]:
    """Tokens in scope, newest first, and how many there are."""
    wanted = _scoped(by)
    if client_id is not None:
        wanted = wanted.where(EnrollmentToken.client_id == client_id)
    if state is not None:
        wanted = wanted.where(*_in_state(state))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(EnrollmentToken.created_at.desc(), EnrollmentToken.id.desc())
    return list(db.session.scalars(newest.limit(limit).offset(offset))), total


def with_secret(token: str) -> EnrollmentToken | None:
    """The token that somebody shows, in whatever state it is."""
    return db.session.scalar(_WITH_HASH, {"token_hash": digest(token)})


def good(token: str) -> EnrollmentToken:
    """A token that a device could still enroll with. Raises InvalidEnrollmentToken."""
    found = with_secret(token)
    if found is None or found.state != "unused":
        raise InvalidEnrollmentToken()
    return found


def installed(device_id: str) -> EnrollmentToken | None:
    """The token of the installer that made a device, however long ago."""
    return db.session.scalar(select(EnrollmentToken).where(
        EnrollmentToken.used_by == device_id, EnrollmentToken.purpose.in_((INSTALLER, LINK)))
        .order_by(EnrollmentToken.id.desc()).limit(1))


def enrolled() -> Select[tuple[str | None]]:
    """The ids of the devices that a client's own token made: they belong to its fleet, for good."""
    return select(EnrollmentToken.used_by).where(EnrollmentToken.used_by.is_not(None))


def forgotten(days: int, *, limit: int) -> list[int]:
    """Some tokens that are over for so many days and made no device that is still there. One that did stays: by it we
    know where its device belongs, and what its installer held."""
    known = devices.countable(principal.system())
    used = EnrollmentToken.used_by.is_not(None) & exists().where(known.c.device_id == EnrollmentToken.used_by)
    return [row.id for row in read_aside(
        select(EnrollmentToken.id).where(EnrollmentToken.expires_at < clock.now() - timedelta(days=days), ~used)
        .order_by(EnrollmentToken.expires_at).limit(limit))]


def unused() -> tuple[ColumnElement[bool], ...]:
    """What makes a token one that a device can enroll with."""
    return _in_state("unused")


def _in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    used, revoked = EnrollmentToken.used_at.is_not(None), EnrollmentToken.revoked_at.is_not(None)
    over = EnrollmentToken.expires_at <= clock.now()
    return {"used": (used,), "revoked": (~used, revoked), "expired": (~used, ~revoked, over),
            "unused": (~used, ~revoked, ~over)}[state]


def _scoped(by: Principal) -> Select[tuple[EnrollmentToken]]:
    wanted = select(EnrollmentToken)
    if by.client_ids is not None:
        wanted = wanted.where(EnrollmentToken.client_id.in_(by.client_ids))
    return wanted
