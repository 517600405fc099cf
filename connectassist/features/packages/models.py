"""A package: one stamped ZIP. It is stamped anew at each download from what this row says, byte for byte the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class Package(Base):
    """`device_id` names the device that the helper inside will become, and the file; `payload_sha256` pins the
    payload, so that a download that was cut goes on with the same bytes."""

    __tablename__ = "packages"

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(String(120), unique=True)
    support_code_id: Mapped[int | None] = mapped_column(ForeignKey("support_codes.id"), index=True)
    session_id: Mapped[str | None] = mapped_column(String(16), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    platform: Mapped[str] = mapped_column(String(40))
    payload_sha256: Mapped[str] = mapped_column(String(64))
    server_url: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    redeemed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    downloads: Mapped[int] = mapped_column(default=0)
