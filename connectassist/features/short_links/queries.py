"""Reads of short links."""

from __future__ import annotations

from sqlalchemy import func, select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.short_links.models import ShortLink


def path_of(code: str) -> str | None:
    """Where a code leads; None when it is unknown or over."""
    return db.session.scalar(select(ShortLink.path).where(ShortLink.code == code, ShortLink.expires_at > clock.now()))


def is_taken(code: str) -> bool:
    return db.session.get(ShortLink, code) is not None


def count() -> int:
    """How many there are, those that are over included."""
    return db.session.scalar(select(func.count()).select_from(ShortLink)) or 0


def oldest(number: int) -> list[str]:
    """The codes that were made first."""
    return list(db.session.scalars(select(ShortLink.code).order_by(ShortLink.created_at).limit(number)))
