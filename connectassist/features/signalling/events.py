"""The relay: picture, control and file events between helper and technicians.

The fast path: no database, no Flask. Who may send, and with which right, stands in each declaration;
the gateway has checked it before a handler runs.
"""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import EventRefused, NotConsented
from connectassist.http.json import dumps
from connectassist.realtime import outbox
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import HELPER, TECHNICIAN, Room, Seat, rooms

BOTH = (HELPER, TECHNICIAN)
MOST_CANDIDATES = 64
LARGEST_KEPT = 64 * 1024
PICTURE = ("webrtc-offer", "webrtc-ice-candidate")


def _room(seat: Seat) -> Room:
    room = rooms.get(seat.session_id)
    if room is None:
        raise EventRefused("The session is over")
    return room


def _signed(data: dict[str, Any], seat: Seat) -> dict[str, Any]:
    """The payload as the other side gets it: unchanged, with the sender's socket in `from`."""
    data["from"] = seat.socket_id
    return data


def _kept(data: dict[str, Any]) -> dict[str, Any]:
    """What is kept in memory for technicians who come later, within bounds."""
    if len(dumps(data)) > LARGEST_KEPT:
        raise EventRefused("That is too large to be kept")
    return data


def _to_technicians(name: str, data: dict[str, Any], seat: Seat) -> None:
    """To the named technician, who must sit in this session, or to all of them: those whom the customer admitted."""
    target, room = data.get("targetSocketId"), _room(seat)
    if target is None:
        for each in list(room.entitled.values()):
            GATEWAY.to_seat(each, name, data)
    elif isinstance(target, str) and target in room.entitled:
        GATEWAY.to_seat(room.entitled[target], name, data)
    elif not (isinstance(target, str) and target in room.technicians):
        raise EventRefused("targetSocketId is no technician of this session")
    elif name in PICTURE:
        _withhold(name, data, room)
    else:
        raise NotConsented()


def _withhold(name: str, data: dict[str, Any], room: Room) -> None:
    """Contract 001's helper offers to whoever joins; the offer waits until the customer has admitted them."""
    waiting = room.withheld.setdefault(data["targetSocketId"], [])
    if name == "webrtc-offer":
        waiting.clear()
    if len(waiting) < MOST_CANDIDATES:
        waiting.append((name, _kept(data)))


def _to_helper(name: str, data: dict[str, Any], seat: Seat) -> None:
    if not GATEWAY.to_helper(seat.session_id, name, data):
        raise EventRefused("The customer's helper is not connected")


@GATEWAY.on("helper-capabilities", speaks=HELPER, fields={"capabilities": dict})
def helper_capabilities(data: dict, seat: Seat) -> None:
    """What the helper can do and which displays it has."""
    rooms.show(_room(seat), _kept(data))
    GATEWAY.to_technicians(seat.session_id, "helper-capabilities", data)


@GATEWAY.on("webrtc-offer", speaks=HELPER, needs="view", fields={"offer": dict})
def webrtc_offer(data: dict, seat: Seat) -> None:
    """The helper's WebRTC offer; one without a target is kept for technicians who come later."""
    _signed(data, seat)
    if data.get("targetSocketId") is None:
        room = _room(seat)
        room.offers[""] = _kept(data)
        room.candidates.clear()
    _to_technicians("webrtc-offer", data, seat)


@GATEWAY.on("webrtc-answer", speaks=TECHNICIAN, needs="view", fields={"answer": dict}, passes=HELPER)
def webrtc_answer(data: dict, seat: Seat) -> None:
    """The technician's answer."""
    _to_helper("webrtc-answer", _signed(data, seat), seat)


@GATEWAY.on("webrtc-ice-candidate", speaks=BOTH, needs="view")
def webrtc_ice_candidate(data: dict, seat: Seat) -> None:
    """An ICE candidate for the other side."""
    _signed(data, seat)["role"] = seat.role
    if seat.role == TECHNICIAN:
        return _to_helper("webrtc-ice-candidate", data, seat)
    room = _room(seat)
    if data.get("targetSocketId") is None and len(room.candidates) < MOST_CANDIDATES:
        room.candidates.append(_kept(data))
    return _to_technicians("webrtc-ice-candidate", data, seat)


@GATEWAY.on("stream-transport", speaks=TECHNICIAN, needs="view", fields={"transport": str}, passes=HELPER)
def stream_transport(data: dict, seat: Seat) -> None:
    """Please send the picture this way: webrtc or tiles."""
    _to_helper("stream-transport", _signed(data, seat), seat)


@GATEWAY.on("screen-frame", speaks=HELPER, needs="view", fields={"data": bytes, "targetSocketId": str})
def screen_frame(data: dict, seat: Seat) -> None:
    """A frame of tiles. One that a slow technician can't take is dropped; the helper waits for its acks."""
    target = _room(seat).entitled.get(data["targetSocketId"])
    if target is None:
        raise EventRefused("targetSocketId is no technician of this session who may see it")
    GATEWAY.to_seat(target, "screen-frame", data, is_stale=True)


@GATEWAY.on("screen-ack", speaks=TECHNICIAN, fields={"seq": int}, passes=HELPER)
def screen_ack(data: dict, seat: Seat) -> None:
    """The frame was drawn."""
    _to_helper("screen-ack", _signed(data, seat), seat)


@GATEWAY.on("set-stream-quality", speaks=TECHNICIAN, needs="view", fields={"quality": str}, passes=HELPER)
def set_stream_quality(data: dict, seat: Seat) -> None:
    """quality, balanced or speed."""
    _to_helper("set-stream-quality", _signed(data, seat), seat)


@GATEWAY.on("remote-mouse", speaks=TECHNICIAN, needs="control", fields={"type": str}, passes=HELPER,
            stale=("type", "mousemove"))
def remote_mouse(data: dict, seat: Seat) -> None:
    """A pointer event; x and y are 0 to 1 of the shown monitor. Mere moves are dropped when the way is full."""
    helper = _room(seat).helper
    if helper and data["type"] == "mousemove" and outbox.is_congested(helper.socket_id):
        return
    _to_helper("remote-mouse", _signed(data, seat), seat)


@GATEWAY.on("remote-keyboard", speaks=TECHNICIAN, needs="control", fields={"type": str, "key": str}, passes=HELPER)
def remote_keyboard(data: dict, seat: Seat) -> None:
    """A key event."""
    _to_helper("remote-keyboard", _signed(data, seat), seat)


@GATEWAY.on("remote-clipboard", speaks=TECHNICIAN, needs="clipboard", fields={"text": str}, passes=HELPER)
def remote_clipboard(data: dict, seat: Seat) -> None:
    """Set the customer's clipboard and paste."""
    _to_helper("remote-clipboard", _signed(data, seat), seat)


@GATEWAY.on("list-remote-dir", speaks=TECHNICIAN, needs="files", fields={"path": str}, passes=HELPER)
def list_remote_dir(data: dict, seat: Seat) -> None:
    """List a folder below the one the customer shares."""
    _to_helper("list-remote-dir", _signed(data, seat), seat)


@GATEWAY.on("list-remote-dir-result", speaks=HELPER, needs="files", passes=TECHNICIAN)
def list_remote_dir_result(data: dict, seat: Seat) -> None:
    """The listing."""
    _to_technicians("list-remote-dir-result", data, seat)


@GATEWAY.on("get-remote-file", speaks=TECHNICIAN, needs="files", fields={"path": str}, passes=HELPER)
def get_remote_file(data: dict, seat: Seat) -> None:
    """Fetch a file of the shared folder."""
    _to_helper("get-remote-file", _signed(data, seat), seat)


@GATEWAY.on("get-remote-file-result", speaks=HELPER, needs="files", passes=TECHNICIAN)
def get_remote_file_result(data: dict, seat: Seat) -> None:
    """The file, or where it was uploaded to."""
    _to_technicians("get-remote-file-result", data, seat)


@GATEWAY.on("put-remote-file-result", speaks=HELPER, needs="files", passes=TECHNICIAN)
def put_remote_file_result(data: dict, seat: Seat) -> None:
    """Was it written?"""
    _to_technicians("put-remote-file-result", data, seat)


@GATEWAY.on("file-progress", speaks=HELPER, passes=TECHNICIAN)
def file_progress(data: dict, seat: Seat) -> None:
    """How far a transfer has come."""
    _to_technicians("file-progress", data, seat)
