"""The customer's side in a web browser: it sits in the helper's seat and shows the screen, no more. When a real helper
comes it moves aside, goes on showing until the customer has answered that helper's question, and is then dismissed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from connectassist.core.db import db
from connectassist.core.errors import Conflict, EventRefused, HelperNeeded
from connectassist.features.sessions import consent, granting, queries, timeline
from connectassist.features.sessions.granting import Technician
from connectassist.features.sessions.models import Session
from connectassist.features.support_codes import queries as codes
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import CUSTOMER, HELPER, Room, Seat, rooms

RIGHTS = frozenset({consent.VIEW, consent.RECORDING})
"""What a browser can give at all. Control, clipboard, files and commands need the helper."""
MOVED = GATEWAY.events.sends("share-moved", to="the customer's browser", fields="sessionId to", doc=(
    "This page shares no more: the `helper` has taken over, or the session goes on `elsewhere`, in another tab."))
WANTED = GATEWAY.events.sends("helper-wanted", to="the customer's browser", fields="sessionId technicianName",
                              doc="The technician asks for control; offer the helper.")
STEPS = {"downloaded": "helper_downloaded", "declined": "helper_declined"}


def is_browser(by: Principal) -> bool:
    """Does a customer's browser ask?"""
    return by.kind == principal.SHARER


def name_in(session: Session) -> str:
    """What the customer's browser is called: "Web browser on Windows (Chrome)", where the session still knows."""
    told = session.client_info or {}
    return (session.machine_name if told.get("kind") == "browser" else None) or "Web browser"


def is_alone(session_id: str) -> bool:
    """Is the customer's side of a session a browser now?"""
    room = rooms.get(session_id)
    return bool(room and room.helper and room.helper.is_browser)


def has_helper(session_id: str) -> bool:
    """Is a real helper in the session?"""
    room = rooms.get(session_id)
    return bool(room and room.helper and not room.helper.is_browser)


def askable(session_id: str, asked: list[str]) -> list[str]:
    """What of a technician's request can be asked: of a browser only what it can give. Raises HelperNeeded."""
    if not is_alone(session_id):
        return asked
    possible = [right for right in asked if right in RIGHTS]
    if not possible:
        raise HelperNeeded()
    return possible


def given(session_id: str, rights: list[str], *, by: Principal) -> list[str]:
    """What of a yes counts. A browser never gives more than it can, and nothing beside a helper, which asks itself.
    Raises Conflict."""
    if not is_browser(by):
        return rights
    if not is_alone(session_id):
        raise Conflict("The helper answers this question")
    return [right for right in rights if right in RIGHTS]


def own(seat: Seat, rights: Iterable[str]) -> list[str]:
    """Which of these rights this side may take back: a browser beside a helper only what it gave itself."""
    room = rooms.get(seat.session_id)
    shared = room.shared if room and seat.role == CUSTOMER else None
    return [right for right in rights if shared is None or right in shared]


def held(session_id: str, told: list[str] | None, *, by: Principal) -> list[str] | None:
    """What stays in force when a seat is taken: what its holder says it holds, and, when a helper comes, what the
    browser shows meanwhile."""
    if is_browser(by):
        return [right for right in told or () if right in RIGHTS]
    room = rooms.get(session_id)
    shared = room.shared if room else frozenset()
    return told if not shared else [*(told or ()), *shared]


def note_shared(session_id: str, rights: Iterable[str], *, by: Principal) -> None:
    """Keep in mind what the browser itself allowed."""
    room = rooms.get(session_id)
    if room and is_browser(by):
        rooms.share(room, room.rights & (room.shared | set(rights)) & RIGHTS)


def share(seat: Seat, *, shown: Iterable[str]) -> list[str]:
    """The customer shows the screen without having been asked: to the code's technician and to those who are here,
    as far as the page named them (`shown`, technicians' ids). Returns the rights. Raises SessionNotFound, Conflict."""
    session, room, by = queries.live(seat.session_id), rooms.get(seat.session_id), _speaker(seat)
    if room is None or not seat.is_browser or not is_alone(seat.session_id):
        raise Conflict("This session has a helper, which asks itself")
    present = {each.person_id: each.person_name for each in room.technicians.values()}
    called = {str(session.technician_id): _caller(session)} | present
    for person_id in [each for each in dict.fromkeys(shown) if each in called and each.isdecimal()]:
        granting.grant(session, [consent.VIEW], asked=[consent.VIEW], by=by, text=called[person_id],
                       to=Technician(int(person_id), called[person_id]))
    note_shared(seat.session_id, [consent.VIEW], by=by)
    return session.rights


def _caller(session: Session) -> str:
    """Who made the session or its code, by name: the customer may let them see before they come."""
    code = codes.by_row(session.support_code_id)
    return session.technician_name or (code.technician_name if code else "") or "The technician"


def _speaker(seat: Seat) -> Principal:
    return GATEWAY.connections[seat.socket_id].principal


def replace_older(session_id: str, connection: Connection, *, by: Principal) -> None:
    """A newer page or tab takes this browser's place; a real helper lets it move aside."""
    room = rooms.get(session_id)
    for older in {room.helper, room.browser} if room else ():
        if older is None or not older.is_browser or older.socket_id == connection.socket_id:
            continue
        line = GATEWAY.connections.get(older.socket_id)
        if line and is_browser(by):
            dismiss(line, older)
        elif room and not is_browser(by):
            _move_aside(room, line, older)


def dismiss(line: Connection, seat: Seat) -> None:
    """Tell a browser that another page or tab has its place, and close it."""
    GATEWAY.to_socket(seat.socket_id, MOVED, {"sessionId": seat.session_id, "to": "elsewhere"})
    line.seats.pop(seat.session_id, None)
    GATEWAY.close_socket(seat.socket_id)


def _move_aside(room: Room, line: Connection | None, seat: Seat) -> None:
    """Where another process holds its socket, that does the same as soon as it hears of the helper."""
    room.helper, room.browser = None, replace(seat, role=CUSTOMER)
    if line:
        GATEWAY.take_seat(line, room.browser)


def answered(session_id: str, rights: Iterable[str], *, by: Principal) -> None:
    """The customer said yes: to the browser, which shows the screen then; or to the helper, whose picture takes the
    place of the browser's."""
    note_shared(session_id, rights, by=by)
    room = rooms.get(session_id)
    if is_browser(by) or room is None or room.browser is None or consent.VIEW not in rights:
        return
    rooms.share(room, frozenset())
    timeline.note(session_id, "helper_took_over")
    db.session.commit()
    GATEWAY.to_socket(room.browser.socket_id, MOVED, {"sessionId": session_id, "to": "helper"})


def went(room: Room, seat: Seat, *, session: Session | None, on_purpose: bool) -> bool:
    """A customer's seat is empty. What a browser showed ends with it when it goes on purpose (the page was closed);
    when a helper goes that has not taken over, the browser takes its seat back. True when somebody still sits there."""
    if seat.role == CUSTOMER and session:
        _withdraw(session, room.shared)
        rooms.share(room, frozenset())
    elif not seat.is_browser and (room.browser or (room.helper and room.helper.is_browser)):
        _step_back(room, session)
    elif seat.is_browser and on_purpose and session:
        _withdraw(session, session.rights)
    return room.helper is not None


def _step_back(room: Room, session: Session | None) -> None:
    if room.browser:  # else another process, which holds its socket, was quicker
        line = GATEWAY.connections.get(room.browser.socket_id)
        room.helper, room.browser = replace(room.browser, role=HELPER), None
        rooms.tell(room)
        if line:
            GATEWAY.take_seat(line, room.helper)
    if session:
        _withdraw(session, set(session.rights) - room.shared)


def _withdraw(session: Session, rights: Iterable[str]) -> None:
    queries.lock(session)
    taken = [right for right in session.rights if right in set(rights)]
    if taken:
        timeline.note(session.session_id, "consent_revoked", rights=taken)
        granting.put_in_force(session, consent.without(session.rights, taken), admitted=session.admitted,
                              who="customer")


def ask_for_helper(seat: Seat) -> None:
    """A technician asks the customer to start the helper. Raises SessionNotFound, Conflict."""
    room = rooms.get(queries.live(seat.session_id).session_id)
    if room is None or not is_alone(seat.session_id):
        raise Conflict("The customer isn't in a web browser right now")
    timeline.note(seat.session_id, "helper_asked", who=seat.person_name)
    db.session.commit()
    GATEWAY.to_socket(room.helper.socket_id, WANTED, {"sessionId": seat.session_id, "technicianName": seat.person_name})


def coming(seat: Seat, *, step: str) -> dict[str, Any]:
    """The customer downloaded the helper, or would rather not. Returns what the technicians are told.
    Raises EventRefused."""
    if step not in STEPS or not seat.is_browser:
        raise EventRefused("step must be downloaded or declined")
    timeline.note(seat.session_id, STEPS[step])
    db.session.commit()
    return {"sessionId": seat.session_id, "step": step}
