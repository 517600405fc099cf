"""Which customer's account somebody at the Supabase project may use, and their sign-in here.

Only an active account of a customer, never one of staff. It is found by the project's own name for the person (`sub`),
as an administrator joined the two. An e-mail address in a token proves nothing by itself: a project may let anybody
register any address, and no claim that its user can't write tells whether this one was confirmed. So it counts only for
the first time, and only where the operator says that the project confirms every address.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit
from connectassist.core.db import db
from connectassist.core.errors import NoAccount, Unauthorized
from connectassist.core.vault import digest
from connectassist.identity import principal, tokens
from connectassist.identity.models import CUSTOMER, LinkedIdentity, Login, User
from connectassist.identity.principal import Principal
from connectassist.identity.supabase import Person

NOBODY = "No account here is joined with this sign-in yet. Ask whoever runs this service to join yours."
CLOSED = "Your account here is closed, or not one of a customer. Ask whoever runs this service."


def principal_of(token: str, person: Person, *, by_email: bool, address: str) -> Principal:
    """Who a good token's owner is here. Its first use starts a sign-in that ends with it, so that whatever ends
    sign-ins ends this one too. It goes by what was signed: of a signature there may be many spellings, each as good as
    the other. Raises Unauthorized, NoAccount."""
    login_id = digest(token.rpartition(".")[0])[:36]
    found = tokens.of_login(login_id, address=address)
    if found is None and db.session.get(Login, login_id) is None:
        _first_use(login_id, person, by_email=by_email, address=address)
    found = found or tokens.of_login(login_id, address=address)  # begun by us, or by another request between two looks
    if found is None:
        raise Unauthorized("This sign-in has ended")
    if not found.is_customer:
        raise NoAccount(CLOSED)
    return found


def _first_use(login_id: str, person: Person, *, by_email: bool, address: str) -> None:
    user = _linked(person) or (_by_email(person, address=address) if by_email else None)
    user = user or _linked(person)  # on PostgreSQL another request may have joined them between the two looks
    if user is None:
        raise NoAccount(NOBODY)
    if user.role != CUSTOMER or user.client_id is None or not user.is_active:
        raise NoAccount(CLOSED)
    tokens.begin(login_id, user, address=address, audience=tokens.SUPABASE, ends=person.ends)
    audit.record(principal.of_user(user, address=address), "account.sign_in", f"{user.username} came with a token of "
                 "the Supabase project", client_id=user.client_id)
    _commit()


def _linked(person: Person) -> User | None:
    link = db.session.get(LinkedIdentity, (person.issuer, person.subject))
    return link.user if link else None


def _by_email(person: Person, *, address: str) -> User | None:
    """The one customer with that address whom nobody at the project is joined with yet. Outside ASCII two addresses may
    be one in lower case, so such an address finds nobody."""
    if not person.email or not person.email.isascii():
        return None
    taken = select(LinkedIdentity.user_id).where(LinkedIdentity.issuer == person.issuer)
    found = db.session.scalars(select(User).where(
        func.lower(User.email) == person.email.lower(), User.role == CUSTOMER, User.is_active,
        User.client_id.is_not(None), User.id.not_in(taken)).limit(2)).all()
    if len(found) != 1:
        return None
    db.session.add(LinkedIdentity(issuer=person.issuer, subject=person.subject, user_id=found[0].id))
    audit.record(principal.of_user(found[0], address=address), "account.link",
                 f"{found[0].username} was joined with {person.subject} at {person.issuer} by the e-mail address",
                 client_id=found[0].client_id)
    return found[0]


def _commit() -> None:
    """Whoever uses the same token for the first time at the same moment has written the same."""
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
