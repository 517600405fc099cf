"""What people are shown who come later than others: the question that stands, the displays, the picture."""

from __future__ import annotations

from collections.abc import Container

from connectassist.features.sessions.consent import VIEW, questions
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import Room, Seat

REQUEST = GATEWAY.events.sends(
    "connection-request", to="the session", fields="sessionId requestId technicianName technicianId rights joins "
    "reason timestamp expiresAt", doc="Ask the customer; 30 s. `joins` names the technicians who are admitted already.")
OFFER, CANDIDATE, CAPABILITIES = "webrtc-offer", "webrtc-ice-candidate", "helper-capabilities"


def next_question(session_id: str) -> None:
    """Put the first question in line on the customer's screen, once; the process where it was asked does."""
    question = questions.open(session_id)
    if question and question.is_here and not question.shown:
        questions.show(question)
        GATEWAY.to_session(session_id, REQUEST, question.request)


def question_again(seat: Seat) -> None:
    """A helper came: show it the question that stands."""
    question = questions.open(seat.session_id)
    if question:
        questions.show(question)
        GATEWAY.to_socket(seat.socket_id, REQUEST, question.request)


def displays(room: Room, seat: Seat) -> None:
    """Tell a technician what the helper said of its displays before."""
    if room.capabilities and (room.helper is None or room.helper.is_here):
        GATEWAY.to_seat(seat, CAPABILITIES, room.capabilities)


def pictures(room: Room, before: Container[str]) -> None:
    """Give the picture to those technicians, by socket, who may see it now and could not before."""
    for socket_id, seat in list(room.entitled.items()):
        if socket_id not in before:
            picture(room, seat)


def picture(room: Room, seat: Seat) -> None:
    """Give an admitted technician the offer that the helper made before: the one for all, or the one for them. The
    process that holds the helper's socket keeps it, and does."""
    if not (seat.watches and room.allows(seat, VIEW) and room.helper and room.helper.is_here):
        return
    offer, kept = room.offers.get(""), room.withheld.pop(seat.socket_id, [])
    for name, payload in ([(OFFER, offer), *((CANDIDATE, c) for c in room.candidates)] if offer else kept):
        GATEWAY.to_seat(seat, name, payload)
