"""Taking and leaving a seat in a session: who may sit where, and who is told."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import EventRefused, Unauthorized
from connectassist.features.sessions import asking, queries, service, timeline
from connectassist.features.sessions.consent import ordered, questions
from connectassist.features.sessions.models import Session
from connectassist.identity import principal, tokens
from connectassist.realtime import announce
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.presence import presence
from connectassist.realtime.rooms import HELPER, TECHNICIAN, Room, Seat, rooms

_sends = GATEWAY.events.sends
PRESENT = _sends("technicians-present", to="the helper", fields="sessionId technicians",
                 doc="The technicians in the session when the helper joins, if any.")
_WHO = "sessionId technicianId technicianName technicianSocketId"
CAME = _sends("technician-joined", to="the session", fields=_WHO, doc="A technician took a seat.")
WENT = _sends("technician-left", to="the session", fields=_WHO, doc="A technician left.")
PEER_CAME = _sends("peer-joined", to="the session", fields="sessionId role", doc="A seat was taken.")
PEER_WENT = _sends("peer-disconnected", to="the session", fields="sessionId role", doc="A seat is empty.")
HELPER_STATUS = _sends("helper-status", to="technicians", fields="sessionId online", doc="Is a helper in the session?")
OFFER, CANDIDATE, CAPABILITIES = "webrtc-offer", "webrtc-ice-candidate", "helper-capabilities"


def take(connection: Connection, *, session_id: str, role: str, held: list[str] | None) -> dict[str, Any]:
    """Take a seat. Returns what the acknowledgement carries. Raises SessionNotFound, Unauthorized, Forbidden,
    EventRefused."""
    if role in ("technician", "technician-panel"):
        return _technician(connection, session_id, watches=role == "technician")
    if role == HELPER:
        return _helper(connection, session_id, held)
    raise EventRefused("role must be technician or helper")


def _technician(connection: Connection, session_id: str, *, watches: bool) -> dict[str, Any]:
    by = tokens.renewed(connection.principal)
    if by is None or not by.is_technician:
        raise Unauthorized("Sign in as a technician first")
    connection.principal = by
    session = queries.live(queries.visible_to(by, session_id).session_id)
    seat = Seat(session_id, connection.socket_id, TECHNICIAN, str(by.user_id), by.name, watches)
    timeline.note(session_id, "technician_joined", who=by.name)
    if not session.technician_name:
        session.technician_id, session.technician_name = by.user_id, by.name
    room = _seat(connection, seat, session)
    me = {"sessionId": session_id, **seat.presence()}
    _tell_counts(room)
    GATEWAY.to_session(session_id, CAME, me, but=seat.socket_id)
    GATEWAY.to_socket(seat.socket_id, HELPER_STATUS, {"sessionId": session_id, "online": room.helper is not None})
    GATEWAY.to_session(session_id, PEER_CAME, {"sessionId": session_id, "role": TECHNICIAN}, but=seat.socket_id)
    _show_picture(room, seat)
    return {"sessionId": session_id, "rights": ordered(room.rights), "socketId": seat.socket_id,
            "technicians": [other.presence() for other in room.technicians.values()]}


def _show_picture(room: Room, seat: Seat) -> None:
    """Give a technician who came later what the helper said before: its displays and its open offer."""
    if room.capabilities:
        GATEWAY.to_socket(seat.socket_id, CAPABILITIES, room.capabilities)
    offer = room.offers.get("") if seat.watches and "view" in room.rights else None
    if offer:
        for name, payload in ((OFFER, offer), *((CANDIDATE, c) for c in room.candidates)):
            GATEWAY.to_socket(seat.socket_id, name, payload)


def _helper(connection: Connection, session_id: str, held: list[str] | None) -> dict[str, Any]:
    session = queries.live(session_id)
    service.speak_for_helper(connection.principal, session)
    rights = asking.reconcile(session, held)
    service.helper_came(session)
    seat = Seat(session_id, connection.socket_id, HELPER)
    _replace_older(session_id, connection)
    room = _seat(connection, seat, session)
    if connection.principal.kind != principal.DEVICE and session.device_id:
        connection.device_id = session.device_id
        presence.arrive(session.device_id, connection.socket_id)
    announce.session_updated(session.client_id, session_id, status="connected", **rooms.counts(session_id))
    if room.technicians:
        GATEWAY.to_socket(seat.socket_id, PRESENT, {
            "sessionId": session_id, "technicians": [t.presence() for t in room.technicians.values() if t.watches]})
    GATEWAY.to_session(session_id, PEER_CAME, {"sessionId": session_id, "role": HELPER}, but=seat.socket_id)
    GATEWAY.to_technicians(session_id, HELPER_STATUS, {"sessionId": session_id, "online": True})
    question = questions.open(session_id)
    if question:
        GATEWAY.to_socket(seat.socket_id, asking.REQUEST, question.request)
    return {"sessionId": session_id, "rights": rights, "socketId": seat.socket_id}


def _replace_older(session_id: str, connection: Connection) -> None:
    """A helper that comes back before its old socket is known dead takes the seat over."""
    room = rooms.get(session_id)
    if room and room.helper and room.helper.socket_id != connection.socket_id:
        older = GATEWAY.connections.get(room.helper.socket_id)
        if older:
            older.seats.pop(session_id, None)
            GATEWAY.close_socket(older.socket_id)


def _seat(connection: Connection, seat: Seat, session: Session) -> Room:
    rights, client_id, device_id = frozenset(session.rights), session.client_id, session.device_id
    db.session.commit()
    room = rooms.enter(seat, client_id=client_id, device_id=device_id, rights=rights)
    GATEWAY.take_seat(connection, seat)
    return room


def leave(connection: Connection, seat: Seat) -> None:
    """Give up a seat, by wish or because the socket closed."""
    GATEWAY.drop_seat(connection, seat)
    room = rooms.leave(seat)
    if room is None:
        return
    if seat.role == HELPER:
        _helper_left(room)
    else:
        _technician_left(room, seat)
    GATEWAY.to_session(seat.session_id, PEER_WENT, {"sessionId": seat.session_id, "role": seat.role})


def _helper_left(room: Room) -> None:
    session = queries.find_live(room.session_id)
    if session is not None:
        service.helper_went(session)
        service.stop_viewing(session)
        db.session.commit()
    announce.session_updated(room.client_id, room.session_id, status="waiting", helper_connected=False,
                             viewing_technicians=0)
    GATEWAY.to_technicians(room.session_id, HELPER_STATUS, {"sessionId": room.session_id, "online": False})


def _technician_left(room: Room, seat: Seat) -> None:
    session = queries.find_live(room.session_id)
    if session is not None:
        timeline.note(room.session_id, "technician_left", who=seat.person_name)
        if not room.technicians:
            service.stop_viewing(session)
        db.session.commit()
    _tell_counts(room)
    GATEWAY.to_session(room.session_id, WENT, {"sessionId": room.session_id, **seat.presence()})


def _tell_counts(room: Room) -> None:
    announce.session_updated(room.client_id, room.session_id, **rooms.counts(room.session_id))


def viewing(seat: Seat, *, is_viewing: bool) -> None:
    """A technician starts or stops watching: what contract 001 bills."""
    session = queries.live(seat.session_id)
    if is_viewing and session.viewing_since is None:
        session.viewing_since = clock.now()
    elif not is_viewing:
        service.stop_viewing(session)
    db.session.commit()
    announce.session_updated(session.client_id, session.session_id, reason="viewer-state",
                             viewing_technicians=int(session.viewing_since is not None),
                             billable_started_at=clock.iso(session.viewing_since),
                             billable_seconds=session.viewing_seconds)
