"""Reads of what was said."""

from __future__ import annotations

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.chat.models import ChatMessage

LONGEST = 500


def messages(session_id: str, *, since: int | None = None) -> list[ChatMessage]:
    """The newest 500 messages of a session, oldest first; with `since` (Unix ms) only what came after it."""
    wanted = select(ChatMessage).where(ChatMessage.session_id == session_id)
    if since is not None:
        wanted = wanted.where(ChatMessage.at >= clock.from_milliseconds(since + 1))
    newest = db.session.scalars(wanted.order_by(ChatMessage.at.desc(), ChatMessage.id.desc()).limit(LONGEST))
    return list(newest)[::-1]
