"""Reads of files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import FileExpired, NotFound, SessionNotFound
from connectassist.features.files.models import SessionFile
from connectassist.features.sessions import queries as sessions
from connectassist.identity.principal import Principal

EXPIRED = "expired"
MOST = 500


def downloadable(by: Principal, file_id: str) -> SessionFile:
    """A file by its id, which is the capability; staff must have its session in scope besides.
    Raises NotFound, FileExpired."""
    file = db.session.get(SessionFile, file_id)
    if file is None or (by.is_staff and not _in_scope(by, file.session_id)):
        raise NotFound("File not found")
    if file.status == EXPIRED or file.expires_at <= clock.now():
        raise FileExpired()
    return file


def _in_scope(by: Principal, session_id: str) -> bool:
    try:
        return sessions.visible_to(by, session_id) is not None
    except SessionNotFound:
        return False


def of_session(session_id: str, *, with_expired: bool = False) -> list[SessionFile]:
    """The files of a session, newest first; for its record also those that have expired."""
    wanted = select(SessionFile).where(SessionFile.session_id == session_id)
    if not with_expired:
        wanted = wanted.where(*_is_kept())
    return list(db.session.scalars(wanted.order_by(SessionFile.uploaded_at.desc(), SessionFile.id).limit(MOST)))


def bytes_kept(session_id: str | None = None) -> int:
    """How many bytes lie on the disk, of all sessions or of one."""
    wanted = select(func.coalesce(func.sum(SessionFile.size), 0)).where(SessionFile.status != EXPIRED)
    if session_id is not None:
        wanted = wanted.where(SessionFile.session_id == session_id)
    return int(db.session.scalar(wanted) or 0)


def overdue(*, limit: int = 500) -> list[SessionFile]:
    """Files whose time is up and whose bytes still lie there."""
    return list(db.session.scalars(select(SessionFile).where(
        SessionFile.status != EXPIRED, SessionFile.expires_at <= clock.now()).limit(limit)))


def known_ids(ids: list[str]) -> set[str]:
    """Which of these files have a row whose bytes should lie there."""
    return set(db.session.scalars(select(SessionFile.id).where(SessionFile.id.in_(ids), SessionFile.status != EXPIRED)))


def expired_before(moment: datetime) -> list[SessionFile]:
    """Rows of files that expired long ago."""
    return list(db.session.scalars(select(SessionFile).where(
        SessionFile.status == EXPIRED, SessionFile.expires_at < moment).limit(500)))


def _is_kept() -> tuple:
    return SessionFile.status != EXPIRED, SessionFile.expires_at > clock.now()
