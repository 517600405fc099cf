"""What the checks of a device found, one row for each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class DiagnosticResult(Base):
    """`status` is ok, warning or error; `health_score` is the device's score after this result, for its course."""

    __tablename__ = "diagnostic_results"
    __table_args__ = (Index("ix_diagnostic_results_device_created", "device_id", "created_at"),
                      Index("ix_diagnostic_results_device_check", "device_id", "check_type", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.device_id", ondelete="CASCADE"))
    check_type: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(200), default="")
    value: Mapped[str] = mapped_column(String(200), default="")
    results: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    health_score: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
