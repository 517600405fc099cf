"""The customer sends a technician away."""

from __future__ import annotations

from connectassist.core import audit
from connectassist.core.errors import EventRefused
from connectassist.features.sessions import granting, queries, seats, timeline
from connectassist.features.sessions.granting import Technician
from connectassist.features.sessions.service import speak_for_helper
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

REMOVED = GATEWAY.events.sends("technician-removed", to="the session", fields="sessionId technicianId technicianName",
                               doc="The customer sent this technician away.")


def remove(session_id: str, *, technician_id: str, by: Principal) -> None:
    """Take from one technician all that is allowed, and their seats. They may come back and ask again.
    Raises SessionNotFound, Unauthorized, Forbidden, EventRefused."""
    session = queries.live(session_id)
    speak_for_helper(by, session)
    room = rooms.get(session_id)
    seat = next((s for s in room.technicians.values() if s.person_id == technician_id), None) if room else None
    known = {str(each): each for each in session.admitted}
    if seat is None and technician_id not in known:
        raise EventRefused("technicianId is no technician of this session")
    user_id = known.get(technician_id) or (int(technician_id) if technician_id.isdecimal() else None)
    name = seat.person_name if seat else ""
    granting.narrow(session, rights=session.rights, admitted=[e for e in session.admitted if e != user_id])
    queries.lock(session)
    left = [each for each in session.admitted if each != user_id]
    session.removed = sorted({*session.removed, *([user_id] if user_id is not None else [])})
    timeline.note(session_id, "technician_removed", who=name)
    audit.record(by, "consent.remove", f"The customer sent {name} away", client_id=session.client_id,
                 device_id=session.device_id, session_id=session_id, technician=user_id)
    granting.put_in_force(session, session.rights, admitted=left, who="customer", about=Technician(user_id, name))
    GATEWAY.to_session(session_id, REMOVED, {"sessionId": session_id, "technicianId": technician_id,
                                             "technicianName": name})
    seats.let_go(session_id, user_id)
