"""A technician lost a client, or the right to act: their seats in its sessions are empty at once."""

from __future__ import annotations

from connectassist.features.sessions import granting, queries, seats
from connectassist.features.sessions.granting import Technician
from connectassist.features.sessions.models import Session
from connectassist.realtime.connections import Connection
from connectassist.realtime.rescoping import on_rescoped
from connectassist.realtime.rooms import TECHNICIAN, Seat, rooms


def look_again(connection: Connection) -> None:
    """Empty the seats that the socket's person may not hold any more."""
    by = connection.principal
    for seat in list(connection.seats.values()):
        room = rooms.get(seat.session_id)
        is_in_scope = by.client_ids is None or (room is not None and by.may_see(room.client_id))
        if seat.role == TECHNICIAN and not (by.is_technician and is_in_scope):
            _take(connection, seat)


def _take(connection: Connection, seat: Seat) -> None:
    """What the customer had allowed this technician is over too: with the client back they ask anew."""
    session = queries.find_live(seat.session_id)
    if session is not None and connection.principal.user_id in session.admitted:
        granting.narrow(session, rights=session.rights, admitted=_without(session, connection))
        queries.lock(session)
        left = _without(session, connection)
        granting.put_in_force(session, session.rights, admitted=left, who="server",
                              about=Technician(connection.principal.user_id, seat.person_name))
    seats.leave(connection, seat)


def _without(session: Session, connection: Connection) -> list[int]:
    return [each for each in session.admitted if each != connection.principal.user_id]


on_rescoped.append(look_again)
