"""Reads of what was said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.chat.models import ChatMessage

LONGEST = 500


def messages(session_id: str, *, since: float | None = None, before: int | None = None, limit: int = LONGEST,
             ) -> list[ChatMessage]:
    """The newest messages of a session, at most `limit`, oldest first; with `since` (Unix ms) only what came after it,
    with `before` only what came before."""
    wanted = select(ChatMessage).where(ChatMessage.session_id == session_id)
    if since is not None:
        wanted = wanted.where(ChatMessage.at >= clock.from_milliseconds(int(since) + 1))
    if before is not None:
        wanted = wanted.where(ChatMessage.at < clock.from_milliseconds(before))
    newest = db.session.scalars(wanted.order_by(ChatMessage.at.desc(), ChatMessage.id.desc()).limit(limit))
    return list(newest)[::-1]


def by_key(session_id: str, key: str | None) -> ChatMessage | None:
    """The message to which its speaker's program gave this id."""
    if key is None:
        return None
    return db.session.scalar(select(ChatMessage).where(
        ChatMessage.session_id == session_id, ChatMessage.client_key == key))


def count_and_last(session_id: str) -> tuple[int, datetime | None]:
    """How many messages a session has, and when the last one was said."""
    count, last = func.count(ChatMessage.id), func.max(ChatMessage.at)
    found = db.session.execute(select(count, last).where(ChatMessage.session_id == session_id)).one()
    return found[0], found[1]
