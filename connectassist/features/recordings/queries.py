"""Reads of recordings, always within the caller's scope."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from connectassist.core.db import db
from connectassist.core.errors import RecordingNotFound, RecordingNotReady
from connectassist.features.recordings.models import DELETED, FAILED, FINISHING, READY, RECORDING, Recording
from connectassist.identity.principal import Principal

MOST = 200


def visible_to(by: Principal, recording_id: str) -> Recording:
    """A recording in the caller's scope. Raises RecordingNotFound."""
    wanted = select(Recording).where(Recording.id == recording_id, Recording.state != DELETED)
    if by.client_ids is not None:
        wanted = wanted.where(Recording.client_id.in_(by.client_ids))
    found = db.session.scalar(wanted)
    if found is None:
        raise RecordingNotFound()
    return found


def playable(by: Principal, recording_id: str) -> Recording:
    """The same, if it can be played. Raises RecordingNotFound, RecordingNotReady."""
    found = visible_to(by, recording_id)
    if found.state in (RECORDING, FINISHING):
        raise RecordingNotReady()
    if found.state == FAILED:
        raise RecordingNotFound("Nothing of this recording can be played")
    return found


def of_session(session_id: str) -> list[Recording]:
    """The recordings of a session, oldest first, with those whose bytes are gone. The caller has checked the
    session's scope."""
    return list(db.session.scalars(select(Recording).where(Recording.session_id == session_id)
                                   .order_by(Recording.started_at, Recording.id).limit(MOST)))


def running(session_id: str | None = None) -> list[Recording]:
    """What is being recorded now, everywhere or in one session."""
    wanted = select(Recording).where(Recording.state == RECORDING).order_by(Recording.started_at)
    if session_id is not None:
        wanted = wanted.where(Recording.session_id == session_id)
    return list(db.session.scalars(wanted.limit(1000)))


def unfinished() -> list[str]:
    """Ids of recordings that are closed and not made ready yet."""
    return list(db.session.scalars(select(Recording.id).where(Recording.state == FINISHING).limit(100)))


def ended_before(moment: datetime) -> list[Recording]:
    """Recordings whose bytes lie there and that ended before a moment."""
    return list(db.session.scalars(select(Recording).where(
        Recording.state.in_((READY, FAILED)), Recording.ended_at < moment).limit(200)))


def count_ended_before(moment: datetime) -> int:
    """How many those are."""
    return db.session.scalar(select(func.count()).select_from(Recording).where(
        Recording.state.in_((READY, FAILED)), Recording.ended_at < moment)) or 0


def bytes_kept(client_id: int | None = None) -> int:
    """How much lies on the disk, of all clients or of one."""
    wanted = select(func.coalesce(func.sum(Recording.size), 0)).where(Recording.state != DELETED)
    if client_id is not None:
        wanted = wanted.where(Recording.client_id == client_id)
    return int(db.session.scalar(wanted) or 0)


def known_ids(ids: list[str]) -> set[str]:
    """Which of these have bytes that should lie there."""
    return set(db.session.scalars(select(Recording.id).where(Recording.id.in_(ids), Recording.state != DELETED)))
