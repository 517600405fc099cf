"""A session: one remote-support sitting, with its consent and its timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime

WAITING, CONNECTED, ENDED = "waiting", "connected", "ended"
ACTIVE = "active"
REMOTE, DIAGNOSTIC, REMEDIATION = "remote", "diagnostic", "remediation"


class Session(Base):
    """`rights` is what the customer allows now, `admitted` which staff may use it, `removed` whom the customer sent
    away: they are asked about even where access is unattended. An ended session stays for its case; contract 001's
    lists and look-ups, whose sessions just go, don't show it.

    Contract 003's sessions, of type `diagnostic` or `remediation`, hold a device's commands and nobody's seats: they
    are `active` or `ended`, a device has one active at a time, and what deals with remote sessions passes them over."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_client_created", "client_id", "created_at"),
                      Index("ix_sessions_created", "created_at"),
                      Index("ix_sessions_device_status", "device_id", "status"),
                      Index("ix_sessions_status_expires", "status", "expires_at"),
                      Index("ix_sessions_registered", "registered_from", "registered_at"),
                      Index("uq_sessions_active_of_device", "device_id", unique=True,
                            sqlite_where=text("status = 'active'"), postgresql_where=text("status = 'active'")))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(String(16), unique=True)
    type: Mapped[str] = mapped_column(String(20), default=REMOTE)
    status: Mapped[str] = mapped_column(String(20), default=WAITING)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    technician_name: Mapped[str] = mapped_column(String(120), default="")
    device_id: Mapped[str | None] = mapped_column(String(120))
    support_code: Mapped[str | None] = mapped_column(String(6))
    support_code_id: Mapped[int | None] = mapped_column(index=True)
    customer_name: Mapped[str | None] = mapped_column(String(120))
    machine_name: Mapped[str | None] = mapped_column(String(120))
    allow_unattended: Mapped[bool] = mapped_column(default=False)
    client_info: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    capabilities: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    vnc_port: Mapped[int | None]
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registered_from: Mapped[str | None] = mapped_column(String(64))
    rights: Mapped[list[str]] = mapped_column(JSON, default=list)
    admitted: Mapped[list[int]] = mapped_column(JSON, default=list)
    removed: Mapped[list[int]] = mapped_column(JSON, default=list)
    helper_left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    viewing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    viewing_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)
    connected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(20))
    description: Mapped[str | None] = mapped_column(String(2000))


class SessionEvent(Base):
    """One line of a session's timeline. Kinds: `technician_joined`, `technician_left`, `helper_joined`,
    `helper_left`, `browser_joined`, `browser_left`, `helper_asked`, `helper_downloaded`, `helper_declined`,
    `helper_took_over`, `consent_asked`, `consent_given`, `consent_declined`, `consent_timeout`, `consent_revoked`,
    `technician_admitted`, `technician_removed`, `technician_invited`, `invitation_declined`, `handed_over`, `file`,
    `ended`."""

    __tablename__ = "session_events"
    __table_args__ = (Index("ix_session_events_session_at", "session_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    kind: Mapped[str] = mapped_column(String(30))
    who: Mapped[str] = mapped_column(String(120), default="")
    rights: Mapped[list[str]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(String(500), default="")


class Invitation(Base):
    """A technician calls a colleague into a session: `invite` (both stay) or `handover` (the colleague takes it on).
    Outcomes: open, `accepted`, `declined`, `withdrawn`, `completed`; one that ran out stays open and counts no more."""

    __tablename__ = "session_invitations"
    __table_args__ = (Index("ix_session_invitations_invitee", "invitee_id", "outcome", "expires_at"),
                      Index("ix_session_invitations_session", "session_id", "outcome"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(20))
    inviter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    inviter_name: Mapped[str] = mapped_column(String(120))
    invitee_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invitee_name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(500), default="")
    outcome: Mapped[str] = mapped_column(String(20), default="open")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
