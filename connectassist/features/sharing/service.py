"""The first door of a code or a session link: the customer's browser comes into the session and gets its secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectassist.core import audit, ids
from connectassist.core.db import db
from connectassist.core.errors import InvalidSupportCode, SessionNotFound, Unauthorized
from connectassist.features.packages import service as packages
from connectassist.features.sessions import queries as sessions
from connectassist.features.sessions import service as session_service
from connectassist.features.sharing import browsers
from connectassist.features.support_codes import queries as codes
from connectassist.features.support_codes import service as code_service
from connectassist.http import guard
from connectassist.identity import share_secrets
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session
    from connectassist.features.support_codes.models import SupportCode

MOST_SESSIONS = 50
"""How many sessions one code can lead into, one after the other."""


@dataclass(frozen=True)
class Doors:
    """Who waits behind the two doors. `session_id` is set for a session link, which needs no code."""

    technician_name: str
    customer_name: str
    session_id: str | None = None


def look(*, code: Any, session_id: str | None, by: Principal) -> Doors:
    """Who helps, before a door is chosen; nothing is made or used up. Raises InvalidSupportCode, RateLimited,
    SessionNotFound."""
    if session_id:
        session = _linked(session_id, by=by)
        return Doors(session.technician_name, session.customer_name or "", session.session_id)
    found = packages.code_typed(code, by=by)
    return Doors(found.technician_name, found.customer_name)


def enter(*, code: Any, session_id: str | None, agent: str, by: Principal) -> tuple[Session, str]:
    """Let a browser into the one session of a code, or of a link. Returns the session and the secret that proves
    this browser from now on. Raises InvalidSupportCode, RateLimited, SessionNotFound."""
    info = browsers.told_by(agent, address=by.address)
    if session_id:
        session = _linked(session_id, by=by)
    else:
        session = _of_code(packages.code_typed(code, by=by), by=by, info=info)
    if session.device_id is None:
        session.client_info, session.machine_name = info, browsers.name_of(info)
    secret = share_secrets.give(session.session_id)
    audit.record(by, "share.enter", f"A customer's browser came into session {session.session_id}",
                 client_id=session.client_id, session_id=session.session_id, device=browsers.name_of(info))
    db.session.commit()
    return session, secret


def _of_code(code: SupportCode, *, by: Principal, info: dict[str, Any]) -> Session:
    """The newest live session that the code has led into by either door, else a new one. The code's row is held, so
    that two browsers in one moment find the same; no use of the code is spent: the other door stays open."""
    code_service.hold(code.id)
    found = sessions.live_of_code(code.id)
    if found is not None:
        return found
    if sessions.count_of_code(code.id) >= MOST_SESSIONS:
        db.session.rollback()
        raise InvalidSupportCode()
    return session_service.create_for_code(code, by=by, machine_name=browsers.name_of(info), client_info=info)


def _linked(session_id: str, *, by: Principal) -> Session:
    """The session of a link, whose id is the capability; one that needs more proof is not told from none.
    Raises SessionNotFound, RateLimited."""
    guard.require_guesses()
    if not ids.SESSION_ID.fullmatch(session_id):
        raise SessionNotFound()
    session = sessions.live(session_id)
    try:
        session_service.speak_for_helper(by, session)
    except Unauthorized:
        raise SessionNotFound() from None
    return session


def of_secret(secret: str) -> Session | None:
    """The live session that a browser's secret speaks for."""
    return sessions.find_live(share_secrets.session_of(secret))


def still_has_installer(session: Session) -> bool:
    """Can the session's code still be used for the other door?"""
    return session.support_code_id is not None and codes.is_standing(session.support_code_id)


def leave(secret: str) -> None:
    """Make a browser's secret worthless."""
    share_secrets.take_back(secret)
    db.session.commit()
