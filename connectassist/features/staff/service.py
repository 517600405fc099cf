"""Staff: accounts are made, changed and closed by administrators; everybody looks after their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import (
    DuplicateAccount,
    LastAdmin,
    NotTrustedHere,
    ValidationFailed,
    WrongPassword,
)
from connectassist.features.accounts import service as accounts
from connectassist.features.clients import queries as clients
from connectassist.features.staff import queries
from connectassist.identity import passwords, tokens
from connectassist.identity.models import ADMIN, STAFF_ROLES, StaffClient, User
from connectassist.identity.principal import Principal
from connectassist.realtime import announce, rescoping


def sign_in(*, username: str, password: str, address: str) -> tuple[User, str]:
    """Start the sign-in of a member of staff, as contract 000's clients do. Raises WrongCredentials."""
    return accounts.sign_in(username=username, password=password, address=address, audience=tokens.POCKET,
                            roles=STAFF_ROLES)


def sign_in_here(*, address: str) -> tuple[User, str]:
    """Sign the first administrator in, for a caller whom this computer trusts. Raises NotTrustedHere."""
    by = tokens.first_admin(address=address)
    if by is None or by.user_id is None:
        raise NotTrustedHere()
    user = queries.one(by.user_id)
    token, user.last_login_at = tokens.issue(user, address=address, audience=tokens.POCKET), clock.now()
    audit.record(by, "account.sign_in", f"{user.username} signed in from this computer without a password")
    db.session.commit()
    return user, token


def create(*, by: Principal, username: str, password: str, role: str, display_name: str | None = None,
           email: str | None = None, client_ids: list[int] | None = None) -> User:
    """Make an account for a member of staff. Raises DuplicateAccount, ValidationFailed."""
    user = accounts.register(username=username, password=password, role=role, email=email, by=by,
                             full_name=display_name or "", client_ids=_checked(client_ids or []))
    announce.staff(user.id)
    return user


def change(user_id: int, *, by: Principal, client_ids: list[int] | None = None, password: str | None = None,
           **values: Any) -> User:
    """Change an account; what it may see and do changes on open pages too. A new password, and the account's end, end
    its sign-ins. Raises NotFound, ValidationFailed, DuplicateAccount, LastAdmin."""
    user = queries.one(user_id)
    if not values and client_ids is None and password is None:
        raise ValidationFailed("There are no fields to update")
    if values.get("email"):
        accounts.require_free([values["email"]], but=user_id)
    values |= {"password_hash": passwords.hashed(password)} if password is not None else {}
    wanted = None if client_ids is None else _checked(client_ids)
    _apply(user, values, wanted)
    if password is not None or not user.is_active:
        tokens.revoke_all(user_id, but=by.login_id if by.user_id == user_id and user.is_active else None)
    changed = [name.removesuffix("_hash") for name in values] + (["clients"] if wanted is not None else [])
    audit.record(by, "account.change", f"Account {user.username} changed: {', '.join(sorted(changed))}",
                 user=user_id, role=user.role, is_active=user.is_active, clients=wanted)
    db.session.commit()
    rescoping.rescope(user_id)
    announce.staff(user_id)
    return user


def close(user_id: int, *, by: Principal) -> None:
    """Close an account. It stays in the records of what was done with it. Raises NotFound, LastAdmin."""
    change(user_id, by=by, is_active=False)


def unlink(user_id: int, *, by: Principal) -> None:
    """Forget whom an account belongs to at the sign-in provider. Raises NotFound."""
    accounts.unlink(queries.one(user_id).username, by=by)
    announce.staff(user_id)


def change_profile(*, by: Principal, **values: Any) -> User:
    """Somebody changes how they are called, or their address. Raises ValidationFailed, DuplicateAccount."""
    return change(by.user_id or 0, by=by, **values)


def change_password(*, by: Principal, current: str, new: str) -> None:
    """Somebody gives themselves a new password; their other sign-ins end. Raises WrongPassword, ValidationFailed."""
    user = queries.one(by.user_id or 0)
    if not passwords.matches(user.password_hash, current):
        audit.record(by, "account.wrong_password", f"{user.username} gave a wrong current password", level="WARNING")
        db.session.commit()
        raise WrongPassword()
    change(user.id, by=by, password=new)


def _apply(user: User, values: dict[str, Any], client_ids: list[int] | None) -> None:
    """Write, and look whether anybody is left who may administer. The flush takes SQLite's write lock and the row lock
    is PostgreSQL's, so that two administrators can't close each other's accounts at the same moment."""
    db.session.scalars(select(User.id).where(User.role == ADMIN).with_for_update()).all()
    for name, value in values.items():
        setattr(user, name, value)
    if client_ids is not None:
        kept = {each.client_id: each for each in user.assignments}
        user.assignments = [kept.get(each) or StaffClient(client_id=each) for each in client_ids]
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise DuplicateAccount() from error
    if not db.session.scalar(select(func.count()).where(User.role == ADMIN, User.is_active)):
        db.session.rollback()
        raise LastAdmin()


def _checked(client_ids: list[int]) -> list[int]:
    """The ids, each once. Raises ValidationFailed for one that is no client's."""
    wanted = sorted(set(client_ids))
    if set(wanted) - clients.known(wanted):
        raise ValidationFailed("There is no such client")
    return wanted
