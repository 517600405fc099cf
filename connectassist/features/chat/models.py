"""What was said in a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class ChatMessage(Base):
    """`role` is technician, user (the person at the device) or customer (the portal, and machines
    without sockets). `client_key` is the id that the speaker's program gave, so that saying it again after a lost
    answer is no second message."""

    __tablename__ = "chat_messages"
    __table_args__ = (Index("ix_chat_messages_session_at", "session_id", "at"),
                      Index("ix_chat_messages_client_key", "session_id", "client_key", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    role: Mapped[str] = mapped_column(String(20))
    sender: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    client_key: Mapped[str | None] = mapped_column(String(80))
