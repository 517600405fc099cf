"""Files on the socket: what a technician puts on the customer's machine.

With a helper in the session this is a plain relay: no database, no Flask. Without one (machines that are only reached
over VNC or the bridge) the server keeps the file, and the customer fetches it from the bridge's page.
"""

from __future__ import annotations

from typing import Any

from connectassist.core import foreign
from connectassist.core.errors import AppError
from connectassist.features.files import service
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import HELPER, TECHNICIAN, Seat

EVENT, RESULT = "put-remote-file", "put-remote-file-result"


@GATEWAY.on(EVENT, speaks=TECHNICIAN, needs="files", fields={"filename": str, "content": str}, passes=HELPER)
def put_remote_file(data: dict, seat: Seat) -> dict[str, Any] | None:
    """Write a file into the shared folder; without a helper it is stored for the customer (`stored`, `fileId`)."""
    data["from"] = seat.socket_id
    if GATEWAY.to_helper(seat.session_id, EVENT, data):
        return None
    return _stored(data, seat)


def _stored(data: dict[str, Any], seat: Seat) -> dict[str, Any]:
    """Keep the file and answer as the helper would have, well or not."""
    about = {"sessionId": seat.session_id, "requestId": _request_id(data)}
    connection = GATEWAY.connections[seat.socket_id]
    try:
        connection.spend()
        with GATEWAY.database():
            kept = service.store(data["content"], session_id=seat.session_id, name=data["filename"],
                                 path=str(data.get("path") or ""), by=connection.principal)
            about |= {"success": True, "stored": True, "fileId": kept.id, "name": kept.original_name}
    except AppError as error:
        GATEWAY.to_socket(seat.socket_id, RESULT, {**about, "success": False, "error": error.sentence})
        raise
    GATEWAY.to_socket(seat.socket_id, RESULT, about)
    return about


def _request_id(data: dict[str, Any]) -> str | int | None:
    """What the technician's page finds its question by: text or a number, as it was sent."""
    given = data.get("requestId")
    return foreign.text(given, 128) if isinstance(given, str) else given if isinstance(given, int | float) else None
