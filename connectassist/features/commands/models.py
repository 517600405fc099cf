"""A command: one unit of work queued for a device, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime
from connectassist.features.commands.states import QUEUED

_IN_THE_QUEUE, _CLAIMED = text("state IN ('queued', 'claimed')"), text("state = 'claimed'")


class Command(Base):
    """`command_id` is the id that everyone sees; `id` orders commands by age. A lower `priority` (1 to 10) goes first.
    Whoever claims it has it until `visible_at`; a queued one may be claimed from then on. `claims` counts every claim
    ever made and so makes each claim's token another; `attempts` counts those since it was last queued by a person.
    `idempotency_key` names a wish, so that one said twice is done once."""

    __tablename__ = "commands"
    __table_args__ = (
        UniqueConstraint("device_id", "idempotency_key"),
        Index("ix_commands_queue", "device_id", "priority", "id", "visible_at", "attempts", "client_id",
              "state", sqlite_where=_IN_THE_QUEUE, postgresql_where=_IN_THE_QUEUE),
        Index("ix_commands_overdue", "visible_at", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
        Index("ix_commands_device", "device_id", "id"), Index("ix_commands_client", "client_id", "id"),
        Index("ix_commands_state", "state", "id"), Index("ix_commands_client_state", "client_id", "state", "id"),
        Index("ix_commands_session", "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    command_id: Mapped[str] = mapped_column(String(36), unique=True)
    device_id: Mapped[str] = mapped_column(String(120))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    session_id: Mapped[str | None] = mapped_column(String(16))
    type: Mapped[str] = mapped_column(String(80))
    parameters: Mapped[Any] = mapped_column(JSON, default=dict)
    priority: Mapped[int] = mapped_column(default=5)
    state: Mapped[str] = mapped_column(String(20), default=QUEUED)
    visible_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    claims: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    idempotency_key: Mapped[str | None] = mapped_column(String(120))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    requested_by: Mapped[str] = mapped_column(String(120), default="")
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class CommandResult(Base):
    """What the device answered. `outcome` is its word: success, failure or timeout (or, of scripts, cancelled);
    `duration` is in milliseconds, `executed_at` by the device's clock."""

    __tablename__ = "command_results"

    command_id: Mapped[int] = mapped_column(ForeignKey("commands.id", ondelete="CASCADE"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    output: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    executed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
