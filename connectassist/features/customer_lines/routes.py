"""/ws/customer, and /api/v1/customer/ws, as the original's portal calls it (contract 003)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from connectassist.core.errors import CsrfFailed, Forbidden, RateLimited, Unauthorized, UpgradeRequired
from connectassist.features.customer_lines import news, proof, service
from connectassist.features.customer_lines.service import CustomerLine
from connectassist.features.customer_lines.talk import MESSAGES
from connectassist.http import guard, limits
from connectassist.http.context import settings
from connectassist.http.guard import ANYONE, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint
from connectassist.identity import principal
from connectassist.realtime import hub_sockets, offered
from connectassist.realtime.json_lines import JsonLine
from connectassist.realtime.websockets import websocket

bp = Blueprint("customer_lines", __name__, description="The line of a customer's page at the gateway.")
_CHOOSE = offered.chooser(proof.is_token)
__all__ = ["bp", "news"]


@websocket(bp, "/api/v1/customer/ws")
@websocket(bp, "/ws/customer")
@who_may(ANYONE)
@limited(limits.GATEWAY_LINES)
@bp.raises(RateLimited, CsrfFailed, UpgradeRequired)
@bp.reads(token="the customer's token; or in a header, as a subprotocol, or in a first message")
@bp.alt_response(101, description="JSON messages, both ways. With a wrong token the line is closed with 1008.")
def customer_line() -> ResponseReturnValue:
    """Open a customer's line: news of their devices and commands come over it."""
    nobody = principal.nobody(guard.address())
    try:
        speaker = CustomerLine(proof.customer(), address=nobody.address)
    except (Unauthorized, Forbidden) as problem:
        return hub_sockets.refuse("Forbidden" if problem.status == 403 else "Unauthorized", by=nobody, choose=_CHOOSE)
    if speaker.by is None:
        service.require_room(nobody.address)
    speaker.line = JsonLine(speaker, MESSAGES, is_limited=settings().rate_limits)
    return hub_sockets.upgrade(speaker.line, by=speaker.by or nobody, choose=_CHOOSE)
