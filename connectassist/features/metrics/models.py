"""How the server's own machine fares, over time, and when it fared badly (contract 004's dashboard)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core.db import Base, UtcDateTime


class MetricSample(Base):
    """One look at the machine: the mean over `seconds` (60 for the last days, 3600 for what is older). Shares are in
    percent, `hub_lag_ms` is the longest that anybody had to wait for the hub."""

    __tablename__ = "metric_samples"
    __table_args__ = (UniqueConstraint("seconds", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[int] = mapped_column(default=60)
    cpu: Mapped[float]
    memory: Mapped[float]
    disk: Mapped[float]
    hub_lag_ms: Mapped[float] = mapped_column(default=0.0)
    sockets: Mapped[int] = mapped_column(default=0)


class SystemAlert(Base):
    """A measure of the server's machine that is beyond its threshold; `closed_at` is set once it is back."""

    __tablename__ = "system_alerts"
    __table_args__ = (Index("ix_system_alerts_open", "closed_at", "metric"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    value: Mapped[float]
    threshold: Mapped[float]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(120))


class SystemThreshold(Base):
    """Thresholds that an administrator has set for a measure, in place of those in measures.py."""

    __tablename__ = "system_thresholds"

    metric: Mapped[str] = mapped_column(String(20), primary_key=True)
    warning: Mapped[float]
    critical: Mapped[float]
