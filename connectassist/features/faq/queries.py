"""Reads of the knowledge base: what is everybody's, and a client's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select, update

from connectassist.core import foreign
from connectassist.core.db import db, read_aside
from connectassist.core.errors import NotFound
from connectassist.features.faq.models import FaqEntry, FaqProposal
from connectassist.identity.principal import Principal

MOST = 2000


def listed(by: Principal, *, search: str = "", category: str = "", limit: int = 500,
           withdrawn: bool = False) -> list[FaqEntry]:
    """The entries in use that the caller may see, by category and question; `withdrawn`: those out of use instead."""
    wanted = select(FaqEntry).where(FaqEntry.is_active.is_(not withdrawn), *_seen(by))
    if category:
        wanted = wanted.where(func.lower(FaqEntry.category) == category.lower())
    if search:
        wanted = wanted.where(FaqEntry.search_text.contains(foreign.comparable(search), autoescape=True))
    return list(db.session.scalars(wanted.order_by(FaqEntry.category, FaqEntry.question, FaqEntry.id).limit(limit)))


def visible_to(by: Principal, entry_id: int) -> FaqEntry:
    """An entry that the caller may see; one out of use only staff see. Raises NotFound."""
    wanted = select(FaqEntry).where(FaqEntry.id == entry_id, *_seen(by))
    found = db.session.scalar(wanted if by.is_staff else wanted.where(FaqEntry.is_active))
    if found is None:
        raise NotFound("There is no such entry")
    return found


def locked(by: Principal, entry_id: int) -> FaqEntry:
    """The same for a change: whoever else changes it waits. Raises NotFound."""
    db.session.execute(update(FaqEntry).where(FaqEntry.id == entry_id, *_seen(by)).values(version=FaqEntry.version)
                       .execution_options(synchronize_session=False))
    found = visible_to(by, entry_id)
    db.session.refresh(found)
    return found


def categories(by: Principal) -> list[str]:
    """The categories of the entries in use that the caller may see."""
    return list(db.session.scalars(select(FaqEntry.category).where(FaqEntry.is_active, *_seen(by)).distinct()
                                   .order_by(FaqEntry.category).limit(200)))


def proposals(by: Principal, *, status: str, limit: int) -> list[FaqProposal]:
    """What closed tickets and cases of the caller's clients propose, newest first."""
    wanted = _proposed(by).where(FaqProposal.status == status).order_by(FaqProposal.id.desc())
    return list(db.session.scalars(wanted.limit(limit)))


def proposal(by: Principal, proposal_id: int) -> FaqProposal:
    """One of them. Raises NotFound."""
    found = db.session.scalar(_proposed(by).where(FaqProposal.id == proposal_id))
    if found is None:
        raise NotFound("There is no such proposal")
    return found


def proposal_of(source: str, source_id: str) -> FaqProposal | None:
    """What a ticket or case has proposed already."""
    return db.session.scalar(select(FaqProposal).where(FaqProposal.source == source,
                                                       FaqProposal.source_id == source_id))


def _proposed(by: Principal) -> Select[tuple[FaqProposal]]:
    wanted = select(FaqProposal)
    return wanted if by.client_ids is None else wanted.where(FaqProposal.client_id.in_(by.client_ids))


def _seen(by: Principal) -> list[Any]:
    if by.client_ids is None:
        return []
    return [or_(FaqEntry.client_id.is_(None), FaqEntry.client_id.in_(by.client_ids))]


def known_to(client_ids: frozenset[int] | None) -> list[Row]:
    """What may be told to people of these clients, or of all: everybody's entries and their own, and no other
    client's."""
    return read_aside(_of(client_ids, select(
        FaqEntry.id, FaqEntry.key, FaqEntry.question, FaqEntry.answer, FaqEntry.keywords, FaqEntry.category))
        .order_by(FaqEntry.id.desc()).limit(MOST))


def state(client_ids: frozenset[int] | None) -> tuple[int, datetime | None, int | None]:
    """What changes whenever those entries do."""
    found = db.session.execute(_of(client_ids, select(
        func.count(FaqEntry.id), func.max(func.coalesce(FaqEntry.updated_at, FaqEntry.created_at)),
        func.max(FaqEntry.id)))).one()
    return found[0], found[1], found[2]


def keys() -> set[str]:
    """The entries that came with the product, by their keys."""
    return {key for key in db.session.scalars(select(FaqEntry.key).where(FaqEntry.key.is_not(None))) if key}


def _of(client_ids: frozenset[int] | None, wanted: Select) -> Select:
    wanted = wanted.where(FaqEntry.is_active)
    if client_ids is None:
        return wanted
    return wanted.where(or_(FaqEntry.client_id.is_(None), FaqEntry.client_id.in_(client_ids)))


def questions(entry_ids: list[int]) -> dict[int, str]:
    """The questions of these entries, by their ids."""
    found = db.session.execute(select(FaqEntry.id, FaqEntry.question).where(FaqEntry.id.in_(entry_ids)))
    return {row.id: row.question for row in found}
