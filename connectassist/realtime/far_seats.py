"""What goes to single seats whose sockets another process of the site holds: an event, or a frame as it came
(relay.py).

Sent by the process that holds the speaker's socket, which has asked whether they may. The one that hears it asks again,
for what the customer takes back is in force here before the other has heard of it; and it waits while it isn't known
what is allowed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from connectassist.http.json import loads
from connectassist.realtime import frames
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.rooms import Room, Seat, rooms

if TYPE_CHECKING:
    from connectassist.realtime.gateway import Gateway

EVENT, FRAME = "seat-event", "seat-frame"
#: `42["name",{…}]`: where the name begins.
NAME = 4


def tell(seat: Seat, name: str, payload: dict[str, Any], *, is_stale: bool) -> bool:
    """Have an event sent to a seat. False when its process can't be reached."""
    return BUS.tell(EVENT, {"session_id": seat.session_id, "to": [seat.socket_id], "name": name, "payload": payload,
                            "by": payload.get("from"), "is_stale": is_stale},
                    to=seat.process, gives_way=True)


def pass_on(frame: str, seats: list[Seat], *, name: str, by: Seat, is_stale: bool, turn: int) -> bool:
    """Have a frame passed on to seats, each where it is. One that `is_stale` soon gives way to the next one of the same
    `turn`: as long as nothing else was said in between. False when a process can't be reached."""
    reached = True
    for process in {seat.process for seat in seats}:
        reached &= BUS.tell(
            FRAME, {"session_id": by.session_id, "to": [seat.socket_id for seat in seats if seat.process == process],
                    "name": name, "frame": frame, "by": by.socket_id, "is_stale": is_stale},
            to=process, key=(by.socket_id, turn) if is_stale else None, gives_way=True)
    return reached


def listen(gateway: Gateway) -> None:
    """From now on pass on what the others have for our seats."""
    def send(said: Said, socket_id: str) -> None:
        if not (said["is_stale"] and gateway.is_congested(socket_id)):
            gateway.socketio.server.emit(said["name"], said["payload"], to=socket_id)

    def send_frame(said: Said, socket_id: str) -> None:
        body = said["frame"].encode()
        connection = gateway.connections[socket_id]
        if connection.line is not None:
            connection.line.pass_on([frames.head(len(body)), body], is_stale=said["is_stale"])
        else:
            send({**said, "payload": loads(body[2:])[1]}, socket_id)

    def deliver(how: Any, said: Said) -> None:
        room = rooms.get(said["session_id"])
        event = gateway.events.incoming.get(said["name"])
        for socket_id in said["to"] if room else ():
            if socket_id in gateway.connections and _may_pass(room, socket_id, said["by"], event and event.needs):
                how(said, socket_id)

    def heard(how: Any, said: Said, sender: str) -> None:
        room = rooms.get(said["session_id"])
        if room is not None:
            room.when_known(partial(deliver, how, said))

    BUS.hears(EVENT)(partial(heard, send))
    BUS.hears(FRAME)(partial(heard, send_frame))


def _may_pass(room: Room, socket_id: str, by: str | None, right: str | None) -> bool:
    """May it go to this seat, as far as we know? `by`: the technician's socket that a helper's event comes from."""
    seat = room.technicians.get(socket_id)
    if seat is not None:
        return right is None or room.allows(seat, right)
    if room.helper is None or room.helper.socket_id != socket_id:
        return room.browser is not None and room.browser.socket_id == socket_id
    speaker = room.technicians.get(by or "")
    return right is None or by is None or (speaker is not None and room.allows(speaker, right))
