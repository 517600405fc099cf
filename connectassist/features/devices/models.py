"""A device: a machine that runs, or once ran, the helper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime
from connectassist.core.vault import SEALED

#: What a search looks through, with the last address, which changes too often to be kept twice.
SEARCHED = ("hostname", "customer_name", "machine_name", "device_id", "display_name", "username", "os", "support_code")


class Device(Base):
    """`device_id` is the id that every contract shows; `permanent_password` is encrypted. `details` is the hardware and
    software that the device itself told of (contract 000's system_profile, snake_case). `health_score` is None until
    it was examined. `ai_mode` says how its assistant is switched off: `temporary`, `permanent`, or None for on. Of the
    chat, staff have seen up to `chat_read_id`; the assistant looks no further back than `chat_context_id`.
    `search_text` is what a search looks through, in small letters; it follows the other columns by itself."""

    __tablename__ = "devices"
    __table_args__ = (Index("ix_devices_client_last_seen", "client_id", "last_seen"),
                      Index("ix_devices_last_seen", "last_seen"),
                      Index("ix_devices_client_health", "client_id", "health_score"),
                      Index("ix_devices_health_score", "health_score"))

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(String(120), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    support_code: Mapped[str | None] = mapped_column(String(6))
    customer_name: Mapped[str | None] = mapped_column(String(120))
    machine_name: Mapped[str | None] = mapped_column(String(120))
    location: Mapped[str | None] = mapped_column(String(200))
    model: Mapped[str | None] = mapped_column(String(120))
    display_name: Mapped[str | None] = mapped_column(String(120))
    hostname: Mapped[str | None] = mapped_column(String(255))
    os: Mapped[str | None] = mapped_column(String(120))
    platform: Mapped[str | None] = mapped_column(String(40))
    arch: Mapped[str | None] = mapped_column(String(40))
    username: Mapped[str | None] = mapped_column(String(120))
    mac_address: Mapped[str | None] = mapped_column(String(40))
    last_ip: Mapped[str | None] = mapped_column(String(64))
    helper_version: Mapped[str | None] = mapped_column(String(40))
    allow_unattended: Mapped[bool] = mapped_column(default=False)
    permanent_password: Mapped[str | None] = mapped_column(Text, info=SEALED)
    pending_session_id: Mapped[str | None] = mapped_column(String(16))
    pending_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    health_score: Mapped[int | None]
    health_reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    examined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ai_mode: Mapped[str | None] = mapped_column(String(20))
    ai_mode_by: Mapped[str | None] = mapped_column(String(120))
    ai_resumes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chat_read_id: Mapped[int] = mapped_column(default=0, server_default="0")
    chat_context_id: Mapped[int] = mapped_column(default=0, server_default="0")
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    last_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)


@event.listens_for(Device, "before_insert")
@event.listens_for(Device, "before_update")
def _note_words(_mapper: Any, _connection: Any, device: Device) -> None:
    device.search_text = " ".join(getattr(device, name) or "" for name in SEARCHED).lower()
