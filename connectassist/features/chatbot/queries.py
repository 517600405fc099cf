"""Reads of what the FAQ assistant was asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, or_, select

from connectassist.core import clock, foreign
from connectassist.core.db import db, read_aside
from connectassist.features.chatbot.answering import SURE_ENOUGH
from connectassist.features.chatbot.models import ChatbotLog, ChatbotSession

if TYPE_CHECKING:
    from connectassist.identity.principal import Principal

MOST_EXPORTED, _ONE_PAGE = 50_000, 1000


def forgotten(days: int, *, limit: int) -> list[str]:
    """Conversations that nobody has gone on with for so many days; their questions go with them."""
    return list(db.session.scalars(select(ChatbotSession.id).where(
        ChatbotSession.last_at < clock.now() - timedelta(days=days)).order_by(ChatbotSession.last_at).limit(limit)))


def session(session_id: str) -> ChatbotSession | None:
    """A conversation by its id, whoever's it is."""
    return db.session.get(ChatbotSession, session_id) if len(session_id) <= 36 else None


def newest_of(session_id: str, *, limit: int) -> list[ChatbotLog]:
    """The last questions and answers of a conversation, newest first."""
    return list(db.session.scalars(select(ChatbotLog).where(ChatbotLog.session_id == session_id)
                                   .order_by(ChatbotLog.id.desc()).limit(limit)))


def ticket_of(session_id: str) -> int | None:
    """The ticket that a conversation led to, unless it was deleted since."""
    return db.session.scalar(select(ChatbotLog.ticket_id).where(
        ChatbotLog.session_id == session_id, ChatbotLog.ticket_id.is_not(None)).order_by(ChatbotLog.id).limit(1))


def own(message_id: int, *, by: Principal, session_id: str | None) -> ChatbotLog | None:
    """An answer that the caller was given: by their account, or by the conversation's id where they have none."""
    found = db.session.get(ChatbotLog, message_id)
    if found is None or found.user_id != by.user_id:
        return None
    return found if by.user_id is not None or (session_id and found.session_id == session_id) else None


def page(by: Principal, *, limit: int, skip: int = 0, **wanted: Any) -> list[ChatbotLog]:
    """What was asked in scope, newest first. `wanted` filters by session_id, escalated_only, unanswered_only and
    search; what takes a look through many is looked for aside."""
    newest = _wanted(by, **wanted).order_by(ChatbotLog.id.desc()).limit(limit).offset(skip)
    numbers = [row.id for row in read_aside(newest.with_only_columns(ChatbotLog.id))]
    found = db.session.scalars(select(ChatbotLog).where(ChatbotLog.id.in_(numbers)).order_by(ChatbotLog.id.desc()))
    return list(found)


def exported(by: Principal, **wanted: Any) -> Iterator[list[Row[Any]]]:
    """The same a thousand at a time, as many as a file may have; nothing is held between two reads."""
    last, left = None, MOST_EXPORTED
    while left > 0:
        newest = _wanted(by, **wanted).order_by(ChatbotLog.id.desc()).limit(min(_ONE_PAGE, left))
        newest = newest.with_only_columns(*ChatbotLog.__table__.columns)
        found = read_aside(newest if last is None else newest.where(ChatbotLog.id < last))
        if not found:
            return
        yield found
        last, left = found[-1].id, left - len(found)


def _wanted(by: Principal, *, session_id: str = "", escalated_only: bool = False, unanswered_only: bool = False,
            search: str = "") -> Select[tuple[ChatbotLog]]:
    found = select(ChatbotLog).where(*scope(by))
    if session_id:
        found = found.where(ChatbotLog.session_id == session_id)
    if escalated_only:
        found = found.where(ChatbotLog.was_escalated)
    if unanswered_only:
        found = found.where(ChatbotLog.confidence_score < SURE_ENOUGH)
    if search:
        found = found.where(ChatbotLog.search_text.contains(foreign.comparable(search), autoescape=True))
    return found


def scope(by: Principal) -> list[Any]:
    """What was asked by people of the caller's clients, and by the caller; administrators see all."""
    if by.client_ids is None:
        return []
    return [or_(ChatbotLog.client_id.in_(by.client_ids), ChatbotLog.user_id == by.user_id)]
