"""/websockify: a technician's VNC viewer, over WebSocket (contract 001's address)."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from connectassist.core.errors import Conflict, CsrfFailed, NotConsented, SessionNotFound, UpgradeRequired
from connectassist.features.vnc import service, viewing
from connectassist.http.guard import TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.realtime import websockets
from connectassist.realtime.websockets import websocket

bp = Blueprint("vnc", __name__, url_prefix="/websockify", description="Screens that come over VNC.")


class Wish(Body):
    session_id = fields.String(required=True, data_key="session", validate=validate.Length(1, 16))


@websocket(bp, "")
@who_may(TECHNICIAN)
@bp.arguments(Wish, location="query")
@bp.raises(SessionNotFound, NotConsented, Conflict, CsrfFailed, UpgradeRequired)
@bp.alt_response(101, description="The bytes of VNC, both ways, in binary messages.")
def websockify(query: dict) -> ResponseReturnValue:
    """Look at a session's screen over VNC. Where the bytes come from is the session's matter, never the request's."""
    by, session_id = current_principal(), query["session_id"]
    service.viewable(session_id, by=by)
    return websockets.upgrade(partial(viewing.watch, session_id=session_id, by=by), subprotocols=("binary",))
