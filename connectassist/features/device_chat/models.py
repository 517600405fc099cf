"""What was said between a device's user, its assistant and the staff, outside any session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class DeviceMessage(Base):
    """`sender` is user, ai, it_tech or system; `message_type` is text, diagnose, remediate or ticket; `details` is the
    action that the assistant proposed, `accepted_at` when somebody made a request of it: a proposal is good for one.
    `channel` is `user`, or `it_guidance` for what only staff see."""

    __tablename__ = "device_messages"
    __table_args__ = (Index("ix_device_messages_device_id", "device_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.device_id", ondelete="CASCADE"))
    sender: Mapped[str] = mapped_column(String(20))
    sender_name: Mapped[str | None] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)
    message_type: Mapped[str] = mapped_column(String(20), default="text")
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str | None] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(20), default="user")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
