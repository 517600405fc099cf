"""What staff write down about a device or a client: notes, and fields of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime

_ONE_OF_BOTH = "(device_id IS NULL) <> (client_id IS NULL)"


class Note(Base):
    __tablename__ = "notes"
    __table_args__ = (CheckConstraint(_ONE_OF_BOTH, name="one_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.device_id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CustomField(Base):
    __tablename__ = "custom_fields"
    __table_args__ = (CheckConstraint(_ONE_OF_BOTH, name="one_subject"),
                      UniqueConstraint("device_id", "field_name", name="uq_custom_fields_device_field"),
                      UniqueConstraint("client_id", "field_name", name="uq_custom_fields_client_field"))

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.device_id", ondelete="CASCADE"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    field_name: Mapped[str] = mapped_column(String(80))
    field_value: Mapped[str] = mapped_column(String(1000))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)
    updated_by: Mapped[str] = mapped_column(String(120))
