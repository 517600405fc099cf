"""Reads of what the FAQ assistant was asked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.chatbot.models import ChatbotLog, ChatbotSession


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
