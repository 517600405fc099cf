"""Reads of files."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import FileExpired, FileUnknown, SessionNotFound
from connectassist.features.files.models import SessionFile
from connectassist.features.sessions import queries as sessions
from connectassist.identity.principal import Principal

RECEIVING, PENDING, DOWNLOADED, EXPIRED = "receiving", "pending", "downloaded", "expired"
MOST = 500


class Taken(NamedTuple):
    """Bytes kept and on their way: of a file's session, of its client, of all."""

    session: int
    client: int
    all: int


def downloadable(by: Principal, file_id: str, *, session_id: str | None = None) -> SessionFile:
    """A file by its id, which is the capability; staff must have its session in scope besides, and where a session
    is named the file must be its own. Raises FileUnknown, FileExpired."""
    file = db.session.get(SessionFile, file_id)
    if file is None or file.status == RECEIVING or session_id not in (None, file.session_id):
        raise FileUnknown()
    if by.is_staff and not _in_scope(by, file.session_id):
        raise FileUnknown()
    if file.status == EXPIRED or file.expires_at <= clock.now():
        raise FileExpired()
    return file


def _in_scope(by: Principal, session_id: str) -> bool:
    try:
        return sessions.visible_to(by, session_id) is not None
    except SessionNotFound:
        return False


def of_session(session_id: str, *, with_expired: bool = False, direction: str = "") -> list[SessionFile]:
    """The files of a session, newest first; for its record also those that have expired."""
    wanted = select(SessionFile).where(SessionFile.session_id == session_id, SessionFile.status != RECEIVING)
    if direction:
        wanted = wanted.where(SessionFile.direction == direction)
    if not with_expired:
        wanted = wanted.where(SessionFile.status != EXPIRED, SessionFile.expires_at > clock.now())
    return list(db.session.scalars(wanted.order_by(SessionFile.uploaded_at.desc(), SessionFile.id).limit(MOST)))


def taken_beside(file_id: str) -> Taken:
    """What a file and its neighbours take: in its session, its client's sessions, and all."""
    mine = select(SessionFile.session_id, SessionFile.client_id).where(SessionFile.id == file_id)
    session_id, client_id = db.session.execute(mine).one()
    total = func.coalesce(func.sum(SessionFile.size), 0)
    kept = select(total).where(SessionFile.status != EXPIRED)
    found = db.session.execute(select(
        kept.where(SessionFile.session_id == session_id).scalar_subquery(),
        kept.where(SessionFile.client_id == client_id).scalar_subquery(), kept.scalar_subquery())).one()
    db.session.rollback()
    return Taken(*(int(count) for count in found))


def count_unnamed() -> int:
    """How many uploads come in that have not said yet which session they are for."""
    return db.session.scalar(select(func.count()).select_from(SessionFile).where(
        SessionFile.session_id == "", SessionFile.status == RECEIVING, SessionFile.expires_at > clock.now())) or 0


def overdue(*, limit: int = 500) -> list[SessionFile]:
    """Files whose time is up and whose bytes still lie there, and uploads that never came to an end."""
    return list(db.session.scalars(select(SessionFile).where(
        SessionFile.status != EXPIRED, SessionFile.expires_at <= clock.now()).limit(limit)))


def count_overdue() -> int:
    """How many files' time is up."""
    return db.session.scalar(select(func.count()).select_from(SessionFile).where(
        SessionFile.status != EXPIRED, SessionFile.expires_at <= clock.now())) or 0


def known_ids(ids: list[str]) -> set[str]:
    """Which of these files have a row whose bytes should lie there."""
    return set(db.session.scalars(select(SessionFile.id).where(SessionFile.id.in_(ids), SessionFile.status != EXPIRED)))


def expired_before(moment: datetime) -> list[SessionFile]:
    """Rows of files that expired long ago."""
    return list(db.session.scalars(select(SessionFile).where(
        SessionFile.status == EXPIRED, SessionFile.expires_at < moment).limit(500)))
