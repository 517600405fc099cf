"""A file that travels through a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class SessionFile(Base):
    """`id` is 128 random bits and the capability to download; the bytes lie under it in the uploads folder.

    While they come in, `status` is receiving and `size` is the room that is held for them; then pending, downloaded,
    expired. `fetched` says up to which byte the side it is meant for has it, resumed downloads counted together.
    """

    __tablename__ = "session_files"
    __table_args__ = (Index("ix_session_files_session_uploaded", "session_id", "uploaded_at"),
                      Index("ix_session_files_client_status", "client_id", "status"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(16))
    client_id: Mapped[int | None]
    original_name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    fetched: Mapped[int] = mapped_column(BigInteger, default=0)
    mime_type: Mapped[str] = mapped_column(String(120), default="application/octet-stream")
    direction: Mapped[str] = mapped_column(String(20))
    folder: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[str] = mapped_column(String(20), default="pending")
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    downloaded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
