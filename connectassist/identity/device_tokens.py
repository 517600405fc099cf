"""A device's sign-in at the gateway (contract 003): 64 hex digits, good for a week after their last use.

A token is worth as much as the device's secret: while the device is suspended or once it is no more, none counts, not
even one that was made in the same moment. A new secret ends them all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, event, select, update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import DeviceSuspended
from connectassist.core.vault import digest
from connectassist.identity import principal
from connectassist.identity.models import DeviceCredential, DeviceToken
from connectassist.identity.principal import Principal
from connectassist.identity.proven import Proven

LIFETIME = timedelta(days=7)
KEPT_DAYS = 1
SECONDS = int(LIFETIME.total_seconds())
#: A token's end is put off at most this often, so that not every call writes.
RENEWED_AFTER = timedelta(days=1)
#: A device that signs in again keeps its older tokens, for calls under way; the oldest beyond these end.
MOST = 5
_LOOKS_LIKE_ONE = re.compile(r"[0-9a-f]{64}")
_TOKEN, _DEVICE = DeviceToken.__table__.c, DeviceCredential.__table__.c
#: Built once: every call of a device at the gateway asks for it.
_KNOWN = select(_TOKEN.device_id, _TOKEN.expires_at, _DEVICE.suspended_at).join(
    DeviceCredential, _DEVICE.device_id == _TOKEN.device_id).where(_TOKEN.token_hash == bindparam("token_hash"))
_PROVEN = Proven()
#: Called with a device's id once its sign-ins are ended for good, for other processes that have just seen one of them.
on_revoked: list[Callable[[str], None]] = []


def issue(device_id: str, *, address: str) -> str:
    """A new token, shown this once. The caller commits."""
    token, moment = secrets.token_hex(32), clock.now()
    newest = select(DeviceToken.token_hash).where(DeviceToken.device_id == device_id).order_by(
        DeviceToken.created_at.desc()).limit(MOST - 1)
    db.session.execute(delete(DeviceToken).where(
        DeviceToken.device_id == device_id, DeviceToken.token_hash.not_in(newest.scalar_subquery())),
        execution_options={"synchronize_session": False})
    db.session.add(DeviceToken(token_hash=digest(token), device_id=device_id, address=address, created_at=moment,
                               expires_at=moment + LIFETIME))
    return token


def is_one(text: str) -> bool:
    """Could this be a device's token?"""
    return _LOOKS_LIKE_ONE.fullmatch(text) is not None


def principal_of(token: str, *, address: str) -> Principal | None:
    """Whose token this is; None when it is unknown or its time is over. Being used puts its end off.
    Raises DeviceSuspended."""
    if not is_one(token):
        return None
    hashed, moment, ends = digest(token), clock.now(), _PROVEN.ends
    device_id = _PROVEN.get(hashed, now=moment)
    if device_id is None:
        device_id = _looked_up(hashed, moment)
        if device_id is None:
            return None
        _PROVEN.note(hashed, device_id, now=moment, ends=ends)
    return principal.device(device_id, address)


def _looked_up(hashed: str, moment: datetime) -> str | None:
    known = db.session.connection().execute(_KNOWN, {"token_hash": hashed}).first()
    if known is None or known.expires_at <= moment:
        return None
    if known.suspended_at is not None:
        raise DeviceSuspended()
    if known.expires_at < moment + LIFETIME - RENEWED_AFTER:
        db.session.execute(update(DeviceToken).where(DeviceToken.token_hash == hashed)
                           .values(expires_at=moment + LIFETIME))
        db.session.commit()
    return known.device_id


def revoke_all(device_id: str) -> None:
    """End every sign-in of a device. The caller commits."""
    db.session.execute(delete(DeviceToken).where(DeviceToken.device_id == device_id),
                       execution_options={"synchronize_session": False})
    forget(device_id)
    event.listen(db.session(), "after_commit", lambda session: _revoked(device_id), once=True)


def forget(device_id: str) -> None:
    """What a device showed a moment ago proves nothing any more."""
    _PROVEN.end(device_id)


def _revoked(device_id: str) -> None:
    forget(device_id)
    for hook in on_revoked:
        hook(device_id)


def ended(days: int, *, limit: int) -> list[str]:
    """Some tokens whose time was over so many days ago, by their hashes."""
    return list(db.session.scalars(select(DeviceToken.token_hash).where(
        DeviceToken.expires_at <= clock.now() - timedelta(days=days))
                                   .order_by(DeviceToken.expires_at).limit(limit)))
