"""Reads of what the FAQ assistant was asked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.chatbot.models import ChatbotSession


def forgotten(days: int, *, limit: int) -> list[str]:
    """Conversations that nobody has gone on with for so many days; their questions go with them."""
    return list(db.session.scalars(select(ChatbotSession.id).where(
        ChatbotSession.last_at < clock.now() - timedelta(days=days)).order_by(ChatbotSession.last_at).limit(limit)))
