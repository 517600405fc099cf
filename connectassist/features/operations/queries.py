"""Reads of the audit log, within the caller's scope, and of the server itself."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from connectassist import VERSION
from connectassist.core import foreign
from connectassist.core.audit import AuditEntry
from connectassist.core.db import contains, db
from connectassist.features.operations import build, status
from connectassist.features.operations.rows import ACTIVITIES, TROUBLE
from connectassist.identity.principal import Principal

LENGTH_OF_FEED, LOG_SEARCHED = 10, 20_000
FEED_LOOKS_AT = 2000
"""So many of the newest entries; the feed of a quiet dashboard must not read the whole log."""


def system_info() -> dict[str, Any]:
    """Which version runs, for how many seconds, and whether its services work: what customers may know."""
    return {"version": VERSION, "build": build.name(), "environment": "test" if current_app.testing else "production",
            "uptime": status.uptime_seconds(), "services": status.probed().services}


def uptime_seconds() -> int:
    """For how many seconds this process has run."""
    return status.uptime_seconds()


def log_page(by: Principal, *, level: str = "", category: str = "", search: str = "", limit: int = 100,
             offset: int = 0) -> list[AuditEntry]:
    """Entries in scope, newest first: staff see their clients', a customer what they did themselves. A search looks
    through the newest LOG_SEARCHED of them."""
    wanted = _scoped(by)
    if level:
        wanted = wanted.where(AuditEntry.level == foreign.text(level.upper(), 10))
    if category:
        wanted = wanted.where(AuditEntry.category == foreign.text(category.lower(), 40))
    if search:
        wanted = _with(search, wanted)
    return list(db.session.scalars(wanted.limit(limit).offset(offset)))


def _with(search: str, wanted: Select[tuple[AuditEntry]]) -> Select[tuple[AuditEntry]]:
    """Those of the newest that somebody's words stand in."""
    entry = aliased(AuditEntry, wanted.limit(LOG_SEARCHED).subquery())
    told = (entry.message, entry.actor_name, entry.device_id, entry.session_id)
    return select(entry).where(or_(*(contains(column, search) for column in told))).order_by(
        entry.at.desc(), entry.id.desc())


def newest_activity(by: Principal) -> list[AuditEntry]:
    """The last things that happened that a dashboard shows."""
    newest = aliased(AuditEntry, _scoped(by).limit(FEED_LOOKS_AT).subquery())
    shown = or_(newest.action.in_(ACTIVITIES), newest.level.in_(TROUBLE))
    return list(db.session.scalars(
        select(newest).where(shown).order_by(newest.at.desc(), newest.id.desc()).limit(LENGTH_OF_FEED)))


def _scoped(by: Principal) -> Select[tuple[AuditEntry]]:
    wanted = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if by.client_ids is not None:
        wanted = wanted.where(AuditEntry.client_id.in_(by.client_ids))
    return wanted if by.is_staff or by.client_ids is None else wanted.where(AuditEntry.user_id == by.user_id)
