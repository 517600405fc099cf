"""Reads of remote sessions. Contract 003's, of other types, are passed over: nobody takes a seat in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select

from connectassist.core import clock, ids
from connectassist.core.db import contains, db, read_aside
from connectassist.core.errors import SessionNotFound
from connectassist.features.preferences import queries as preferences
from connectassist.features.sessions.models import CONNECTED, ENDED, REMOTE, WAITING, Invitation, Session, SessionEvent
from connectassist.identity.principal import Principal
from connectassist.realtime.bus import BUS

LONGEST_TIMELINE = 500
MOST_INVITATIONS = 50
#: Where contract 003's sessions stand too (features/device_sessions).
TABLE = Session.__tablename__


def find_live(session_id: str | None) -> Session | None:
    """A session that is neither over nor expired."""
    if not session_id:
        return None
    return db.session.scalar(_live().where(Session.session_id == session_id))


def lock(session: Session) -> None:
    """Read a session once more, and let no other process change it before the caller commits: of two who change what
    is allowed at the same moment, the second one starts from what the first one wrote."""
    if BUS.is_shared:
        db.session.refresh(session, with_for_update=True)


def ender(session_id: str) -> str:
    """Who ended a session that is over: technician, customer, or the server."""
    return db.session.scalar(select(Session.ended_by).where(Session.session_id == session_id)) or "server"


def find(session_id: str) -> Session | None:
    """A session, over or not: for the server itself."""
    return db.session.scalar(_remote().where(Session.session_id == session_id))


def free_id() -> str:
    """A sessionId that no session has had."""
    while True:
        drawn = ids.session_id()
        if db.session.scalar(select(Session.id).where(Session.session_id == drawn)) is None:
            return drawn


def live_among(session_ids: list[str]) -> dict[str, Session]:
    """Which of these sessions are neither over nor expired, by their ids."""
    return {found.session_id: found for found in db.session.scalars(_live().where(Session.session_id.in_(session_ids)))}


def among(by: Principal, session_ids: list[str]) -> list[Session]:
    """Which of these sessions are in staff's scope, over or not, newest first."""
    wanted = _scoped(by).where(Session.session_id.in_(session_ids)).order_by(Session.id.desc())
    return list(db.session.scalars(wanted)) if session_ids else []


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
        _live().with_only_columns(Session.session_id).where(Session.device_id == device_id).limit(100)))


def live_ids_of_client(client_id: int) -> list[str]:
    return list(db.session.scalars(
        _live().with_only_columns(Session.session_id).where(Session.client_id == client_id).limit(10_000)))


def live_of_code(code_id: int | None, *, without_device: bool = False) -> Session | None:
    """The newest live session that a support code (by its row's id) led into."""
    if code_id is None:
        return None
    wanted = _live().where(Session.support_code_id == code_id)
    if without_device:
        wanted = wanted.where(Session.device_id.is_(None))
    return db.session.scalar(wanted.order_by(Session.id.desc()).limit(1))


def count_of_code(code_id: int) -> int:
    """How many sessions a support code has led into."""
    return _count(_remote().where(Session.support_code_id == code_id))


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


def page(by: Principal, *, status: str = "", q: str = "", live_only: bool = True, limit: int = 200, offset: int = 0,
         ) -> list[Session]:
    """Sessions in scope, newest first: the live ones, or also those that are over, as far back as the
    caller's preferences go."""
    wanted = _found(by, q=q, live_only=live_only)
    if status:
        wanted = wanted.where(_state() == status)
    return list(db.session.scalars(wanted.order_by(Session.created_at.desc(), Session.id.desc())
                                   .limit(limit).offset(offset)))


def counts(by: Principal, *, q: str = "", live_only: bool = True) -> dict[str, int]:
    """How many of those sessions there are of each state."""
    state = _state().label("state")
    found = read_aside(_found(by, q=q, live_only=live_only).with_only_columns(
        state, func.count().label("number")).group_by(state))
    return dict.fromkeys((CONNECTED, WAITING, ENDED), 0) | {each.state: each.number for each in found}


def _found(by: Principal, *, q: str, live_only: bool) -> Select[tuple[Session]]:
    wanted = _scoped(by)
    begins = None if live_only else preferences.history_begins(by)
    if live_only:
        wanted = wanted.where(*_is_live())
    elif begins:
        wanted = wanted.where(or_(and_(*_is_live()), Session.created_at > begins))
    return wanted.where(or_(*(contains(column, q) for column in _SEARCHED))) if q else wanted


_SEARCHED = (Session.session_id, Session.customer_name, Session.machine_name, Session.technician_name,
             Session.device_id, Session.support_code)


def _state() -> ColumnElement[str]:
    """connected, waiting or ended; one that ran out is over too."""
    return case((and_(*_is_live()), Session.status), else_=ENDED)


def countable(by: Principal) -> Subquery:
    """Every session in scope as a table to count over, with its `state`."""
    return _scoped(by).with_only_columns(Session, _state().label("state")).subquery()


def open_invitation(invitation_id: str) -> Invitation | None:
    """An invitation that waits for its colleague."""
    return db.session.scalar(select(Invitation).where(
        Invitation.id == invitation_id, Invitation.outcome == "open", Invitation.expires_at > clock.now()))


def invitations_of_session(session_id: str) -> list[Invitation]:
    """The invitations into a session that are open or accepted."""
    return list(db.session.scalars(select(Invitation).where(
        Invitation.session_id == session_id,
        or_(Invitation.outcome == "accepted",
            and_(Invitation.outcome == "open", Invitation.expires_at > clock.now()))).limit(MOST_INVITATIONS)))


def invitations_to(by: Principal) -> list[tuple[Invitation, Session]]:
    """The open invitations to a member of staff into live sessions that they may see, newest first."""
    found = db.session.execute(_scoped(by).with_only_columns(Invitation, Session).join(
        Invitation, Invitation.session_id == Session.session_id).where(
        Invitation.invitee_id == by.user_id, Invitation.outcome == "open", Invitation.expires_at > clock.now(),
        *_is_live()).order_by(Invitation.created_at.desc()).limit(MOST_INVITATIONS))
    return [(made, session) for made, session in found]


def count_since(by: Principal, moment) -> int:
    """How many sessions in scope were made since a moment."""
    return _count(_scoped(by).where(Session.created_at >= moment))


def count_connected(by: Principal) -> int:
    """How many sessions in scope run now."""
    return _count(_scoped(by).where(Session.status == CONNECTED, *_is_live()))


def connected() -> list[Session]:
    """Every session that counts as having its helper, in all clients: for the server itself."""
    return list(db.session.scalars(_remote().where(Session.status == CONNECTED)))


def timeline(session_id: str) -> list[SessionEvent]:
    """What happened in a session, oldest first."""
    return list(db.session.scalars(select(SessionEvent).where(SessionEvent.session_id == session_id)
                                   .order_by(SessionEvent.at, SessionEvent.id).limit(LONGEST_TIMELINE)))


def _count(wanted: Select) -> int:
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _live() -> Select[tuple[Session]]:
    return _remote().where(*_is_live())


def _remote() -> Select[tuple[Session]]:
    return select(Session).where(Session.type == REMOTE)


def _is_live() -> tuple:
    """A helper's seat keeps a session alive; a mere word over HTTP does not."""
    has_helper = and_(Session.status == CONNECTED, Session.registered_at.is_(None))
    return Session.status != ENDED, or_(Session.expires_at > clock.now(), has_helper)


def _scoped(by: Principal) -> Select[tuple[Session]]:
    wanted = _remote()
    if by.client_ids is not None:
        wanted = wanted.where(Session.client_id.in_(by.client_ids))
    return wanted
