"""A device's own secret: given once, kept as a hash, wanted at every later call."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from connectassist.core import clock, ids
from connectassist.core.db import db
from connectassist.core.errors import DeviceSuspended
from connectassist.core.vault import digest, same
from connectassist.identity import device_tokens
from connectassist.identity.models import DeviceCredential

_KEPT = DeviceCredential.__table__.c
#: Built once: thousands of devices prove themselves at a time after a start of the server.
_PROOF = select(_KEPT.secret_hash, _KEPT.confirmed_at, _KEPT.suspended_at).where(
    _KEPT.device_id == bindparam("device_id"))


def give(device_id: str, *, confirmed: bool) -> str:
    """Make the device's secret and return it, this once; with an old one its sign-ins end. The caller commits."""
    secret = ids.secret()
    device_tokens.revoke_all(device_id)
    known = db.session.get(DeviceCredential, device_id) or DeviceCredential(device_id=device_id)
    known.secret_hash, known.created_at = digest(secret), clock.now()
    known.confirmed_at = clock.now() if confirmed else None
    db.session.add(known)
    return secret


def fits(device_id: str, secret: str) -> bool:
    """Is this the device's secret? The first right answer makes it binding. Raises DeviceSuspended."""
    db.session.flush()
    known = db.session.connection().execute(_PROOF, {"device_id": device_id}).first()
    if known is None or not same(known.secret_hash, digest(secret)):
        return False
    if known.suspended_at is not None:
        raise DeviceSuspended()
    if known.confirmed_at is None:
        _confirm(device_id)
    return True


def _confirm(device_id: str) -> None:
    known = db.session.get(DeviceCredential, device_id)
    if known is not None and known.confirmed_at is None:
        known.confirmed_at = clock.now()
        db.session.commit()


def is_binding(device_id: str | None) -> bool:
    """Has this device shown that it keeps a secret, so that its id alone no longer counts?"""
    known = db.session.get(DeviceCredential, device_id) if device_id else None
    return known is not None and known.confirmed_at is not None


def is_known(device_id: str) -> bool:
    """Was this device ever given a secret, as every registered or enrolled one was?"""
    return db.session.get(DeviceCredential, device_id) is not None


def is_suspended(device_id: str) -> bool:
    """Does the device prove nothing for now?"""
    known = db.session.get(DeviceCredential, device_id)
    return known is not None and known.suspended_at is not None


def suspended_among(device_ids: Collection[str]) -> set[str]:
    """Which of these devices are suspended."""
    return set(db.session.connection().scalars(select(_KEPT.device_id).where(
        _KEPT.device_id.in_(device_ids), _KEPT.suspended_at.is_not(None))))


def refused_among(device_ids: Collection[str]) -> set[str]:
    """Which of these devices are suspended, or known no more."""
    return {*device_ids} - set(db.session.connection().scalars(select(_KEPT.device_id).where(
        _KEPT.device_id.in_(device_ids), _KEPT.suspended_at.is_(None))))


def suspend(device_id: str) -> None:
    """Let a device prove nothing any more; its sign-ins end. The caller commits, and closes its sockets."""
    known = db.session.get(DeviceCredential, device_id) or DeviceCredential(
        device_id=device_id, secret_hash="", created_at=clock.now())
    known.suspended_at = clock.now()
    db.session.add(known)
    device_tokens.revoke_all(device_id)


def resume(device_id: str) -> None:
    """Let a device's secret count again. The caller commits."""
    known = db.session.get(DeviceCredential, device_id)
    if known is not None:
        known.suspended_at = None


def forget(device_id: str) -> None:
    """Remove the secret of a device that is deregistered, and end its sign-ins. The caller commits."""
    device_tokens.revoke_all(device_id)
    known = db.session.get(DeviceCredential, device_id)
    if known:
        db.session.delete(known)
