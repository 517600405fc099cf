"""A case: the written record of a session, kept after the session is gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock, ids
from connectassist.core.db import Base, UtcDateTime

OPEN, CLOSED, DELETED = "open", "closed", "deleted"


class Case(Base):
    """`record` is the session as it was when the case was written: times, consents, timeline, chat, files.
    A deleted case is an empty row that keeps its number taken."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_client_created", "client_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=ids.row_uuid)
    number: Mapped[int] = mapped_column(unique=True)
    session_id: Mapped[str] = mapped_column(String(16), index=True)
    device_id: Mapped[str | None] = mapped_column(String(120), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    customer_name: Mapped[str | None] = mapped_column(String(120))
    machine_name: Mapped[str | None] = mapped_column(String(255))
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    technician_name: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[str] = mapped_column(String(20), default="closed")
    title: Mapped[str] = mapped_column(String(200), default="")
    problem_description: Mapped[str] = mapped_column(Text, default="")
    work_done: Mapped[str] = mapped_column(Text, default="")
    recommendations: Mapped[str] = mapped_column(Text, default="")
    remote_viewing_seconds: Mapped[int] = mapped_column(default=0)
    phone_support_minutes: Mapped[int] = mapped_column(default=0)
    whatsapp_support_minutes: Mapped[int] = mapped_column(default=0)
    includes_chat: Mapped[bool] = mapped_column(default=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)
