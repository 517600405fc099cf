"""What goes to sockets that other processes of the site hold: they are told by the bus, and send it on, or close it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.realtime.bus import BUS

if TYPE_CHECKING:
    from connectassist.realtime.gateway import Gateway

EMIT, TOLD, CLOSE, TO_DEVICE = "emit", "told", "close-socket", "to-device"


def emit(path: str, name: str, payload: dict[str, Any], to: str | list[str], *, but: str | None = None) -> None:
    """Have the others send an event to their sockets in these rooms, or to the one of that name."""
    BUS.tell(EMIT, {"path": path, "name": name, "payload": payload, "to": to, "but": but})


def told(session_id: str, name: str) -> None:
    """Let those know who wait elsewhere for news of a session without a socket."""
    BUS.tell(TOLD, {"session_id": session_id, "name": name})


def to_device(process: str, path: str, device_id: str, name: str, payload: dict[str, Any]) -> bool:
    """Have the process that holds a device's socket send it an event. False when it can't be told."""
    return BUS.tell(TO_DEVICE, {"path": path, "device_id": device_id, "name": name, "payload": payload}, to=process)


def close(path: str, socket_id: str) -> None:
    """Have a socket ended by whoever holds it."""
    BUS.tell(CLOSE, {"path": path, "socket_id": socket_id}, keep=True)


def listen(gateway: Gateway) -> None:
    """From now on do for the others what concerns our sockets."""
    @BUS.hears(EMIT)
    def _emit(said: dict[str, Any], sender: str) -> None:
        gateway.socketio.server.emit(said["name"], said["payload"], to=said["to"], skip_sid=said["but"],
                                     namespace=said["path"])

    @BUS.hears(TOLD)
    def _told(said: dict[str, Any], sender: str) -> None:
        gateway.told(said["session_id"], said["name"])

    @BUS.hears(CLOSE)
    def _close(said: dict[str, Any], sender: str) -> None:
        if gateway.socketio.server.manager.is_connected(said["socket_id"], said["path"]):
            BUS.later(_end, said["socket_id"], said["path"])

    def _end(socket_id: str, path: str) -> None:
        gateway.socketio.server.disconnect(socket_id, namespace=path)
