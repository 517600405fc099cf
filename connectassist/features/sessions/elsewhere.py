"""Live sessions as the other processes of a site tell of them: who sits where, what is allowed, who asks for what.

What follows from a change is done once, by the process where it happened; the others put together what they hear. Only
what nobody could tell is said here: to our own sockets, what changed while we were cut off; and by one for all, what a
process leaves behind that is gone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from connectassist.core.db import db
from connectassist.features.sessions import browser, consent, rereading, seats, service, showing
from connectassist.features.sessions.asking import CLOSED
from connectassist.features.sessions.consent import Question, questions
from connectassist.realtime import leading, parts
from connectassist.realtime import rooms as live
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.everywhere import aside
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.parts import Change
from connectassist.realtime.rooms import CUSTOMER, TECHNICIAN, Room, Seat, rooms

log = logging.getLogger(__name__)
#: What a process tells one that is new to it: which rooms it has a part in, and which questions were asked there.
ALL, ALL_ASKED = "room-all", "question-all"

# -- who sits where -----------------------------------------------------------------------------------------------


@BUS.hears(live.PART)
def _part(said: Said, sender: str) -> None:
    room = rooms.get(said["session_id"])
    if room is None:
        if not parts.is_anybody(said):
            return
        room = rooms.open(said["session_id"], client_id=said["client_id"], device_id=said["device_id"])
        rooms.doubt(room)
    room.device_id = said["device_id"] or room.device_id
    _change(room, partial(parts.put, room, said, sender), is_told=not said.get("is_anew"))


@BUS.hears(ALL)
def _all(said: Said, sender: str) -> None:
    """What a process holds no more, and could not tell us when that was so."""
    held = set(said["session_ids"])
    for room in rooms.all():
        if room.session_id not in held and _seats_of(room, sender):
            _change(room, partial(parts.lose, room, sender), is_told=False)


def _change(room: Room, work: Callable[[], Change], *, is_told: bool) -> None:
    """Put a change into force, on our own sockets too. `is_told`: those who sit here hear of it from where it was."""
    before, mine, had = set(room.entitled), room.part(), (room.helper, room.browser)
    change = work()
    for seat in (room.helper, room.browser):
        connection = GATEWAY.connections.get(seat.socket_id) if seat and seat not in had else None
        if seat and seat.is_here and connection:
            GATEWAY.take_seat(connection, seat)
    for seat in change.ousted:
        _close(seat)
    if not is_told:
        _tell_here(room, change)
    if room.part() != mine:
        rooms.tell(room)
    for seat in change.came:
        showing.displays(room, seat)
    showing.pictures(room, before)
    for seat in (*change.came, *((room.helper,) if room.helper and room.helper not in had else ())):
        for hook in GATEWAY.on_far_seat if not seat.is_here else ():
            hook(seat)
    rooms.tidy(room)


def _close(seat: Seat) -> None:
    connection = GATEWAY.connections.get(seat.socket_id)
    if connection is None:
        return
    if seat.is_browser:
        BUS.later(browser.dismiss, connection, seat)
        return
    connection.seats.pop(seat.session_id, None)
    BUS.later(GATEWAY.close_socket, seat.socket_id)


def _tell_here(room: Room, change: Change) -> None:
    """What others heard when it happened. A helper of ours is told who is there now, as when it comes."""
    session_id = room.session_id
    for name, gone in ((seats.CAME, change.came), (seats.WENT, change.went)):
        for seat in gone:
            GATEWAY.to_session_here(session_id, name, {"sessionId": session_id, **room.presence(seat)})
    if bool(change.helper) != bool(room.helper):
        for seat in room.technicians.values():
            if seat.is_here:
                GATEWAY.to_socket(seat.socket_id, seats.HELPER_STATUS,
                                  {"sessionId": session_id, "online": room.helper is not None})
    if room.helper and room.helper.is_here and (change.came or change.went):
        GATEWAY.to_socket(room.helper.socket_id, seats.PRESENT,
                          {"sessionId": session_id, "technicians": seats.watching(room)})


def _seats_of(room: Room, process: str) -> list[Seat]:
    found = (*room.technicians.values(), room.helper, room.browser)
    return [seat for seat in found if seat and seat.process == process]


# -- a process is new to us, or gone ------------------------------------------------------------------------------


def _introduce(peer: str) -> None:
    mine = [part for room in rooms.all() if parts.is_anybody(part := room.part())]
    BUS.tell(ALL, {"session_ids": [part["session_id"] for part in mine]}, to=peer)
    for part in mine:
        BUS.tell(live.PART, {**part, "is_anew": True}, to=peer)
    BUS.tell(ALL_ASKED, {"questions": [question.told() for question in questions.of("")]}, to=peer)


def _gone(process: str) -> None:
    """Each forgets what it held; one does for all what leaving a seat means."""
    left = []
    for room in rooms.all():
        lost, shared = _seats_of(room, process), room.shared
        if lost:
            _change(room, partial(parts.lose, room, process), is_told=True)
            left.append((room, lost, shared))
    asked = questions.of(process)
    for question in asked:
        questions.drop(question)
    if leading.is_heir():
        aside(_write_off, left, asked)
    for question in asked:
        showing.next_question(question.session_id)


def _write_off(left: list[tuple[Room, list[Seat], frozenset[str]]], asked: list[Question]) -> None:
    for question in asked:
        GATEWAY.to_session(question.session_id, CLOSED, {
            "sessionId": question.session_id, "outcome": consent.WITHDRAWN, "requestId": question.request_id})
    for was, lost, shared in left:
        room = rooms.get(was.session_id) or was
        for seat in sorted(lost, key=lambda seat: seat.role != TECHNICIAN):
            if seat.role == CUSTOMER:  # what was shown by it goes with it
                room.shared = shared
            _settle(room, seat)


def _settle(room: Room, seat: Seat) -> None:
    """One that goes wrong holds up no other; what is not written is found by a sweep."""
    try:
        seats.left(room, seat, on_purpose=False)
    except Exception:
        log.exception("what a process left behind in session %s could not be settled", room.session_id)
        db.session.rollback()


@BUS.hears(seats.LET_GO)
def _let_go(said: Said, sender: str) -> None:
    aside(seats.let_go_here, said["session_id"], said["user_id"])


# -- what is allowed ----------------------------------------------------------------------------------------------


@BUS.hears(live.CONSENT)
def _consent(said: Said, sender: str) -> None:
    """What is taken goes at once; what is given comes with the row, so that nothing told late brings back what was
    taken since."""
    room = rooms.get(said["session_id"])
    if room is None:
        return
    room.narrow(frozenset(said["rights"]), frozenset(said["admitted"]), by=sender)
    if said["is_written"]:
        del room.bounds[sender]
        rooms.doubt(room)


@BUS.hears(live.SHARED)
def _shared(said: Said, sender: str) -> None:
    room = rooms.get(said["session_id"])
    if room is not None:
        room.shared = frozenset(said["rights"])
        if any(seat and seat.is_here and seat.is_browser for seat in (room.helper, room.browser)):
            rooms.tell(room)


@BUS.hears(live.SHOWN)
def _shown(said: Said, sender: str) -> None:
    room = rooms.get(said["session_id"])
    if room is not None and room.helper and room.helper.is_here:
        rooms.show(room, said["capabilities"])


@BUS.hears(live.STANDING)
def _standing(said: Said, sender: str) -> None:
    rooms.announce(said["session_id"], said["name"], said["payload"], is_told=True)


@BUS.hears(service.OVER)
def _over(said: Said, sender: str) -> None:
    service.empty(said["session_id"])


# -- who asks -----------------------------------------------------------------------------------------------------


def _question(told: Said) -> Question:
    process = told.pop("process")
    return Question(**told, process="" if process == BUS.name else process)


@BUS.hears(consent.ASKED)
def _asked(said: Said, sender: str) -> None:
    questions.put(_question(said))
    showing.next_question(said["session_id"])


@BUS.hears(consent.ANSWERED)
def _answered(said: Said, sender: str) -> None:
    question = questions.find(said["session_id"], said["request_id"])
    if question is not None and question.is_here:
        questions.drop(question)
        question.settle(said["outcome"], said["rights"])


@BUS.hears(consent.CLOSED)
def _closed(said: Said, sender: str) -> None:
    question = questions.find(said["session_id"], said["request_id"])
    if question is not None and not question.is_here:
        questions.drop(question)
    showing.next_question(said["session_id"])


@BUS.hears(ALL_ASKED)
def _all_asked(said: Said, sender: str) -> None:
    """What was asked while we heard nothing goes on the screen now; what was settled goes from it."""
    told = {each["request_id"]: _question(each) for each in said["questions"]}
    for question in questions.of(sender):
        if question.request_id not in told:
            questions.drop(question)
            GATEWAY.to_session_here(question.session_id, CLOSED, {
                "sessionId": question.session_id, "outcome": consent.WITHDRAWN, "requestId": question.request_id})
    for question in told.values():
        is_new = questions.find(question.session_id, question.request_id) is None
        questions.put(question)
        if is_new and question.shown and questions.open(question.session_id) is question:
            GATEWAY.to_session_here(question.session_id, showing.REQUEST, question.request)


rooms.on_doubt = rereading.soon
BUS.on_hello += (_introduce, rereading.missed)
BUS.on_gone.append(_gone)
