"""Reads of the knowledge base: what is everybody's, and a client's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, Select, func, or_, select

from connectassist.core.db import contains, db, read_aside
from connectassist.features.faq.models import FaqEntry
from connectassist.identity.principal import Principal

MOST = 2000


def listed(by: Principal, *, search: str = "", category: str = "", limit: int = 500) -> list[FaqEntry]:
    """The entries in use that the caller may see, by category and question."""
    wanted = select(FaqEntry).where(FaqEntry.is_active)
    if by.client_ids is not None:
        wanted = wanted.where(or_(FaqEntry.client_id.is_(None), FaqEntry.client_id.in_(by.client_ids)))
    if category:
        wanted = wanted.where(func.lower(FaqEntry.category) == category.lower())
    if search:
        wanted = wanted.where(or_(*(contains(column, search)
                                    for column in (FaqEntry.question, FaqEntry.answer, FaqEntry.keywords))))
    return list(db.session.scalars(wanted.order_by(FaqEntry.category, FaqEntry.question, FaqEntry.id).limit(limit)))


def known_to(client_ids: frozenset[int] | None) -> list[Row]:
    """What may be told to people of these clients, or of all: everybody's entries and their own, and no other
    client's."""
    return read_aside(_of(client_ids, select(
        FaqEntry.id, FaqEntry.key, FaqEntry.question, FaqEntry.answer, FaqEntry.keywords, FaqEntry.category))
        .order_by(FaqEntry.id.desc()).limit(MOST))


def state(client_ids: frozenset[int] | None) -> tuple[int, datetime | None, int | None]:
    """What changes whenever those entries do."""
    found = db.session.execute(_of(client_ids, select(
        func.count(FaqEntry.id), func.max(FaqEntry.updated_at), func.max(FaqEntry.id)))).one()
    return found[0], found[1], found[2]


def keys() -> set[str]:
    """The entries that came with the product, by their keys."""
    return {key for key in db.session.scalars(select(FaqEntry.key).where(FaqEntry.key.is_not(None))) if key}


def _of(client_ids: frozenset[int] | None, wanted: Select) -> Select:
    wanted = wanted.where(FaqEntry.is_active)
    if client_ids is None:
        return wanted
    return wanted.where(or_(FaqEntry.client_id.is_(None), FaqEntry.client_id.in_(client_ids)))
