"""Staff and customer tokens: JWTs whose sign-in stands in `logins`, so that logout really ends them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError
from sqlalchemy import select, update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.vault import Vault
from connectassist.identity.models import ADMIN, Login, User
from connectassist.identity.principal import Principal, of_user

LIFETIME = timedelta(hours=24)
#: How long a sign-in that is over is kept.
KEPT_DAYS = 30
SECONDS = int(LIFETIME.total_seconds())
COOKIE, CSRF_COOKIE, CSRF_HEADER = "remote.sid", "XSRF-TOKEN", "X-XSRF-TOKEN"
DESK, POCKET = "connectassist", "pocket-it"
#: Of sign-ins that began with a token of the Supabase project. No token of ours names one.
SUPABASE = "supabase"


def install(app: Flask, vault: Vault) -> None:
    """Set Flask-JWT-Extended up: bearer header or cookie, with the CSRF names that 001's dashboard obeys."""
    app.config.update(
        JWT_SECRET_KEY=vault.jwt_key(), JWT_TOKEN_LOCATION=["headers", "cookies"], JWT_ACCESS_TOKEN_EXPIRES=LIFETIME,
        JWT_ACCESS_COOKIE_NAME=COOKIE, JWT_ACCESS_CSRF_COOKIE_NAME=CSRF_COOKIE, JWT_ACCESS_CSRF_HEADER_NAME=CSRF_HEADER,
        JWT_COOKIE_SAMESITE="Lax", JWT_DECODE_AUDIENCE=[DESK, POCKET], JWT_ENCODE_AUDIENCE=DESK,
        JWT_SESSION_COOKIE=False)
    JWTManager(app)


def issue(user: User, *, address: str, audience: str = DESK) -> str:
    """A new sign-in's token. Adds the Login row; the caller commits."""
    login_id = str(uuid.uuid4())
    begin(login_id, user, address=address, audience=audience, ends=clock.now() + LIFETIME)
    return create_access_token(str(user.id), additional_claims={
        "login": login_id, "id": user.id, "username": user.username, "role": user.role, "aud": audience})


def begin(login_id: str, user: User, *, address: str, audience: str, ends: datetime) -> None:
    """Write down a sign-in of an account. The caller commits."""
    db.session.add(Login(id=login_id, user_id=user.id, audience=audience, address=address, created_at=clock.now(),
                         expires_at=ends))


def principal_of(claims: dict, *, address: str) -> Principal | None:
    """Whose token this is; None when the sign-in was revoked or the account closed."""
    login_id = claims.get("login")
    return of_login(login_id, address=address) if isinstance(login_id, str) else None


def principal_of_token(token: str, *, address: str) -> Principal | None:
    """The same from the token itself; None also for one that is not ours, or no longer good."""
    try:
        return principal_of(decode_token(token), address=address)
    except (JWTExtendedException, PyJWTError):
        return None


def renewed(by: Principal) -> Principal | None:
    """Who a caller is now, for sockets that stay open: None when the sign-in stands no more. Staff without a sign-in
    are programs that this computer trusts."""
    if by.login_id is None and by.is_staff:
        return first_admin(address=by.address)
    return of_login(by.login_id or "", address=by.address)


def first_admin(*, address: str) -> Principal | None:
    """The oldest account that may administer, as contract 000's clients on a trusted computer use it."""
    found = db.session.scalar(select(User).where(User.role == ADMIN, User.is_active).order_by(User.id).limit(1))
    return of_user(found, address=address, audience=POCKET) if found else None


def of_login(login_id: str, *, address: str) -> Principal | None:
    """Whose sign-in this is; None when it is over or the account closed."""
    login = db.session.scalar(select(Login).where(Login.id == login_id))
    if login is None or login.revoked_at or login.expires_at <= clock.now() or not login.user.is_active:
        return None
    return of_user(login.user, address=address, login_id=login.id, audience=login.audience)


def standing(user_ids: list[int]) -> dict[int, Principal]:
    """Who these accounts are now, without those that are closed, whatever their sign-ins."""
    found = db.session.scalars(select(User).where(User.id.in_(user_ids), User.is_active))
    return {user.id: of_user(user) for user in found}


def ended(login_ids: set[str]) -> set[str]:
    """Those of these sign-ins that stand no more."""
    standing = select(Login.id).where(Login.id.in_(login_ids), Login.revoked_at.is_(None),
                                      Login.expires_at > clock.now())
    return login_ids - set(db.session.scalars(standing)) if login_ids else set()


def ended_before(days: int, *, limit: int) -> list[str]:
    """Some sign-ins that ran out more than so many days ago."""
    return list(db.session.scalars(select(Login.id).where(Login.expires_at < clock.now() - timedelta(days=days))
                                   .order_by(Login.expires_at).limit(limit)))


def revoke(login_id: str) -> None:
    """End a sign-in everywhere. The caller commits."""
    login = db.session.get(Login, login_id)
    if login and not login.revoked_at:
        login.revoked_at = clock.now()


def revoke_all(user_id: int, *, but: str | None = None, audience: str | None = None) -> None:
    """End every sign-in of an account, one apart if wished, or those of one kind. The caller commits."""
    alive = update(Login).where(Login.user_id == user_id, Login.revoked_at.is_(None), Login.id != (but or ""))
    if audience:
        alive = alive.where(Login.audience == audience)
    db.session.execute(alive.values(revoked_at=clock.now()))
