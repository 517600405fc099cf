"""Who could help in a session: the technicians of its client."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from connectassist.core.db import db
from connectassist.core.errors import ValidationFailed
from connectassist.features.sessions.models import Session
from connectassist.identity.models import ADMIN, TECHNICIAN, StaffClient, User
from connectassist.identity.principal import Principal
from connectassist.realtime import people
from connectassist.realtime.rooms import rooms

MOST = 200


def of(session: Session, *, by: Principal) -> list[dict[str, Any]]:
    """The other technicians who may see this session, those who are online first."""
    online, room = people.online_ids(), rooms.get(session.session_id)
    inside = {seat.person_id for seat in room.technicians.values()} if room else set()
    found = db.session.scalars(_entitled(session).where(User.id != by.user_id).order_by(User.full_name).limit(MOST))
    told = [{"id": user.id, "name": user.display_name, "online": user.id in online,
             "inSession": str(user.id) in inside, "admitted": user.id in session.admitted} for user in found]
    return sorted(told, key=lambda each: (not each["online"], each["name"].casefold()))


def one(session: Session, user_id: int, *, by: Principal) -> User:
    """A colleague who may be called in. Raises ValidationFailed, the same for unknown and foreign ones."""
    found = db.session.scalar(_entitled(session).where(User.id == user_id, User.id != by.user_id))
    if found is None:
        raise ValidationFailed("There is no such colleague for this client")
    return found


def _entitled(session: Session):
    mine = select(StaffClient.user_id).where(StaffClient.client_id == session.client_id)
    return select(User).where(User.is_active, or_(User.role == ADMIN, (User.role == TECHNICIAN) & User.id.in_(mine)))
