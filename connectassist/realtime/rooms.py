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

    def presence(self) -> dict[str, str]:
        """The seat as the `technician-*` events show it."""
        return {"technicianId": self.person_id, "technicianName": self.person_name,
                "technicianSocketId": self.socket_id}


@dataclass
class Room:
    """A live session. `offers` are the helper's newest WebRTC offers by the technician's socket."""

    session_id: str
    client_id: int | None
    device_id: str | None
    rights: frozenset[str] = frozenset()
    helper: Seat | None = None
    technicians: dict[str, Seat] = field(default_factory=dict)
    offers: dict[str, dict[str, Any]] = field(default_factory=dict)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    capabilities: dict[str, Any] | None = None

    @property
    def is_empty(self) -> bool:
        return self.helper is None and not self.technicians

    def allows(self, seat: Seat, right: str) -> bool:
        """May this seat use a right now? The one question that every event asks."""
        return right in self.rights


class Rooms:
    """The live sessions of this process."""

    def __init__(self) -> None:
        self._by_session: dict[str, Room] = {}

    def get(self, session_id: str) -> Room | None:
        return self._by_session.get(session_id)

    def enter(self, seat: Seat, *, client_id: int | None, device_id: str | None, rights: frozenset[str]) -> Room:
        """Take a seat; the first one opens the room with the rights that the database holds."""
        room = self._by_session.get(seat.session_id)
        if room is None:
            room = self._by_session[seat.session_id] = Room(seat.session_id, client_id, device_id, rights)
        room.device_id = device_id or room.device_id
        if seat.role == HELPER:
            room.helper = seat
            self._forget_picture(room)
        elif seat.role == TECHNICIAN:
            room.technicians[seat.socket_id] = seat
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
            self._forget_picture(room)
        else:
            room.technicians.pop(seat.socket_id, None)
            room.offers.pop(seat.socket_id, None)
        if room.is_empty:
            del self._by_session[seat.session_id]
        return room

    def set_rights(self, session_id: str, rights: frozenset[str]) -> None:
        """Put a change of consent into force for the very next event."""
        room = self._by_session.get(session_id)
        if room is not None:
            room.rights = rights
            if "view" not in rights:
                self._forget_picture(room)

    def close(self, session_id: str) -> Room | None:
        """The session is over: nobody sits in it any more."""
        return self._by_session.pop(session_id, None)

    def counts(self, session_id: str) -> dict[str, Any]:
        """How many technicians are in, and whether a helper is, as session rows show it."""
        room = self._by_session.get(session_id)
        seats = list(room.technicians.values()) if room else []
        return {"active_technicians": len(seats), "helper_connected": bool(room and room.helper)}

    @staticmethod
    def _forget_picture(room: Room) -> None:
        room.offers.clear()
        room.candidates.clear()


rooms = Rooms()
