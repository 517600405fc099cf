"""Who can sign in, what they may see, and which sign-ins are alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime

ADMIN, TECHNICIAN, VIEWER, CUSTOMER = "admin", "technician", "viewer", "customer"
STAFF_ROLES = (ADMIN, TECHNICIAN, VIEWER)


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    full_name: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    is_active: Mapped[bool] = mapped_column(default=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assignments: Mapped[list[StaffClient]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def display_name(self) -> str:
        return self.full_name or self.username


class StaffClient(Base):
    """A client that a technician or viewer may see. Admins see all and need no rows."""

    __tablename__ = "staff_clients"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True, index=True)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=clock.now)


class LinkedIdentity(Base):
    """Somebody at a sign-in provider, and the account that is theirs here. An account has one at each provider."""

    __tablename__ = "linked_identities"
    __table_args__ = (UniqueConstraint("issuer", "user_id"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    user: Mapped[User] = relationship(lazy="joined")


class SpentAttempt(Base):
    """A sign-in by way of a provider that has come back: its state doesn't count again."""

    __tablename__ = "spent_attempts"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Login(Base):
    """One sign-in. Its token is good while this row stands unrevoked; logout revokes."""

    __tablename__ = "logins"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship(lazy="joined")


class DeviceCredential(Base):
    """A device's own secret, as a hash. It binds once the device has shown that it kept it. While the device is
    suspended, it proves nothing."""

    __tablename__ = "device_credentials"

    device_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeviceToken(Base):
    """A device's sign-in at the gateway (contract 003), as a hash. Its life begins anew while it is used."""

    __tablename__ = "device_tokens"
    __table_args__ = (Index("ix_device_tokens_device_created", "device_id", "created_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ShareCredential(Base):
    """The secret of a browser that shares its screen into a session, as a hash."""

    __tablename__ = "share_credentials"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
