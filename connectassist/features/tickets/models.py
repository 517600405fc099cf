"""Tickets and their comments: one resource for contracts 000 and 004."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class Ticket(Base):
    """`status` is open, in_progress, resolved or closed. A ticket outlives its device, so `device_id` is only its
    name. `version` grows with each change, for two people who edit at once."""

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_client_created", "client_id", "created_at"),
                      Index("ix_tickets_client_status", "client_id", "status"),
                      Index("ix_tickets_status_created", "status", "created_at"),
                      Index("ix_tickets_device_created", "device_id", "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    device_id: Mapped[str | None] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="open")
    priority: Mapped[str] = mapped_column(String(20), default="medium")
    category: Mapped[str | None] = mapped_column(String(100))
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    requested_by: Mapped[str | None] = mapped_column(String(120))
    ai_summary: Mapped[str | None] = mapped_column(Text)
    resolution: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comments: Mapped[list[TicketComment]] = relationship(cascade="all, delete-orphan", order_by="TicketComment.id")


class TicketComment(Base):
    """`author` is the name that is shown; `author_id` the account behind it, where there is one."""

    __tablename__ = "ticket_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(120))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
