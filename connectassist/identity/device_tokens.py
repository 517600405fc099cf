"""A device's sign-in at the gateway (contract 003): 64 hex digits, good for a week after their last use."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.vault import digest
from connectassist.identity import principal
from connectassist.identity.models import DeviceToken
from connectassist.identity.principal import Principal

LIFETIME = timedelta(days=7)
SECONDS = int(LIFETIME.total_seconds())
#: A token's end is put off at most this often, so that not every call writes.
RENEWED_AFTER = timedelta(days=1)
#: A device that signs in again keeps its older tokens, for calls under way; the oldest beyond these end.
MOST = 5
_LOOKS_LIKE_ONE = re.compile(r"[0-9a-f]{64}")


def issue(device_id: str, *, address: str) -> str:
    """A new token, shown this once. The caller commits."""
    token, moment = secrets.token_hex(32), clock.now()
    newest = select(DeviceToken.token_hash).where(DeviceToken.device_id == device_id).order_by(
        DeviceToken.created_at.desc()).limit(MOST - 1)
    db.session.execute(delete(DeviceToken).where(
        DeviceToken.device_id == device_id, DeviceToken.token_hash.not_in(newest.scalar_subquery())))
    db.session.add(DeviceToken(token_hash=digest(token), device_id=device_id, address=address, created_at=moment,
                               expires_at=moment + LIFETIME))
    return token


def is_one(text: str) -> bool:
    """Could this be a device's token?"""
    return _LOOKS_LIKE_ONE.fullmatch(text) is not None


def principal_of(token: str, *, address: str) -> Principal | None:
    """Whose token this is; None when it is unknown or its time is over. Being used puts its end off."""
    known = db.session.execute(select(DeviceToken.device_id, DeviceToken.expires_at).where(
        DeviceToken.token_hash == digest(token))).first() if is_one(token) else None
    moment = clock.now()
    if known is None or known.expires_at <= moment:
        return None
    if known.expires_at < moment + LIFETIME - RENEWED_AFTER:
        db.session.execute(update(DeviceToken).where(DeviceToken.token_hash == digest(token))
                           .values(expires_at=moment + LIFETIME))
        db.session.commit()
    return principal.device(known.device_id, address)


def revoke_all(device_id: str) -> None:
    """End every sign-in of a device. The caller commits."""
    db.session.execute(delete(DeviceToken).where(DeviceToken.device_id == device_id))
