"""Taking and leaving a seat in a session: who may sit where, and who is told."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import EventRefused, Unauthorized
from connectassist.features.sessions import attendance, browser, granting, queries, service, showing, timeline
from connectassist.features.sessions.consent import ordered
from connectassist.features.sessions.models import CONNECTED, Session
from connectassist.identity import principal, tokens
from connectassist.realtime import announce
from connectassist.realtime.bus import BUS
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.presence import presence
from connectassist.realtime.rooms import CUSTOMER, HELPER, TECHNICIAN, Room, Seat, rooms

_sends = GATEWAY.events.sends
PRESENT = _sends("technicians-present", to="the helper", fields="sessionId technicians",
                 doc="The technicians in the session when the helper joins, if any.")
_WHO = "sessionId technicianId technicianName technicianSocketId admitted"
CAME = _sends("technician-joined", to="the session", fields=_WHO, doc="A technician took a seat.")
WENT = _sends("technician-left", to="the session", fields=_WHO, doc="A technician left.")
PEER_CAME = _sends("peer-joined", to="the session", fields="sessionId role", doc="A seat was taken.")
PEER_WENT = _sends("peer-disconnected", to="the session", fields="sessionId role", doc="A seat is empty.")
#: What the processes of a site tell each other: a person's seats in a session are taken.
LET_GO = "seats-let-go"
HELPER_STATUS = _sends("helper-status", to="technicians", fields="sessionId online", doc="Is a helper in the session?")


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
    seat = Seat(session_id, connection.socket_id, TECHNICIAN, str(by.user_id), by.name, watches,
                since=rooms.since(session_id))
    timeline.note(session_id, "technician_joined", who=by.name)
    if not session.technician_name:
        session.technician_id, session.technician_name = by.user_id, by.name
    room = _seat(connection, seat, session)
    _tell_counts(room)
    GATEWAY.to_session(session_id, CAME, {"sessionId": session_id, **room.presence(seat)}, but=seat.socket_id)
    GATEWAY.to_socket(seat.socket_id, HELPER_STATUS, {"sessionId": session_id, "online": room.helper is not None})
    GATEWAY.to_session(session_id, PEER_CAME, {"sessionId": session_id, "role": TECHNICIAN}, but=seat.socket_id)
    showing.displays(room, seat)
    showing.picture(room, seat)
    granting.admit_by_policy(session, by=by)
    is_admitted = seat.socket_id in room.entitled
    return {"sessionId": session_id, "rights": ordered(room.rights) if is_admitted else [], "admitted": is_admitted,
            "held": ordered(room.rights), "socketId": seat.socket_id,
            "technicians": [room.presence(other) for other in room.technicians.values()]}


def _helper(connection: Connection, session_id: str, held: list[str] | None) -> dict[str, Any]:
    session, by = queries.live(session_id), connection.principal
    service.speak_for_helper(by, session)
    is_browser = browser.is_browser(by)
    if is_browser and browser.has_helper(session_id):
        return _beside_helper(connection, session)
    rights = granting.reconcile(session, browser.held(session_id, held, by=by))
    attendance.helper_came(session, browser=browser.name_in(session) if is_browser else "")
    seat = Seat(session_id, connection.socket_id, HELPER, is_browser=is_browser, since=rooms.since(session_id))
    browser.replace_older(session_id, connection, by=by)
    _replace_older(session_id, connection)
    room = _seat(connection, seat, session)
    browser.note_shared(session_id, rights, by=by)
    if by.kind == principal.NOBODY and session.device_id:
        connection.device_id = session.device_id
        presence.arrive(session.device_id, connection.socket_id, line=connection.line)
    announce.session_updated(session.client_id, session_id, status="connected", **rooms.counts(session_id))
    if room.technicians:
        GATEWAY.to_socket(seat.socket_id, PRESENT, {"sessionId": session_id, "technicians": watching(room)})
    GATEWAY.to_session(session_id, PEER_CAME, {"sessionId": session_id, "role": HELPER}, but=seat.socket_id)
    GATEWAY.to_technicians(session_id, HELPER_STATUS, {"sessionId": session_id, "online": True})
    showing.question_again(seat)
    told = {"sessionId": session_id, "rights": rights, "socketId": seat.socket_id}
    return {**told, "technicians": watching(room)} if is_browser else told


def watching(room: Room) -> list[dict[str, Any]]:
    """The technicians as the customer's side is told of them."""
    return [room.presence(each) for each in room.technicians.values() if each.watches]


def _beside_helper(connection: Connection, session: Session) -> dict[str, Any]:
    """A customer's browser comes (back) while the helper runs: it can chat, and has nothing to show."""
    browser.replace_older(session.session_id, connection, by=connection.principal)
    seat = Seat(session.session_id, connection.socket_id, CUSTOMER, is_browser=True,
                since=rooms.since(session.session_id))
    room = _seat(connection, seat, session)
    return {"sessionId": session.session_id, "rights": [], "socketId": connection.socket_id, "helper": True,
            "technicians": watching(room)}


def _replace_older(session_id: str, connection: Connection) -> None:
    """A helper that comes back before its old socket is known dead takes the seat over. Where another process holds
    the old one, that closes it as soon as it hears of the new one."""
    room = rooms.get(session_id)
    if room and room.helper and room.helper.socket_id != connection.socket_id:
        older = GATEWAY.connections.get(room.helper.socket_id)
        if older:
            older.seats.pop(session_id, None)
            GATEWAY.close_socket(older.socket_id)


def _seat(connection: Connection, seat: Seat, session: Session) -> Room:
    rights, admitted = frozenset(session.rights), frozenset(str(each) for each in session.admitted)
    client_id, device_id = session.client_id, session.device_id
    db.session.commit()
    room = rooms.enter(seat, client_id=client_id, device_id=device_id, rights=rights, admitted=admitted)
    GATEWAY.take_seat(connection, seat)
    for name, payload in rooms.standing(seat.session_id).items():  # such as that a recording runs
        GATEWAY.to_socket(seat.socket_id, name, payload)
    return room


def leave(connection: Connection, seat: Seat) -> None:
    """Give up a seat, by wish or because the socket closed."""
    GATEWAY.drop_seat(connection, seat)
    room = rooms.leave(seat)
    if room is not None:
        left(room, seat, on_purpose=connection.socket_id in GATEWAY.connections)


def left(room: Room, seat: Seat, *, on_purpose: bool) -> None:
    """A seat is empty: what that means for the session, and who is told."""
    if seat.role == TECHNICIAN:
        _technician_left(room, seat)
    else:
        _customer_left(room, seat, on_purpose=on_purpose)
    GATEWAY.to_session(seat.session_id, PEER_WENT, {"sessionId": seat.session_id, "role": seat.role})
    if seat.role == HELPER and room.helper:  # a browser that had moved aside has the seat back
        GATEWAY.to_technicians(seat.session_id, HELPER_STATUS, {"sessionId": seat.session_id, "online": True})


def _customer_left(room: Room, seat: Seat, *, on_purpose: bool) -> None:
    session = queries.find_live(room.session_id)
    if not browser.went(room, seat, session=session, on_purpose=on_purpose):
        _helper_left(room, seat, session)


def _helper_left(room: Room, seat: Seat, session: Session | None) -> None:
    if session is not None:
        attendance.helper_went(session, browser=seat.is_browser)
        attendance.stop_viewing(session)
        db.session.commit()
    announce.session_updated(room.client_id, room.session_id, status="waiting", helper_connected=False,
                             viewing_technicians=0)
    GATEWAY.to_technicians(room.session_id, HELPER_STATUS, {"sessionId": room.session_id, "online": False})


def _technician_left(room: Room, seat: Seat) -> None:
    session = queries.find_live(room.session_id)
    if session is not None:
        timeline.note(room.session_id, "technician_left", who=seat.person_name)
        if not room.viewing:
            attendance.stop_viewing(session)
        db.session.commit()
    _tell_counts(room)
    GATEWAY.to_session(room.session_id, WENT, {"sessionId": room.session_id, **room.presence(seat)})


def still_there(session: Session) -> None:
    """A helper of ours whom the others gave up for gone, while they could not hear us."""
    room = rooms.get(session.session_id)
    if room and room.helper and room.helper.is_here and session.status != CONNECTED:
        attendance.helper_came(session, browser=browser.name_in(session) if room.helper.is_browser else "")
        db.session.commit()


def let_go(session_id: str, user_id: int | None) -> None:
    """Take a person's seats in a session, on all of their pages."""
    BUS.tell(LET_GO, {"session_id": session_id, "user_id": user_id})
    let_go_here(session_id, user_id)


def let_go_here(session_id: str, user_id: int | None) -> None:
    """The same for those whose sockets we hold."""
    room = rooms.get(session_id)
    for seat in list(room.technicians.values()) if room else ():
        connection = GATEWAY.connections.get(seat.socket_id)
        if seat.person_id == str(user_id) and connection:
            leave(connection, seat)


def _tell_counts(room: Room) -> None:
    announce.session_updated(room.client_id, room.session_id, **rooms.counts(room.session_id))


def viewing(seat: Seat, *, is_viewing: bool) -> None:
    """A technician starts or stops watching: what contract 001 bills. However many watch, the time counts once."""
    session, room = queries.live(seat.session_id), rooms.get(seat.session_id)
    if room is None:
        return
    (room.viewing.add if is_viewing else room.viewing.discard)(seat.socket_id)
    rooms.tell(room)
    if room.viewing and session.viewing_since is None:
        session.viewing_since = clock.now()
    elif not room.viewing:
        attendance.stop_viewing(session)
    db.session.commit()
    announce.session_updated(session.client_id, session.session_id, reason="viewer-state",
                             viewing_technicians=len(room.viewing),
                             billable_started_at=clock.iso(session.viewing_since),
                             billable_seconds=session.viewing_seconds)
