"""What the server holds in memory of each live session: who sits in it and what the customer allows.

Authorisation is decided when a seat is taken and when consent changes; each event then only looks here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

HELPER, TECHNICIAN, CUSTOMER = "helper", "technician", "customer"


@dataclass(frozen=True)
class Seat:
    """One socket's place in one session."""

    session_id: str
    socket_id: str
    role: str
    person_id: str = ""
    person_name: str = ""
    watches: bool = True
    is_browser: bool = False

    def presence(self) -> dict[str, str]:
        """The seat as the `technician-*` events show it."""
        return {"technicianId": self.person_id, "technicianName": self.person_name,
                "technicianSocketId": self.socket_id}


@dataclass
class Room:
    """A live session. `admitted` are the people (by `person_id`) whom the customer said yes to, `entitled` their seats
    by socket: what rests on a right goes to these technicians only. `viewing` are the sockets that watch. `offers`
    holds the helper's newest WebRTC offer under "", with its `candidates`; `withheld` what it meant for a technician
    who is not admitted yet. A customer's web browser sits in the helper's seat; when a real helper comes it moves to
    `browser`, and `shared` is what the customer allowed in the browser alone."""

    session_id: str
    client_id: int | None
    device_id: str | None
    rights: frozenset[str] = frozenset()
    admitted: frozenset[str] = frozenset()
    helper: Seat | None = None
    browser: Seat | None = None
    shared: frozenset[str] = frozenset()
    technicians: dict[str, Seat] = field(default_factory=dict)
    entitled: dict[str, Seat] = field(default_factory=dict)
    viewing: set[str] = field(default_factory=set)
    offers: dict[str, dict[str, Any]] = field(default_factory=dict)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    withheld: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    capabilities: dict[str, Any] | None = None

    @property
    def is_empty(self) -> bool:
        return self.helper is None and self.browser is None and not self.technicians

    @property
    def is_handing_over(self) -> bool:
        """Does a browser still show the screen, beside a helper whose own question nobody has answered yet?"""
        return bool(self.shared and self.helper and not self.helper.is_browser)

    def allows(self, seat: Seat, right: str) -> bool:
        """May this seat use a right now? The one question that every event asks."""
        if seat.role == TECHNICIAN:
            return right in self.rights and seat.socket_id in self.entitled
        return right in self.rights and (seat.is_browser or right not in self.shared)

    def presence(self, seat: Seat) -> dict[str, Any]:
        """A seat as the `technician-*` events show it."""
        return {**seat.presence(), "admitted": seat.socket_id in self.entitled}

    def _sort_out(self) -> None:
        """Who is entitled, after a seat was taken or consent changed."""
        self.entitled = {i: seat for i, seat in self.technicians.items() if seat.person_id in self.admitted}
        self.viewing &= self.entitled.keys()


class Rooms:
    """The live sessions of this process."""

    def __init__(self) -> None:
        self._by_session: dict[str, Room] = {}
        self._standing: dict[str, dict[str, dict[str, Any]]] = {}

    def announce(self, session_id: str, name: str, payload: dict[str, Any] | None) -> None:
        """Keep an event of which whoever takes a seat is told at once, even if nobody sits there now; None ends it."""
        events = {n: told for n, told in self.standing(session_id).items() if n != name}
        self._standing[session_id] = events if payload is None else {**events, name: payload}
        if not self._standing[session_id]:
            del self._standing[session_id]

    def standing(self, session_id: str) -> dict[str, dict[str, Any]]:
        """The events, by name, that whoever takes a seat is told of."""
        return self._standing.get(session_id, {})

    def get(self, session_id: str) -> Room | None:
        return self._by_session.get(session_id)

    def live(self) -> list[Room]:
        """Every session in which somebody sits."""
        return list(self._by_session.values())

    def enter(self, seat: Seat, *, client_id: int | None, device_id: str | None, rights: frozenset[str],
              admitted: frozenset[str] = frozenset()) -> Room:
        """Take a seat; the first one opens the room with the consent that the database holds."""
        room = self._by_session.get(seat.session_id)
        if room is None:
            room = self._by_session[seat.session_id] = Room(seat.session_id, client_id, device_id, rights, admitted)
        room.device_id = device_id or room.device_id
        if seat.role == HELPER:
            room.helper = seat
            self._forget_picture(room)
        elif seat.role == TECHNICIAN:
            room.technicians[seat.socket_id] = seat
            room._sort_out()
        else:
            room.browser = seat
        return room

    def leave(self, seat: Seat) -> Room | None:
        """Give up a seat. Returns the room, or None when the seat was not held (any more)."""
        room = self._by_session.get(seat.session_id)
        if room is None:
            return None
        if seat.role == HELPER:
            if room.helper is None or room.helper.socket_id != seat.socket_id:
                return None
            room.helper = None
            if seat.is_browser:
                room.shared = frozenset()
            room.viewing.clear()
            self._forget_picture(room)
        elif seat.role == CUSTOMER:
            if room.browser is None or room.browser.socket_id != seat.socket_id:
                return None
            room.browser = None
        else:
            room.technicians.pop(seat.socket_id, None)
            room.withheld.pop(seat.socket_id, None)
            room._sort_out()
        if room.is_empty:
            del self._by_session[seat.session_id]
        return room

    def set_consent(self, session_id: str, *, rights: frozenset[str], admitted: frozenset[str]) -> None:
        """Put a change of consent into force for the very next event."""
        room = self._by_session.get(session_id)
        if room is not None:
            room.rights, room.admitted, room.shared = rights, admitted, room.shared & rights
            room._sort_out()
            if "view" not in rights:
                room.viewing.clear()
                self._forget_picture(room)

    def close(self, session_id: str) -> Room | None:
        """The session is over: nobody sits in it any more."""
        return self._by_session.pop(session_id, None)

    def counts(self, session_id: str) -> dict[str, Any]:
        """How many technicians are in and watch, and whether a helper is there, as session rows show it."""
        room = self._by_session.get(session_id)
        return {"active_technicians": len(room.technicians) if room else 0,
                "viewing_technicians": len(room.viewing) if room else 0,
                "helper_connected": bool(room and room.helper)}

    @staticmethod
    def _forget_picture(room: Room) -> None:
        room.offers.clear()
        room.candidates.clear()
        room.withheld.clear()


rooms = Rooms()
