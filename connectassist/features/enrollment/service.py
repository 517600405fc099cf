"""Enrollment: one-time tokens are made and revoked, and turn a machine into a device with a secret of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock, ids
from connectassist.core.db import db
from connectassist.core.errors import (
    AppError,
    Conflict,
    DeviceAlreadyEnrolled,
    DeviceNotFound,
    InvalidEnrollmentToken,
)
from connectassist.core.vault import digest
from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.enrollment import news, queries, redeeming
from connectassist.features.enrollment.models import TOKEN, EnrollmentToken
from connectassist.features.sessions import service as sessions
from connectassist.http import guard, limits
from connectassist.http.context import settings, vault
from connectassist.http.guard import limiter
from connectassist.identity import device_secrets, principal
from connectassist.identity.principal import Principal
from connectassist.realtime.retention import Rule

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device
    from connectassist.features.packages.models import Package

LIFE = timedelta(hours=24)
#: Days that tokens which came to nothing are kept.
KEPT_DAYS = 90


def issue(client_id: int, *, by: Principal, purpose: str = TOKEN, platform: str | None = None,
          allow_unattended: bool = False) -> tuple[EnrollmentToken, str]:
    """A new token for one machine of a client, good for a day. Returns its record and the token, which is shown this
    once. Raises ClientNotFound, RateLimited."""
    client, moment, token = clients.one(by, client_id), clock.now(), ids.row_uuid()
    budget = limits.ENROLLMENT_TOKENS if purpose == TOKEN else limits.INSTALLERS
    limiter().spend(budget, "enrollment tokens", str(by.user_id))
    made = EnrollmentToken(token_hash=digest(token), hint=token[:8], purpose=purpose, client_id=client_id,
                           made_by_id=by.user_id, platform=platform, allow_unattended=allow_unattended,
                           created_at=moment, expires_at=moment + LIFE)
    db.session.add(made)
    db.session.flush()
    audit.record(by, "enrollment.issue", f"Enrollment {purpose} {made.hint} made for {client.name}",
                 client_id=client_id, token_id=made.id, platform=platform, allow_unattended=allow_unattended)
    db.session.commit()
    news.changed(made)
    return made, token


def revoke(token_id: int, *, by: Principal) -> None:
    """Take a token back. Raises NotFound, and Conflict once a device has used it."""
    token = queries.visible_to(by, token_id)
    won = db.session.execute(update(EnrollmentToken).where(
        EnrollmentToken.id == token_id, EnrollmentToken.used_at.is_(None)).values(revoked_at=clock.now()))
    if won.rowcount != 1:
        db.session.rollback()
        raise Conflict("A device has used this token already. Remove the device instead")
    audit.record(by, "enrollment.revoke", f"Enrollment {token.purpose} {token.hint} revoked",
                 client_id=token.client_id, token_id=token_id)
    db.session.commit()
    news.changed(token)


def enroll(*, token: str, device_id: str, by: Principal, **reported: Any) -> tuple[Device, str]:
    """Redeem a token. Returns the device and its secret, which is shown this once. Wrong tokens use up a budget of the
    caller's address. Raises InvalidEnrollmentToken, DeviceAlreadyEnrolled, RateLimited."""
    with guesses_counted(by):
        redeemed = redeeming.redeem(token, device_id=device_id)
    try:
        device, secret = _become(device_id, redeemed, by=by, reported=reported)
    except IntegrityError as problem:  # the same machine came by another token in the same moment
        db.session.rollback()
        raise DeviceAlreadyEnrolled() from problem
    news.enrolled(device.client_id, device_id, device.hostname)
    if isinstance(redeemed, EnrollmentToken):
        news.changed(redeemed)
    elif redeemed.session_id:
        sessions.adopt(redeemed.session_id, device)
    return device, secret


def _become(device_id: str, redeemed: EnrollmentToken | Package, *, by: Principal, reported: dict[str, Any],
            ) -> tuple[Device, str]:
    # where bare ids are trusted, contract 000's documented agent never shows the secret that it is given here
    binds = not settings().trust_bare_device_ids
    db.session().expire_on_commit = False  # what is written is what is told of it: nothing is read again
    with db.session.no_autoflush:
        device, secret = devices.register(device_id, by=replace(by, kind=principal.DEVICE, device_id=device_id),
                                          binds=binds, **reported)
    device.client_id = redeemed.client_id
    if not isinstance(redeemed, EnrollmentToken):
        redeeming.introduce(device, redeemed)
    device.permanent_password = vault().encrypt(ids.password())
    secret = secret or device_secrets.give(device_id, confirmed=binds)
    audit.record(by, "device.enroll", f"Device {device_id} enrolled", client_id=device.client_id, device_id=device_id)
    db.session.commit()
    return device, secret


def standing(device_id: str, secret: str | None) -> str:
    """The id of a device that asks whether it is still enrolled. Raises DeviceNotFound with `enrolled`, so that it may
    enroll anew, and Unauthorized for a secret that is not its own."""
    if device_queries.by_id(device_id) is None:
        raise DeviceNotFound(enrolled=False)
    return guard.device_by_secret(device_id, secret or "").name


@contextmanager
def guesses_counted(by: Principal, *, wrong: type[AppError] = InvalidEnrollmentToken) -> Iterator[None]:
    """Whatever takes a token: wrong ones, as `wrong` tells, use up a budget of the caller's address.
    Raises RateLimited."""
    budget = limits.WRONG_ENROLLMENT_TOKEN, "wrong enrollment token", by.address
    limiter().require(*budget)
    try:
        yield
    except wrong:
        db.session.rollback()
        limiter().spend(*budget)
        raise


def count_download(token: EnrollmentToken, *, by: Principal) -> None:
    """Count and record one whole download of an installer."""
    db.session.execute(update(EnrollmentToken).where(EnrollmentToken.id == token.id)
                       .values(downloads=EnrollmentToken.downloads + 1))
    audit.record(by, "enrollment.download", f"Installer {token.hint} downloaded", client_id=token.client_id,
                 token_id=token.id)
    db.session.commit()
    news.changed(token)


#: Of these, those stay by which a device came that is still there.
prune = Rule("enrollment tokens that ran out", KEPT_DAYS, EnrollmentToken.id, queries.forgotten)
