"""A recording: what a technician's page showed of the customer's screen, with the customer's consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock, ids
from connectassist.core.db import Base, UtcDateTime

RECORDING, FINISHING, READY, FAILED, DELETED = "recording", "finishing", "ready", "failed", "deleted"
STOPPED, REVOKED, LOST, FULL, ENDED = "stopped", "revoked", "lost", "full", "ended"


class Recording(Base):
    """`chunks` and `size` say what has come whole; bytes beyond them are of a chunk that broke off. The row of a
    deleted one stays, for the case to tell of."""

    __tablename__ = "recordings"
    __table_args__ = (Index("ix_recordings_session_started", "session_id", "started_at"),
                      Index("ix_recordings_client_state", "client_id", "state"),
                      Index("ix_recordings_state_ended", "state", "ended_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=ids.handle)
    session_id: Mapped[str] = mapped_column(String(16))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    technician_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20), default=RECORDING)
    reason: Mapped[str | None] = mapped_column(String(20))
    chunks: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    duration_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
