"""What goes to sockets that other processes of the site hold: they are told by the bus, and send it on."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from connectassist.realtime.bus import BUS

if TYPE_CHECKING:
    from connectassist.realtime.gateway import Gateway

EMIT, TOLD = "emit", "told"


def emit(path: str, name: str, payload: dict[str, Any], to: str | list[str], *, but: str | None = None) -> None:
    """Have the others send an event to their sockets in these rooms, or to the one of that name."""
    if BUS.is_alone:
        return
    said = {"path": path, "name": name, "payload": payload, "to": to, "but": but}
    parts = {field: value for field, value in payload.items() if isinstance(value, bytes)}
    if parts:  # JSON has no word for bytes
        said |= {"payload": {field: value for field, value in payload.items() if field not in parts},
                 "parts": {field: b64encode(value).decode() for field, value in parts.items()}}
    BUS.tell(EMIT, said)


def told(session_id: str, name: str) -> None:
    """Let those know who wait elsewhere for news of a session without a socket."""
    BUS.tell(TOLD, {"session_id": session_id, "name": name})


def listen(gateway: Gateway) -> None:
    """From now on send on what the others have for our sockets."""
    @BUS.hears(EMIT)
    def _emit(said: dict[str, Any], sender: str) -> None:
        parts = {field: b64decode(text) for field, text in said.get("parts", {}).items()}
        gateway.socketio.server.emit(said["name"], said["payload"] | parts, to=said["to"], skip_sid=said["but"],
                                     namespace=said["path"])

    @BUS.hears(TOLD)
    def _told(said: dict[str, Any], sender: str) -> None:
        gateway.told(said["session_id"], said["name"])
