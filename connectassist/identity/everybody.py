"""Everybody is signed out at once: after a change of keys, and after a restore, which would bring back what was revoked
since."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, update

from connectassist.core import clock
from connectassist.identity.models import DeviceToken, Login, ShareCredential


class SignedOut(NamedTuple):
    """How many were: people, devices at the gateway, and browsers that share their screen."""

    people: int
    devices: int
    browsers: int


def sign_out(connection: Connection) -> SignedOut:
    """End every sign-in. Devices keep their secrets, and sign in with them again by themselves. The caller commits."""
    moment = clock.now()
    alive = update(Login).where(Login.revoked_at.is_(None), Login.expires_at > moment)
    return SignedOut(*(connection.execute(each).rowcount for each in (
        alive.values(revoked_at=moment), delete(DeviceToken), delete(ShareCredential))))
