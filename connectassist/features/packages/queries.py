"""Reads of packages."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, func, select

from builder.payloads import Payload
from connectassist.core import clock
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db, read_aside
from connectassist.features.devices import queries as devices
from connectassist.features.packages.models import Package
from connectassist.features.support_codes import queries as codes
from connectassist.identity import principal


def by_device_id(device_id: str) -> Package | None:
    """A code's package that can still be had: neither it nor its code has ended. A session's is fetched by its
    sessionId only."""
    found = db.session.scalar(select(Package).where(Package.device_id == device_id, Package.session_id.is_(None),
                                                    Package.expires_at > clock.now()))
    return found if found and codes.is_standing(found.support_code_id) else None


def waiting(code_id: int, *, payload: Payload, server_url: str) -> Package | None:
    """A code's package of this very payload that no device has enrolled with yet."""
    return db.session.scalar(select(Package).where(
        Package.support_code_id == code_id, Package.platform == payload.platform,
        Package.payload_sha256 == payload.zip_sha256, Package.server_url == server_url,
        Package.redeemed_at.is_(None), Package.expires_at > clock.now()).order_by(Package.id.desc()).limit(1))


def waiting_of_session(session_id: str, *, payload: Payload, server_url: str) -> Package | None:
    """A session's package of this very payload that no device has enrolled with yet."""
    return db.session.scalar(select(Package).where(
        Package.session_id == session_id, Package.platform == payload.platform, Package.server_url == server_url,
        Package.payload_sha256 == payload.zip_sha256, Package.redeemed_at.is_(None),
        Package.expires_at > clock.now()).order_by(Package.id.desc()).limit(1))


def count_of_session(session_id: str) -> int:
    """How many packages were made for a session."""
    return db.session.scalar(select(func.count()).select_from(Package).where(Package.session_id == session_id)) or 0


def redeemed_by(device_id: str | None) -> Package | None:
    """The package that a device enrolled with, however long ago."""
    return db.session.scalar(select(Package).where(Package.device_id == device_id, Package.redeemed_at.is_not(None)))


def newest_of(code_id: int) -> Package | None:
    """The newest package of a code."""
    return db.session.scalar(select(Package).where(Package.support_code_id == code_id)
                             .order_by(Package.id.desc()).limit(1))


def is_taken(device_id: str) -> bool:
    return db.session.scalar(select(Package.id).where(Package.device_id == device_id)) is not None


def was_tracked(device_id: str, address: str) -> bool:
    """Has a download of this package been reported from this address?"""
    return db.session.scalar(select(AuditEntry.id).where(
        AuditEntry.device_id == device_id, AuditEntry.action == "download.track",
        AuditEntry.address == address).limit(1)) is not None


def code_id_of(device_id: str | None) -> int | None:
    """The support code that a device's package was made with, by its row's id."""
    if not device_id:
        return None
    return db.session.scalar(select(Package.support_code_id).where(Package.device_id == device_id))


def forgotten(days: int, *, limit: int) -> list[int]:
    """Some packages that ended more than so many days ago and whose device is not there (any more). By one whose device
    is there we know which code it came with."""
    known = devices.countable(principal.system())
    return [row.id for row in read_aside(
        select(Package.id).where(Package.expires_at < clock.now() - timedelta(days=days),
                                 ~exists().where(known.c.device_id == Package.device_id))
        .order_by(Package.id).limit(limit))]


def forgotten_codes(days: int, *, limit: int) -> list[int]:
    """Some support codes that ended more than so many days ago and that no package is left of, by their rows' ids."""
    ended = codes.ended_before(days)
    code_id = ended.selected_columns[0]
    return [row.id for row in read_aside(
        ended.where(~exists().where(Package.support_code_id == code_id)).limit(limit))]
