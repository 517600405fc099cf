"""A support code: six digits that a technician reads out and a customer types."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class SupportCode(Base):
    """`retired_at` marks codes that were deactivated or whose digits were freed after expiry;
    among the others the digits are unique."""

    __tablename__ = "support_codes"
    __table_args__ = (
        Index("uq_support_codes_live", "code", unique=True,
              sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL")),
        Index("ix_support_codes_client_created", "client_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    technician_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    technician_name: Mapped[str] = mapped_column(String(120))
    customer_name: Mapped[str] = mapped_column(String(120))
    customer_email: Mapped[str] = mapped_column(String(254), default="")
    customer_phone: Mapped[str] = mapped_column(String(40), default="")
    notes: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uses: Mapped[int] = mapped_column(default=0)
    downloads: Mapped[int] = mapped_column(default=0)
