"""/ws/device, and /api/v1/device/ws, as the real agent calls it (contract 003)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from connectassist.core.errors import CsrfFailed, DeviceSuspended, RateLimited, Unauthorized, UpgradeRequired
from connectassist.features.device_lines import proof
from connectassist.features.device_lines.service import DeviceLine
from connectassist.features.device_lines.talk import MESSAGES
from connectassist.http import limits
from connectassist.http.context import settings
from connectassist.http.guard import ANYONE, current_principal, reads_the_secret, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint
from connectassist.identity import device_tokens
from connectassist.realtime import hub_sockets, offered
from connectassist.realtime.json_lines import JsonLine
from connectassist.realtime.websockets import websocket

bp = Blueprint("device_lines", __name__, description="The line of a device at the gateway.")
_CHOOSE = offered.chooser(device_tokens.is_one)


@websocket(bp, "/api/v1/device/ws")
@websocket(bp, "/ws/device")
@who_may(ANYONE)
@reads_the_secret
@limited(limits.GATEWAY_LINES)
@bp.raises(RateLimited, CsrfFailed, UpgradeRequired)
@bp.reads(deviceId="the device", deviceSecret="its secret; or its token in a header or as a subprotocol")
@bp.alt_response(101, description="JSON messages, both ways. Without a right proof the line is closed with 1008.")
def device_line() -> ResponseReturnValue:
    """Open a device's line: commands come over it the moment they are queued."""
    try:
        speaker = DeviceLine(proof.device())
    except DeviceSuspended:
        return hub_sockets.refuse("Suspended", by=current_principal(), choose=_CHOOSE)
    except Unauthorized:
        return hub_sockets.refuse("Unauthorized", by=current_principal(), choose=_CHOOSE)
    speaker.line = JsonLine(speaker, MESSAGES, is_limited=settings().rate_limits)
    return hub_sockets.upgrade(speaker.line, by=speaker.by, choose=_CHOOSE)
