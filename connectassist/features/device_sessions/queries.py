"""Reads of diagnostic and remediation sessions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, or_, select

from connectassist.core import clock, foreign
from connectassist.core.db import contains, db
from connectassist.core.errors import NotYourSession, SessionNotFound
from connectassist.features.device_sessions.models import (
    ACTIVE,
    BY_TIME,
    ENDED,
    EXPIRED,
    REMEDIATION,
    TYPES,
    DeviceSession,
)
from connectassist.identity.principal import Principal

STATES = (ACTIVE, ENDED, EXPIRED)


def find(session_id: str) -> DeviceSession | None:
    """One by its id, over or not, whoever asks: for the server itself."""
    return db.session.scalar(_all().where(DeviceSession.session_id == foreign.text(session_id, 17)).execution_options(
        populate_existing=True))


def owned(by: Principal, session_id: str) -> DeviceSession:
    """A session of the customer's own client. Raises SessionNotFound, NotYourSession."""
    found = find(session_id)
    if found is None:
        raise SessionNotFound()
    if not by.may_see(found.client_id):
        raise NotYourSession()
    return found


def visible_to(by: Principal, session_id: str) -> DeviceSession:
    """A session in staff's scope. Raises SessionNotFound."""
    found = find(session_id)
    if found is None or not by.may_see(found.client_id):
        raise SessionNotFound()
    return found


def active_of(device_id: str) -> DeviceSession | None:
    """A device's active session."""
    return db.session.scalar(_ACTIVE_OF, {"of_device": device_id, "now": clock.now()})


def active() -> tuple[ScalarSelect[str], ScalarSelect[bool]]:
    """The id of a device's active session, and whether each of its commands must be allowed, as parts of another
    feature's statement that has the parameters `of_device` and `now`."""
    return (_ACTIVE_OF.with_only_columns(DeviceSession.session_id).scalar_subquery(),
            _ACTIVE_OF.with_only_columns(DeviceSession.type == REMEDIATION).scalar_subquery())


def active_of_many(device_ids: set[str]) -> dict[str, DeviceSession]:
    """The active sessions of these devices, by their ids."""
    wanted = _all().where(DeviceSession.device_id.in_(device_ids), *_is_active())
    return {found.device_id: found for found in db.session.scalars(wanted)} if device_ids else {}


def by_ids(session_ids: set[str]) -> dict[str, DeviceSession]:
    """Sessions by their ids, for rows that name them."""
    wanted = _all().where(DeviceSession.session_id.in_(session_ids))
    return {found.session_id: found for found in db.session.scalars(wanted)} if session_ids else {}


def overdue(limit: int) -> list[str]:
    """Sessions that count as active although their time is over, by id."""
    return list(db.session.scalars(select(DeviceSession.session_id).where(
        DeviceSession.status == ACTIVE, DeviceSession.expires_at <= clock.now()).limit(limit)))


def page(by: Principal, *, status: str = "", device_id: str = "", search: str = "", limit: int = 50, offset: int = 0,
         ) -> tuple[list[DeviceSession], int]:
    """Sessions in scope, newest first, and how many there are. `status` is one of STATES."""
    wanted = _all() if by.client_ids is None else _all().where(DeviceSession.client_id.in_(by.client_ids))
    if device_id:
        wanted = wanted.where(DeviceSession.device_id == foreign.text(device_id, 120))
    if status:
        wanted = wanted.where(_is(status))
    if search:
        wanted = wanted.where(or_(*(contains(column, foreign.text(search)) for column in _SEARCHED)))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(DeviceSession.created_at.desc(), DeviceSession.id.desc())
    return list(db.session.scalars(newest.limit(limit).offset(offset))), total


_SEARCHED = (DeviceSession.session_id, DeviceSession.device_id, DeviceSession.description)


def state(session: DeviceSession) -> str:
    """active, ended or expired, whether or not its end has been written down yet."""
    if session.status == ACTIVE:
        return ACTIVE if session.expires_at > clock.now() else EXPIRED
    return EXPIRED if session.ended_by == BY_TIME else ENDED


def _all() -> Select[tuple[DeviceSession]]:
    return select(DeviceSession).where(or_(*(DeviceSession.type == each for each in TYPES)))


#: Built once: each command that is queued asks for it.
_ACTIVE_OF = _all().where(DeviceSession.device_id == bindparam("of_device"), DeviceSession.status == ACTIVE,
                          DeviceSession.expires_at > bindparam("now"))


def _is_active() -> tuple[ColumnElement[bool], ...]:
    return DeviceSession.status == ACTIVE, DeviceSession.expires_at > clock.now()


def _is(wanted: str) -> ColumnElement[bool]:
    if wanted == ACTIVE:
        return and_(*_is_active())
    is_expired = or_(DeviceSession.ended_by == BY_TIME,
                     and_(DeviceSession.status == ACTIVE, DeviceSession.expires_at <= clock.now()))
    return is_expired if wanted == EXPIRED else and_(DeviceSession.status == ENDED, DeviceSession.ended_by != BY_TIME)
