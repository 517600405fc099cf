"""Customers' accounts: made, given to a client, joined with a Supabase project, closed. By administrators."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, foreign
from connectassist.core.db import db
from connectassist.core.errors import AlreadyLinked, ClientNotFound, DuplicateAccount, ValidationFailed
from connectassist.features.accounts import service as accounts
from connectassist.features.clients import queries as clients
from connectassist.features.customers import queries
from connectassist.features.tickets import service as tickets
from connectassist.http.context import supabase
from connectassist.identity import passwords, tokens
from connectassist.identity.models import CUSTOMER, LinkedIdentity, User
from connectassist.identity.principal import Principal
from connectassist.realtime import rescoping

#: What an account's sign-ins don't outlive.
_ENDS_SIGN_INS = {"client_id", "is_active", "password_hash"}


def create(*, by: Principal, username: str, client_id: int, password: str | None, email: str | None = None,
           full_name: str = "") -> User:
    """Make an account for somebody of a client. Without a password only a joined Supabase project lets them in.
    Raises ClientNotFound, DuplicateAccount, ValidationFailed."""
    _require_client(client_id)
    accounts.require_free({username, email or username})
    user = User(username=username, email=email, full_name=full_name, role=CUSTOMER, client_id=client_id,
                password_hash=passwords.hashed(password) if password is not None else None)
    db.session.add(user)
    _flush()
    audit.record(by, "account.register", f"Account {username} made as customer", client_id=client_id, user=user.id)
    db.session.commit()
    return user


def change(user_id: int, *, by: Principal, password: str | None = None, **values: Any) -> User:
    """Change an account. Another client, a new password and its end put an end to its sign-ins.
    Raises NotFound, ClientNotFound, DuplicateAccount, ValidationFailed."""
    user = queries.one(user_id)
    if not values and password is None:
        raise ValidationFailed("There are no fields to update")
    if values.get("client_id") is not None:
        _require_client(values["client_id"])
    if values.get("email"):
        accounts.require_free([values["email"]], but=user_id)
    values |= {"password_hash": passwords.hashed(password)} if password is not None else {}
    changed = {name for name, value in values.items() if getattr(user, name) != value}
    if "client_id" in changed and user.client_id is None:
        tickets.settle(user_id, values["client_id"], by=by)
    for name in changed:
        setattr(user, name, values[name])
    _flush()
    audit.record(by, "account.change", f"Account {user.username} changed: "
                 f"{', '.join(sorted(name.removesuffix('_hash') for name in changed))}", client_id=user.client_id,
                 user=user_id)
    if changed & _ENDS_SIGN_INS:
        tokens.revoke_all(user_id)
    db.session.commit()
    if changed & _ENDS_SIGN_INS:
        rescoping.rescope(user_id)
    return user


def link(user_id: int, *, by: Principal, subject: str, issuer: str = "") -> User:
    """Say who an account belongs to at a Supabase project. Raises NotFound, ValidationFailed, AlreadyLinked."""
    user, project = queries.one(user_id), supabase()
    issuer = issuer or (project.issuer if project else "")
    if not issuer:
        raise ValidationFailed("Say the issuer: nothing in the settings tells who issues the tokens")
    if any(foreign.line(name) != name for name in (issuer, subject)):
        raise ValidationFailed("The issuer and the subject are each on one line, as the project's tokens say them")
    db.session.add(LinkedIdentity(issuer=issuer, subject=subject, user_id=user.id))
    audit.record(by, "account.link", f"{user.username} was joined with {subject} at {issuer}",
                 client_id=user.client_id, user=user_id)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise AlreadyLinked() from error
    return user


def unlink(user_id: int, *, by: Principal) -> User:
    """Forget that; what the person signed in by ends. Raises NotFound."""
    user = queries.one(user_id)
    accounts.unlink(user.username, by=by)
    rescoping.close_ended()
    return user


def _require_client(client_id: int) -> None:
    if not clients.name_of(client_id):
        raise ClientNotFound()


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise DuplicateAccount() from error
