"""Chat on the socket."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.chat import service
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import CUSTOMER, HELPER, TECHNICIAN, Seat


@GATEWAY.on(service.EVENT, speaks=(HELPER, CUSTOMER, TECHNICIAN), uses_database=True)
def chat_message(data: dict, seat: Seat) -> dict[str, Any]:
    """Say something: `message` or `text`, at most 4,000 characters. The role is the seat's. One whose `id` (8 to 64
    letters, digits, _ and -) was heard before is not said twice."""
    is_staff = seat.role == TECHNICIAN
    said = service.post(
        seat.session_id, role=service.TECHNICIAN if is_staff else service.USER, but=seat.socket_id,
        sender=seat.person_name if is_staff else str(data.get("sender") or ""),
        text=data.get("message") or data.get("text"), timestamp=data.get("timestamp"),
        client_id=data.get("id"))
    return {"id": str(said.id), "timestamp": clock.milliseconds(said.at)}
