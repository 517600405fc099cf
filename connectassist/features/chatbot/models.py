"""What people asked the FAQ assistant, and what it answered (contract 004)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock, foreign
from connectassist.core.db import Base, UtcDateTime


class ChatbotSession(Base):
    """A conversation. Its id is unguessable, and only whoever began it goes on with it."""

    __tablename__ = "chatbot_sessions"
    __table_args__ = (Index("ix_chatbot_sessions_user", "user_id", "last_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class ChatbotLog(Base):
    """One question with its answer. `entry_id` is the entry of the knowledge base that the answer stands in; `asked`
    is the question in small letters and single spaces, for counting; `search_text` is what a search looks through."""

    __tablename__ = "chatbot_logs"
    __table_args__ = (Index("ix_chatbot_logs_session", "session_id", "id"),
                      Index("ix_chatbot_logs_client", "client_id", "id"),
                      Index("ix_chatbot_logs_escalated", "was_escalated", "id"),
                      Index("ix_chatbot_logs_asked", "asked"))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("chatbot_sessions.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    user_query: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(String(200), default="")
    bot_response: Mapped[str] = mapped_column(Text)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("faq_entries.id", ondelete="SET NULL"))
    confidence_score: Mapped[float] = mapped_column(default=0.0)
    was_escalated: Mapped[bool] = mapped_column(default=False)
    was_helpful: Mapped[bool | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))
    response_time_ms: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    search_text: Mapped[str] = mapped_column(Text, default="", deferred=True)


@event.listens_for(ChatbotLog, "before_insert")
def _note_words(_mapper: Any, _connection: Any, entry: ChatbotLog) -> None:
    entry.search_text = foreign.comparable(f"{entry.user_query}\n{entry.bot_response}")
