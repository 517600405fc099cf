"""The fast path: a frame goes from one seat to the other side as it came, with the sender's name spliced in.

Only what is plain takes it: a declared event that `passes`, one flat argument, nothing escaped, no field that the
server writes. Everything else (False) goes to the event's handler, which decides and answers as ever, so that the
fast path never has to refuse anything. Who may is asked anew for each frame: the room's answer is in memory.
docs/relay.md tells the whole of it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from connectassist.core.errors import EventRefused
from connectassist.realtime import far_seats, frames
from connectassist.realtime.bus import BUS
from connectassist.realtime.connections import Connection
from connectassist.realtime.declare import Incoming
from connectassist.realtime.rooms import HELPER, Room, Seat, rooms

NAME = len(b'42["')
DEEPEST = 32


class Relay:
    """Passes frames on between the connections of this process, and to those of others."""

    def __init__(self, connections: dict[str, Connection]) -> None:
        self._connections = connections
        self._passing: dict[bytes, Incoming] = {}
        #: Of each event: how many frames, and how many bytes of them.
        self.passed: dict[bytes, list[int]] = {}

    def add(self, event: Incoming) -> None:
        """Let frames of this event pass."""
        self._passing[event.name.encode()] = event
        self.passed[event.name.encode()] = [0, 0]

    def passes_on(self, speaker: Connection, frame: bytes) -> bool:
        """Pass a text frame `42["name",{…}]` on. False when it is for the event's handler to decide."""
        name, _, body = frame[NAME:].partition(b'",')
        event = self._passing.get(name)
        if event is None:
            return False
        data = _plain(body)
        if data is None:
            return False
        seat = _seat(speaker, data)
        if seat is None or seat.role not in event.speaks:
            return False
        room = rooms.get(seat.session_id)
        if room is None or (event.needs and not room.allows(seat, event.needs)):
            return False
        try:
            event.check(data)
        except EventRefused:
            return False
        lines, far = self._other_side(event, room, data)
        if not lines and not far:
            return False
        tail = _tail(seat, data, is_signed=event.passes == HELPER)
        is_stale = event.stale is not None and data.get(event.stale[0]) == event.stale[1]
        if far and not self._passes_far((frame[:-2] + tail).decode(), far, event, speaker, seat, is_stale):
            return False
        parts = [frames.head(len(frame) - 2 + len(tail)), frame[:-2], tail]
        for line in lines:
            line.pass_on(parts, is_stale=is_stale)
        passed, count = self.passed[name], len(lines) + len(far)
        passed[0] += count
        passed[1] += count * len(frame)
        return True

    def _other_side(self, event: Incoming, room: Room, data: dict[str, Any]) -> tuple[list[Any], list[Seat]]:
        """The lines a frame goes to, and the seats whose sockets other processes hold; none of both when there is
        something to decide."""
        if event.passes == HELPER:
            seats: Collection[Seat] = (room.helper,) if room.helper else ()
        else:
            seats = () if "targetSocketId" in data else room.entitled.values()
        found = [self._connections.get(seat.socket_id) for seat in seats if not seat.process]
        lines = [each.line for each in found if each is not None and each.line is not None]
        if len(lines) < len(found):
            return [], []
        return lines, [seat for seat in seats if seat.process] if len(lines) < len(seats) else []

    @staticmethod
    def _passes_far(frame: str, far: list[Seat], event: Incoming, speaker: Connection, seat: Seat, is_stale: bool,
                    ) -> bool:
        if BUS.is_cut:
            return False
        speaker.turn += not is_stale
        far_seats.pass_on(frame, far, name=event.name, by=seat, is_stale=is_stale, turn=speaker.turn)
        return True


def _plain(body: bytes) -> dict[str, Any] | None:
    """The event's argument, when its bytes mean to every reader what they mean to us: JSON that parses as one object,
    without escapes (so that no name hides), without a second sessionId, without a `from` of the client's own."""
    if not body.endswith(b"}]") or b"\\" in body or body.count(b'"sessionId"') > 1:
        return None
    if body.count(b"{") + body.count(b"[") > DEEPEST:
        return None
    try:
        data = orjson.loads(body[:-1])
    except ValueError:
        return None
    return data if type(data) is dict and data and "from" not in data else None


def _seat(speaker: Connection, data: dict[str, Any]) -> Seat | None:
    """The seat that a frame speaks from; None when it is not clear."""
    session_id = data.get("sessionId")
    if type(session_id) is str:
        return speaker.seats.get(session_id)
    if "sessionId" in data or len(speaker.seats) != 1:
        return None
    return next(iter(speaker.seats.values()))


def _tail(seat: Seat, data: dict[str, Any], *, is_signed: bool) -> bytes:
    """What takes the place of a frame's last two bytes: the fields that the server writes. Session and socket ids are
    made by the server and hold nothing that JSON would escape."""
    session = "" if "sessionId" in data else f',"sessionId":"{seat.session_id}"'
    sender = f',"from":"{seat.socket_id}"' if is_signed else ""
    return f"{session}{sender}}}]".encode()

