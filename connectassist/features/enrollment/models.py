"""A one-time token that turns a machine into a device of one client."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime
from connectassist.identity.models import User

if TYPE_CHECKING:
    from connectassist.features.clients.models import Client

TOKEN, INSTALLER, LINK = "token", "installer", "link"


class EnrollmentToken(Base):
    """Only the token's hash is kept; `hint` is its first eight characters, by which a list tells tokens apart.
    `purpose` is `token` for one that was asked for, `installer` for one that rides in an installer, `link` for one
    that is its installer's address too. `platform` and `allow_unattended` say what such an installer holds;
    `downloads` counts how often it was fetched."""

    __tablename__ = "enrollment_tokens"
    __table_args__ = (Index("ix_enrollment_tokens_client_created", "client_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(20), default=TOKEN)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    platform: Mapped[str | None] = mapped_column(String(40))
    allow_unattended: Mapped[bool] = mapped_column(default=False)
    downloads: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[str | None] = mapped_column(String(120), index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    client: Mapped[Client] = relationship(lazy="joined")
    made_by: Mapped[User | None] = relationship(lazy="joined")

    @property
    def state(self) -> str:
        """`used`, `revoked`, `expired` or `unused`."""
        if self.used_at:
            return "used"
        if self.revoked_at:
            return "revoked"
        return "unused" if self.expires_at > clock.now() else "expired"
