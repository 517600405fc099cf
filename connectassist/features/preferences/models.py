"""What a member of staff set for themselves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class Preferences(Base):
    """`session_history_retention_days`: None keeps sessions in the person's list for ever. Rates are an hour's.
    `pocket` is what contract 000's dashboard keeps for the person."""

    __tablename__ = "preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    dashboard_layout: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    session_history_retention_days: Mapped[int | None]
    phone_support_rate: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    whatsapp_support_rate: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    remote_control_support_rate: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    pocket: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)
