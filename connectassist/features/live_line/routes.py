"""/ws: live updates over a plain WebSocket, as contract 004's client opens it. What comes over it stands in
service.py."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from connectassist.core.errors import CsrfFailed, Forbidden, RateLimited, Unauthorized, UpgradeRequired
from connectassist.features.live_line import news, proof
from connectassist.features.live_line.service import LiveLine
from connectassist.features.live_line.talk import MESSAGES
from connectassist.http import guard, limits
from connectassist.http.context import settings
from connectassist.http.guard import ANYONE, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint
from connectassist.identity import principal
from connectassist.realtime import hub_sockets, offered
from connectassist.realtime.json_lines import JsonLine
from connectassist.realtime.websockets import websocket

bp = Blueprint("live_line", __name__, description="Live updates.")
_CHOOSE = offered.chooser(offered.is_jwt)
__all__ = ["bp", "news"]


@websocket(bp, "/ws")
@who_may(ANYONE)
@limited(limits.GATEWAY_LINES)
@bp.raises(RateLimited, CsrfFailed, UpgradeRequired)
@bp.reads(token="a sign-in's token; or in a header, as a subprotocol, in a first message, or the cookie",
          since="the `cursor` of the last message that came, to get what was missed")
@bp.alt_response(101, description="JSON messages, both ways. With a wrong token the line is closed with 1008.")
def live_line() -> ResponseReturnValue:
    """Open the live line: the server's figures, alerts, tickets and the assistant's answers come over it."""
    nobody = principal.nobody(guard.address())
    try:
        speaker = LiveLine(proof.person(), address=nobody.address, since=request.args.get("since", ""))
    except (Unauthorized, Forbidden) as problem:
        return hub_sockets.refuse("Forbidden" if problem.status == 403 else "Unauthorized", by=nobody, choose=_CHOOSE)
    speaker.line = JsonLine(speaker, MESSAGES, is_limited=settings().rate_limits)
    return hub_sockets.upgrade(speaker.line, by=speaker.by or nobody, choose=_CHOOSE)
