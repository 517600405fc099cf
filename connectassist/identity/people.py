"""What people are called."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from connectassist.core.db import db
from connectassist.identity.models import CUSTOMER, User


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The names of some accounts, as they are shown."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    return {user.id: user.display_name for user in db.session.scalars(select(User).where(User.id.in_(wanted)))}


def customers_name(user_id: int | None) -> str | None:
    """What a customer is called; None for staff, and where there is no account."""
    user = db.session.get(User, user_id) if user_id else None
    return user.display_name if user is not None and user.role == CUSTOMER else None
