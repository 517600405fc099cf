"""The knowledge base: questions that people have, the answers, and what may become one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock, foreign
from connectassist.core.db import Base, UtcDateTime


class FaqEntry(Base):
    """Without a `client_id` it is everybody's. `key` names an entry that came with the product. `version` grows with
    each change, for two people who edit at once. `search_text` is what a search looks through; it follows the other
    columns by itself."""

    __tablename__ = "faq_entries"
    __table_args__ = (Index("ix_faq_entries_client_category", "client_id", "category"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(60), unique=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(60), default="general")
    keywords: Mapped[str] = mapped_column(String(500), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, onupdate=clock.now)
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)


class FaqProposal(Base):
    """What a closed ticket or case could add to the knowledge base, until staff `accepted` or `dismissed` it; open
    before. `source` is `ticket` or `case`, `source_id` its id; each proposes once."""

    __tablename__ = "faq_proposals"
    __table_args__ = (UniqueConstraint("source", "source_id"), Index("ix_faq_proposals_client", "client_id", "status"),
                      Index("ix_faq_proposals_status", "status", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(10))
    source_id: Mapped[str] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(60), default="general")
    keywords: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[str] = mapped_column(String(20), default="open")
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("faq_entries.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(120))


@event.listens_for(FaqEntry, "before_insert")
@event.listens_for(FaqEntry, "before_update")
def _note_words(_mapper: Any, _connection: Any, entry: FaqEntry) -> None:
    entry.search_text = foreign.comparable("\n".join((entry.question, entry.answer, entry.keywords or "")))
