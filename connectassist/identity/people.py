"""What people are called."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from connectassist.core.db import db
from connectassist.identity.models import User


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The names of some accounts, as they are shown."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    return {user.id: user.display_name for user in db.session.scalars(select(User).where(User.id.in_(wanted)))}
