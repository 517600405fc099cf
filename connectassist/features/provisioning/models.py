"""A device that a customer announced before it came: its activation code turns it into one of theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class Provision(Base):
    """One announced device id. Of the activation code only the hash is kept; `registered_at` is set when the device
    has used it. A row whose code ran out unused stands in nobody's way."""

    __tablename__ = "device_provisions"
    __table_args__ = (Index("ix_device_provisions_client_created", "client_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(String(120), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    name: Mapped[str | None] = mapped_column(String(120))
    location: Mapped[str | None] = mapped_column(String(200))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
