"""An alert: something about a device that staff should look at, open until it is well again or somebody says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class Alert(Base):
    """`severity` is warning or critical; `status` is active, acknowledged or resolved."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_client_status", "client_id", "status", "triggered_at"),
                      Index("ix_alerts_status_triggered", "status", "triggered_at"),
                      Index("ix_alerts_device_check", "device_id", "check_type", "status"))

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.device_id", ondelete="CASCADE"))
    check_type: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="active")
    message: Mapped[str] = mapped_column(String(300))
    triggered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(120))
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
