"""What the server holds in memory of each live session: who sits in it and what the customer allows.

Authorisation is decided when a seat is taken and when consent changes; each event then only looks here.

Where a site has several processes, each knows of every live session: of its own seats, and of those that the others
tell of (a seat's `process`). Each tells its whole part of a room after each change; parts.py puts them together. What
the customer allows stands in the database: a room that may have missed something is in doubt until it is read anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from connectassist.core import clock
from connectassist.realtime.bus import BUS

log = logging.getLogger(__name__)
HELPER, TECHNICIAN, CUSTOMER = "helper", "technician", "customer"
#: What the processes tell each other: a part of a room, what is allowed, what of it in the browser alone, what whoever
#: comes is told, which display was asked for.
PART, CONSENT, SHARED, STANDING, SHOWN = "room-part", "room-consent", "room-shared", "room-standing", "room-shown"
#: What may wait for one room until it is known again what is allowed.
MOST_WAITING = 256
#: Seconds after which what was to be written has been, or never is.
LONGEST_WRITE = 30.0


@dataclass(frozen=True)
class Seat:
    """One socket's place in one session. `process` is the one that holds the socket, empty where we do; of two that
    claim the customer's side the one with the later `since` has it."""

    session_id: str
    socket_id: str
    role: str
    person_id: str = ""
    person_name: str = ""
    watches: bool = True
    is_browser: bool = False
    process: str = ""
    since: float = 0.0

    @property
    def is_here(self) -> bool:
        return not self.process

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
    `browser`, and `shared` is what the customer allowed in the browser alone. The picture (`offers`, `candidates`,
    `withheld`) is kept by the process that holds the helper's socket, and shown by it."""

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
    #: Who waits until it is known again what is allowed; None while it is known.
    doubt: list[Callable[[], None]] | None = None
    #: What was taken, by process, and is not written yet: nothing that is read meanwhile brings it back.
    bounds: dict[str, tuple[float, frozenset[str], frozenset[str]]] = field(default_factory=dict)
    changes: int = 0

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

    def part(self) -> dict[str, Any]:
        """What of it hangs on our own sockets, as the other processes are told."""
        own = {i: seat for i, seat in self.technicians.items() if seat.is_here}
        helper, browser = ((seat and seat.is_here and asdict(seat)) or None for seat in (self.helper, self.browser))
        return {"session_id": self.session_id, "client_id": self.client_id, "device_id": self.device_id,
                "helper": helper, "browser": browser, "technicians": [asdict(seat) for seat in own.values()],
                "viewing": sorted(self.viewing & own.keys()), "shared": sorted(self.shared),
                "capabilities": self.capabilities if helper else None}

    def allow(self, rights: frozenset[str], admitted: frozenset[str]) -> None:
        """This is allowed now, to these people."""
        self.changes += 1
        self.rights, self.admitted, self.shared = rights, admitted, self.shared & rights
        self.sort_out()
        if "view" not in rights and self.doubt is None:
            self.forget_picture()

    def bounded(self, rights: frozenset[str], admitted: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """What was read, without what is being taken at this moment."""
        recent = clock.monotonic() - LONGEST_WRITE
        for since, most, people in self.bounds.values():
            if since > recent:
                rights, admitted = rights & most, admitted & people
        return rights, admitted

    def narrow(self, rights: frozenset[str], admitted: frozenset[str], *, by: str = "") -> None:
        """No more than this is allowed from now on: a process writes so."""
        self.allow(self.rights & rights, self.admitted & admitted)
        self.bounds[by] = (clock.monotonic(), rights, admitted)

    def when_known(self, then: Callable[[], None]) -> None:
        """Do something once it is known what is allowed: mostly now. What is too much is not done."""
        if self.doubt is None:
            then()
        elif len(self.doubt) < MOST_WAITING:
            self.doubt.append(then)

    def forget_picture(self) -> None:
        self.offers.clear()
        self.candidates.clear()
        self.withheld.clear()

    def sort_out(self) -> None:
        """Who is entitled, after a seat was taken or consent changed. While it isn't known what is allowed, others know
        better who watches at theirs."""
        self.entitled = {i: seat for i, seat in self.technicians.items() if seat.person_id in self.admitted}
        watching = set(self.entitled) if "view" in self.rights else set()
        if self.doubt is not None:
            watching |= {i for i, seat in self.technicians.items() if not seat.is_here}
        self.viewing &= watching


class Rooms:
    """The live sessions. `on_doubt` hears of a room of which it must be read anew what is allowed in it, and calls
    `known` in the end."""

    def __init__(self) -> None:
        self._by_session: dict[str, Room] = {}
        self._standing: dict[str, dict[str, dict[str, Any]]] = {}
        self.on_doubt: Callable[[str], None] = lambda session_id: None

    def announce(self, session_id: str, name: str, payload: dict[str, Any] | None, *, is_told: bool = False) -> None:
        """Keep an event of which whoever takes a seat is told at once, even if nobody sits there now; None ends it.
        `is_told` by another process."""
        events = {n: told for n, told in self.standing(session_id).items() if n != name}
        self._standing[session_id] = events if payload is None else {**events, name: payload}
        if not self._standing[session_id]:
            del self._standing[session_id]
        if not is_told:
            BUS.tell(STANDING, {"session_id": session_id, "name": name, "payload": payload})

    def standing(self, session_id: str) -> dict[str, dict[str, Any]]:
        """The events, by name, that whoever takes a seat is told of."""
        return self._standing.get(session_id, {})

    def announced(self, name: str) -> list[str]:
        """The sessions whose newcomers are told of this event."""
        return [session_id for session_id, events in self._standing.items() if name in events]

    def get(self, session_id: str) -> Room | None:
        return self._by_session.get(session_id)

    def all(self) -> list[Room]:
        """Every live session; for what is rare."""
        return list(self._by_session.values())

    def open(self, session_id: str, *, client_id: int | None, device_id: str | None,
             rights: frozenset[str] = frozenset(), admitted: frozenset[str] = frozenset()) -> Room:
        """A room, made if there is none yet."""
        room = self._by_session.get(session_id)
        if room is None:
            room = self._by_session[session_id] = Room(session_id, client_id, device_id, rights, admitted)
        room.device_id = device_id or room.device_id
        return room

    def enter(self, seat: Seat, *, client_id: int | None, device_id: str | None, rights: frozenset[str],
              admitted: frozenset[str] = frozenset()) -> Room:
        """Take a seat; the first one opens the room with the consent that the database holds."""
        room = self.open(seat.session_id, client_id=client_id, device_id=device_id, rights=rights, admitted=admitted)
        if room.doubt is not None:
            room.allow(*room.bounded(rights, admitted))
        if seat.role == HELPER:
            room.helper = seat
            room.forget_picture()
        elif seat.role == TECHNICIAN:
            room.technicians[seat.socket_id] = seat
            room.sort_out()
        else:
            room.browser = seat
        self.tell(room)
        self.doubt(room)
        return room

    def since(self, session_id: str) -> float:
        """The moment of a seat that is taken now: later than any other's, whatever the other machine's clock says."""
        room = self._by_session.get(session_id)
        others = [seat.since for seat in (room.helper, room.browser) if seat] if room else []
        return max([clock.now().timestamp(), *(other + 0.001 for other in others)])

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
            room.forget_picture()
        elif seat.role == CUSTOMER:
            if room.browser is None or room.browser.socket_id != seat.socket_id:
                return None
            room.browser = None
        else:
            room.technicians.pop(seat.socket_id, None)
            room.withheld.pop(seat.socket_id, None)
            room.sort_out()
        self.tell(room)
        self.tidy(room)
        return room

    def tidy(self, room: Room) -> None:
        """A room in which nobody sits any more is none."""
        if room.is_empty and self._by_session.get(room.session_id) is room:
            del self._by_session[room.session_id]

    def set_consent(self, session_id: str, *, rights: frozenset[str], admitted: frozenset[str]) -> None:
        """Put a change of consent, which is written, into force for the very next event."""
        room = self._by_session.get(session_id)
        if room is not None:
            room.bounds.pop("", None)
            room.allow(*room.bounded(rights, admitted))
            self.doubt(room)
        self._tell_consent(session_id, rights, admitted, is_written=True)

    def narrow(self, session_id: str, *, rights: frozenset[str], admitted: frozenset[str]) -> None:
        """No more than this is allowed from now on, even if the write has to wait its turn."""
        room = self._by_session.get(session_id)
        if room is not None:
            room.narrow(rights, admitted)
        self._tell_consent(session_id, rights, admitted, is_written=False)

    @staticmethod
    def _tell_consent(session_id: str, rights: frozenset[str], admitted: frozenset[str], *, is_written: bool) -> None:
        if not BUS.is_alone:
            BUS.tell(CONSENT, {"session_id": session_id, "rights": sorted(rights), "admitted": sorted(admitted),
                               "is_written": is_written})

    def doubt(self, room: Room) -> None:
        """Where there are others, what is allowed may have changed since it was read: it is read anew."""
        if BUS.is_alone:
            return
        room.changes += 1
        room.doubt = room.doubt if room.doubt is not None else []
        self.on_doubt(room.session_id)

    @staticmethod
    def known(room: Room, *, rights: frozenset[str], admitted: frozenset[str]) -> None:
        """This was read: who waited for it goes on."""
        waiting, room.doubt = room.doubt or (), None
        room.allow(*room.bounded(rights, admitted))
        for then in waiting:
            try:
                then()
            except Exception:
                log.exception("unexpected error about what had waited in a session")

    @staticmethod
    def tell(room: Room) -> None:
        """Our part of a room has changed."""
        if not BUS.is_alone:
            BUS.tell(PART, room.part())

    def show(self, room: Room, capabilities: dict[str, Any]) -> None:
        """What the helper can do, and which display it shows."""
        room.capabilities = capabilities
        if room.helper is None or room.helper.is_here:
            self.tell(room)
        else:
            BUS.tell(SHOWN, {"session_id": room.session_id, "capabilities": capabilities}, to=room.helper.process)

    def share(self, room: Room, rights: frozenset[str]) -> None:
        """This is what the customer allows in the browser alone."""
        room.shared = rights
        if not BUS.is_alone:
            BUS.tell(SHARED, {"session_id": room.session_id, "rights": sorted(rights)})
            self.tell(room)

    def close(self, session_id: str) -> Room | None:
        """The session is over: nobody sits in it any more."""
        return self._by_session.pop(session_id, None)

    def counts(self, session_id: str) -> dict[str, Any]:
        """How many technicians are in and watch, and whether a helper is there, as session rows show it."""
        room = self._by_session.get(session_id)
        return {"active_technicians": len(room.technicians) if room else 0,
                "viewing_technicians": len(room.viewing) if room else 0,
                "helper_connected": bool(room and room.helper)}


rooms = Rooms()
