"""Reads of sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select

from connectassist.core import clock, ids
from connectassist.core.db import db
from connectassist.core.errors import SessionNotFound
from connectassist.features.sessions.models import CONNECTED, ENDED, Session, SessionEvent
from connectassist.identity.principal import Principal

KEPT_VISIBLE = timedelta(days=30)
LONGEST_TIMELINE = 500


def find_live(session_id: str | None) -> Session | None:
    """A session that is neither over nor expired."""
    if not session_id:
        return None
    return db.session.scalar(_live().where(Session.session_id == session_id))


def free_id() -> str:
    """A sessionId that no session has had."""
    while True:
        drawn = ids.session_id()
        if db.session.scalar(select(Session.id).where(Session.session_id == drawn)) is None:
            return drawn


def live(session_id: str) -> Session:
    """The same, or SessionNotFound. The sessionId is the caller's capability."""
    found = find_live(session_id)
    if found is None:
        raise SessionNotFound()
    return found


def live_of_device(device_id: str) -> Session | None:
    """A device's newest live session."""
    return db.session.scalar(_live().where(Session.device_id == device_id).order_by(Session.id.desc()).limit(1))


def live_ids_of_device(device_id: str) -> list[str]:
    return list(db.session.scalars(
        select(Session.session_id).where(Session.device_id == device_id, *_is_live()).limit(100)))


def registered_from(address: str, *, since: datetime) -> list[Session]:
    """Live sessions whose customer's side said from this address, lately, that it is there; two tell of many."""
    return list(db.session.scalars(_live().where(
        Session.registered_from == address, Session.registered_at > since).order_by(Session.id.desc()).limit(20)))


def visible_to(by: Principal, session_id: str) -> Session:
    """A session in staff's scope, over or not. Raises SessionNotFound."""
    found = db.session.scalar(_scoped(by).where(Session.session_id == session_id))
    if found is None:
        raise SessionNotFound()
    return found


def page(by: Principal, *, status: str = "", live_only: bool = True, limit: int = 200, offset: int = 0,
         ) -> list[Session]:
    """Sessions in scope, newest first: the live ones, or with those that ended in the last 30 days."""
    wanted = _scoped(by)
    if live_only:
        wanted = wanted.where(*_is_live())
    else:
        wanted = wanted.where(Session.created_at > clock.now() - KEPT_VISIBLE)
    if status:
        wanted = wanted.where(Session.status == status)
    return list(db.session.scalars(wanted.order_by(Session.created_at.desc()).limit(limit).offset(offset)))


def count_since(by: Principal, moment) -> int:
    """How many sessions in scope were made since a moment."""
    return _count(_scoped(by).where(Session.created_at >= moment))


def count_connected(by: Principal) -> int:
    """How many sessions in scope run now."""
    return _count(_scoped(by).where(Session.status == CONNECTED, *_is_live()))


def connected() -> list[Session]:
    """Every session that counts as having its helper, in all clients: for the server itself."""
    return list(db.session.scalars(select(Session).where(Session.status == CONNECTED)))


def timeline(session_id: str) -> list[SessionEvent]:
    """What happened in a session, oldest first."""
    return list(db.session.scalars(select(SessionEvent).where(SessionEvent.session_id == session_id)
                                   .order_by(SessionEvent.at, SessionEvent.id).limit(LONGEST_TIMELINE)))


def _count(wanted: Select) -> int:
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _live() -> Select[tuple[Session]]:
    return select(Session).where(*_is_live())


def _is_live() -> tuple:
    """A helper's seat keeps a session alive; a mere word over HTTP does not."""
    has_helper = and_(Session.status == CONNECTED, Session.registered_at.is_(None))
    return Session.status != ENDED, or_(Session.expires_at > clock.now(), has_helper)


def _scoped(by: Principal) -> Select[tuple[Session]]:
    wanted = select(Session)
    if by.client_ids is not None:
        wanted = wanted.where(Session.client_id.in_(by.client_ids))
    return wanted
