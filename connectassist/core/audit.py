"""The audit log: who did what, when, from where, on which device, with which consent.

`record` adds the entry to the caller's transaction, so that an act and its record stand or fall together.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import JSON, Connection, Index, String, insert
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock, foreign
from connectassist.core.db import Base, UtcDateTime, db


class Actor(Protocol):
    """What the log needs to know of whoever acts (identity.Principal is one)."""

    kind: str
    name: str
    address: str
    user_id: int | None
    device_id: str | None


class AuditEntry(Base):
    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_client_at", "client_id", "at"), Index("ix_audit_entries_at", "at"),
                      Index("ix_audit_entries_level_at", "level", "at"),
                      Index("ix_audit_entries_category_at", "category", "at"),
                      Index("ix_audit_entries_user_at", "user_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    level: Mapped[str] = mapped_column(String(10), default="INFO")
    category: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(String(500))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[int | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    client_id: Mapped[int | None]
    device_id: Mapped[str | None] = mapped_column(String(120), index=True)
    session_id: Mapped[str | None] = mapped_column(String(16), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


_WRITE = insert(AuditEntry.__table__)
#: By what, of all that was sent along, people know again what was run; else by how it begins.
_NAMES = ("scriptName", "name", "title", "tool", "actionId", "action", "checkType", "scriptId", "packageId")
_TEXTS = ("content", "script", "command", "code", "message", "path")
LONGEST_GIST = 80


def record(by: Actor, action: str, message: str, *, client_id: int | None = None, device_id: str | None = None,
           session_id: str | None = None, level: str = "INFO", **details: Any) -> AuditEntry:
    """Add an entry to the running transaction. `action` is `<category>.<verb>`, such as `support_code.create`."""
    entry = AuditEntry(**_values(by, action, message, client_id=client_id, device_id=device_id,
                                 session_id=session_id, level=level, details=details))
    db.session.add(entry)
    return entry


def write(connection: Connection, by: Actor, action: str, message: str, *, client_id: int | None = None,
          device_id: str | None = None, session_id: str | None = None, level: str = "INFO", **details: Any) -> None:
    """The same for a transaction of core/writer.py."""
    connection.execute(_WRITE, _values(by, action, message, client_id=client_id, device_id=device_id,
                                       session_id=session_id, level=level, details=details))


def gist(said: Any) -> dict[str, str]:
    """What an entry keeps of what somebody had a device run: its name or how it begins, and the SHA-256 of the whole,
    to tell later whether it was this. The whole itself may be long, and hold secrets."""
    if said in (None, {}, [], ""):
        return {}
    written = orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
    told = said if isinstance(said, dict) else {}
    texts = (foreign.line(told[name], LONGEST_GIST) for name in (*_NAMES, *_TEXTS) if name in told)
    return {"sha256": hashlib.sha256(written).hexdigest(), "gist": next(filter(None, texts), "")}


def _values(by: Actor, action: str, message: str, *, device_id: str | None, **given: Any) -> dict[str, Any]:
    return given | {
        "at": clock.now(), "category": action.partition(".")[0], "action": action,
        "message": foreign.text(message, 500), "actor_kind": by.kind, "actor_name": foreign.text(by.name, 120),
        "user_id": by.user_id, "address": by.address, "device_id": device_id or by.device_id}
