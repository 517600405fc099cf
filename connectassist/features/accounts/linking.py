"""Whose account somebody at the sign-in provider may use.

Only accounts that an administrator made: staff. An account is found by the provider's own name for the person,
and for the first time by the e-mail address, if the provider has verified it. From then on the address doesn't
matter: whoever gets it later at the provider doesn't get the account.
"""

from __future__ import annotations

from sqlalchemy import func, select

from connectassist.core.db import db
from connectassist.core.errors import NoAccount
from connectassist.identity.models import STAFF_ROLES, LinkedIdentity, User
from connectassist.identity.provider import Identity

NOBODY = "Your administrator must make an account with your e-mail address first."
UNVERIFIED = "The provider has not verified your e-mail address, so no account can be found by it."
TAKEN = "The account with your e-mail address belongs to somebody else at the provider. Ask your administrator."
CLOSED = "Your account is closed. Ask your administrator."


def account_of(identity: Identity) -> tuple[User, bool]:
    """The account, and whether it has been linked just now. The caller commits. Raises NoAccount."""
    link = db.session.get(LinkedIdentity, (identity.issuer, identity.subject))
    user = link.user if link else _first_time(identity)
    if not user.is_active:
        raise NoAccount(CLOSED)
    if link is None:
        db.session.add(LinkedIdentity(issuer=identity.issuer, subject=identity.subject, user_id=user.id))
    return user, link is None


def _first_time(identity: Identity) -> User:
    if not identity.email:
        raise NoAccount(UNVERIFIED)
    user = _by_email(identity.email)
    if user is None:
        raise NoAccount(NOBODY)
    if db.session.scalar(select(LinkedIdentity.subject).where(
            LinkedIdentity.issuer == identity.issuer, LinkedIdentity.user_id == user.id)):
        raise NoAccount(TAKEN)
    return user


def _by_email(email: str) -> User | None:
    """Customers register with any address, so theirs proves nothing. Outside ASCII two addresses may be one in lower
    case (the Kelvin sign is a k there), so such an address finds nobody."""
    if not email.isascii():
        return None
    found = db.session.scalars(select(User).where(
        func.lower(User.email) == email.lower(), User.role.in_(STAFF_ROLES)).limit(2)).all()
    return found[0] if len(found) == 1 else None
