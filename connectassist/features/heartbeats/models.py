"""What a device said in its last heartbeat (contract 003)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core.db import Base, UtcDateTime


class Heartbeat(Base):
    """One row for each device that sends heartbeats over the gateway, written in batches. `at` is the server's time,
    `said_at` what the device's own clock showed. `status` is the device's word: online, busy, error, healthy, degraded
    or offline."""

    __tablename__ = "heartbeats"

    device_id: Mapped[str] = mapped_column(ForeignKey("devices.device_id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20))
    metrics: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    diagnostics: Mapped[Any | None] = mapped_column(JSON)
