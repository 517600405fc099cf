"""Reads of customers' accounts: the people of the clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select

from connectassist.core.db import contains, db
from connectassist.core.errors import NotFound
from connectassist.features.clients import queries as clients
from connectassist.features.customers.rows import customer_row
from connectassist.identity.models import CUSTOMER, LinkedIdentity, User

_SEARCHED = (User.username, User.full_name, User.email)


def one(user_id: int) -> User:
    """A customer's account. Raises NotFound."""
    found = db.session.get(User, user_id)
    if found is None or found.role != CUSTOMER:
        raise NotFound("There is no such customer")
    return found


def page(*, search: str = "", client_id: int | None = None, without_client: bool = False, limit: int = 100,
         offset: int = 0) -> tuple[list[User], int]:
    """Customers' accounts, the newest first, and how many there are: of one client, or those that an administrator has
    given to none yet."""
    wanted = select(User).where(User.role == CUSTOMER)
    if search:
        wanted = wanted.where(or_(*(contains(column, search) for column in _SEARCHED)))
    if client_id is not None or without_client:
        wanted = wanted.where(User.client_id.is_(None) if without_client else User.client_id == client_id)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return list(db.session.scalars(wanted.order_by(User.id.desc()).limit(limit).offset(offset))), total


def rows(users: list[User]) -> list[dict[str, Any]]:
    """Accounts as they are shown, in a constant number of queries."""
    names = clients.names_of(each.client_id for each in users if each.client_id is not None)
    links = _links(each.id for each in users)
    return [customer_row(user, client_name=names.get(user.client_id or 0), links=links.get(user.id, []))
            for user in users]


def _links(user_ids: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = {}
    for link in db.session.scalars(select(LinkedIdentity).where(LinkedIdentity.user_id.in_(set(user_ids)))):
        found.setdefault(link.user_id, []).append({"issuer": link.issuer, "subject": link.subject})
    return found
