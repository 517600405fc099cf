"""What proves a customer's browser: a secret bound to one session, given for a support code, kept as a hash."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from connectassist.core import clock, ids
from connectassist.core.db import db
from connectassist.core.vault import digest
from connectassist.identity.models import ShareCredential

COOKIE = "share.sid"
LIFE = timedelta(hours=24)
MOST_OF_SESSION = 8


def give(session_id: str) -> str:
    """Make a secret for a session and return it, this once. The oldest ones of a session make room, and what has run
    out goes. The caller commits."""
    secret = ids.secret()
    db.session.execute(delete(ShareCredential).where(ShareCredential.created_at <= clock.now() - LIFE))
    older = db.session.scalars(select(ShareCredential).where(ShareCredential.session_id == session_id)
                               .order_by(ShareCredential.created_at.desc()).offset(MOST_OF_SESSION - 1).limit(50))
    for each in older:
        db.session.delete(each)
    db.session.add(ShareCredential(secret_hash=digest(secret), session_id=session_id, created_at=clock.now()))
    return secret


def session_of(secret: str) -> str | None:
    """The session that a secret speaks for; None for one that was never given, taken back or has run out."""
    known = db.session.get(ShareCredential, digest(secret)) if secret else None
    return known.session_id if known and known.created_at > clock.now() - LIFE else None


def take_back(secret: str) -> None:
    """Make a secret worthless. The caller commits."""
    db.session.execute(delete(ShareCredential).where(ShareCredential.secret_hash == digest(secret)))
