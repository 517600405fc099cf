"""Reads of what belongs to a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from connectassist.core.db import db
from connectassist.features.client_data import belonging

AT_ONCE = 500


def count(name: str, client_id: int) -> int:
    """How many rows of a table are the client's."""
    return db.session.scalar(select(func.count()).select_from(belonging.table(name)).where(
        belonging.rows_of(name, client_id))) or 0


def keys(name: str, client_id: int, *, limit: int) -> list[Any]:
    """The keys of some of them."""
    wanted = select(belonging.key_of(name)).where(belonging.rows_of(name, client_id)).limit(limit)
    return list(db.session.scalars(wanted))


def customers(client_id: int) -> list[int]:
    """The client's own accounts."""
    return list(db.session.scalars(select(belonging.table("users").c.id).where(belonging.rows_of("users", client_id))))


def file_ids(name: str, client_id: int) -> Iterator[str]:
    """The ids of a table's rows that files lie under, a portion at a time."""
    key, after = belonging.table(name).c.id, ""
    while True:
        found = list(db.session.scalars(select(key).where(belonging.rows_of(name, client_id), key > after)
                                        .order_by(key).limit(AT_ONCE)))
        db.session.rollback()
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1]
