"""Accounts: registering, signing in and out, and the first admin."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import DuplicateAccount, Forbidden, NotFound, WrongCredentials
from connectassist.features.accounts import guesses
from connectassist.features.clients.service import DEFAULT_ID
from connectassist.identity import names, passwords, principal, tokens
from connectassist.identity.models import ADMIN, CUSTOMER, STAFF_ROLES, LinkedIdentity, Login, StaffClient, User
from connectassist.identity.principal import Principal
from connectassist.realtime import rescoping
from connectassist.realtime.retention import Rule

EVERYBODY = (*STAFF_ROLES, CUSTOMER)


def register(*, username: str, password: str, by: Principal, email: str | None = None, full_name: str = "",
             role: str = CUSTOMER, client_ids: list[int] | None = None) -> User:
    """Make an account. Anyone may become a customer; another role takes an admin.
    Raises Forbidden, DuplicateAccount, ValidationFailed."""
    if role != CUSTOMER and not by.is_admin:
        raise Forbidden("Only an administrator can make staff accounts")
    require_free({username, email or username})
    user = User(username=username, email=email or None, full_name=full_name, role=role,
                password_hash=passwords.hashed(password))
    if role in STAFF_ROLES:
        user.assignments = [StaffClient(client_id=c) for c in ([DEFAULT_ID] if client_ids is None else client_ids)]
    else:
        user.client_id = (client_ids or [DEFAULT_ID])[0] if by.is_admin else None
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise DuplicateAccount() from error
    audit.record(by, "account.register", f"Account {username} made as {role}")
    db.session.commit()
    return user


def require_free(wanted: Iterable[str], *, but: int | None = None) -> None:
    """A name is taken in any case, and by anybody's mail address too: either signs in. Raises DuplicateAccount."""
    names = {name.lower() for name in wanted}
    taken = select(User.id).where(or_(func.lower(User.username).in_(names), func.lower(User.email).in_(names)))
    if db.session.scalar(taken.where(User.id != (but or 0)).limit(1)):
        raise DuplicateAccount()


def sign_in(*, username: str, password: str, address: str, audience: str = tokens.DESK,
            roles: tuple[str, ...] = EVERYBODY) -> tuple[User, str]:
    """Check a password and start a sign-in; the name may be the e-mail address. Returns the account and its token.
    Raises WrongCredentials, the same for an unknown name, a wrong password, a closed account and another role, and
    RateLimited."""
    username = names.tidied(username)
    user = db.session.scalar(select(User).where(
        or_(User.username == username, func.lower(User.email) == username.lower())))
    guesses.require(username, user, address=address)
    fits = passwords.matches(user.password_hash if user else None, password)
    if not fits or user is None or not user.is_active or user.role not in roles:
        audit.record(principal.nobody(address), "account.sign_in_failed", f"Sign-in failed for {username}",
                     level="WARNING")
        db.session.commit()
        guesses.count(username, address=address)
        raise WrongCredentials()
    guesses.forgive(username, address=address)
    return user, let_in(user, address=address, audience=audience)


def let_in(user: User, *, address: str, audience: str = tokens.DESK) -> str:
    """Start the sign-in of somebody who gave their password, at the door or for the account that they just made.
    Returns its token."""
    token = tokens.issue(user, address=address, audience=audience)
    user.last_login_at = clock.now()
    audit.record(principal.of_user(user, address=address), "account.sign_in", f"{user.username} signed in")
    db.session.commit()
    return token


def sign_out(by: Principal) -> None:
    """End the caller's sign-in, everywhere its token may be, on open sockets too."""
    if by.login_id:
        tokens.revoke(by.login_id)
        audit.record(by, "account.sign_out", f"{by.name} signed out")
        db.session.commit()
        rescoping.close_login(by.login_id)


def reset_password(username: str, *, password: str) -> None:
    """The operator gives an account a new password; its sign-ins end. Raises NotFound, ValidationFailed."""
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise NotFound("There is no such account")
    user.password_hash = passwords.hashed(password)
    tokens.revoke_all(user.id)
    audit.record(_operator(), "account.reset_password", f"{username} got a new password")
    db.session.commit()


def unlink(username: str, *, by: Principal | None = None) -> int:
    """Forget whom an account belongs to at the sign-in provider, so that the next first sign-in links it anew.
    Returns how many links there were. Raises NotFound."""
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise NotFound("There is no such account")
    gone = db.session.execute(delete(LinkedIdentity).where(LinkedIdentity.user_id == user.id)).rowcount
    tokens.revoke_all(user.id, audience=tokens.SUPABASE)
    audit.record(by or _operator(), "account.unlink", f"{username} is no longer linked with a provider")
    db.session.commit()
    return gone


prune = Rule("sign-ins that ended", tokens.KEPT_DAYS, Login.id, tokens.ended_before)


def _operator() -> Principal:
    """Whoever has a shell on the server."""
    return Principal(kind=principal.SYSTEM, name="operator", role=ADMIN, client_ids=None)


def make_staff(*, username: str, password: str, role: str, email: str | None, full_name: str) -> User:
    """The operator makes an account for a member of staff. Raises DuplicateAccount, ValidationFailed."""
    return register(username=username, password=password, role=role, email=email, full_name=full_name, by=_operator())


def ensure_admin(password: str) -> str | None:
    """Make the user `admin` on the first start. Returns the random password when none was given, else None."""
    if db.session.scalar(select(User.id).limit(1)) is not None:
        return None
    chosen = password or secrets.token_urlsafe(12)
    register(username="admin", password=chosen, by=Principal(kind=principal.SYSTEM, name="server", role=ADMIN,
                                                             client_ids=None), full_name="Administrator", role=ADMIN)
    return None if password else chosen
