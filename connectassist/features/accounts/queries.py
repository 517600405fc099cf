"""Reads of accounts, whoever's they are."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from connectassist.core.db import db
from connectassist.identity.models import User


def listed(*, skip: int = 0, limit: int = 100) -> list[User]:
    """Accounts in the order in which they came."""
    return list(db.session.scalars(
        select(User).options(lazyload(User.assignments)).order_by(User.id).offset(skip).limit(limit)))
