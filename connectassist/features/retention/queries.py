"""Reads about what is old."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db


def entries_before(days: int, *, limit: int) -> list[int]:
    """Some entries of the log that are older than so many days."""
    return list(db.session.scalars(select(AuditEntry.id).where(AuditEntry.at < clock.now() - timedelta(days=days))
                                   .order_by(AuditEntry.at).limit(limit)))
