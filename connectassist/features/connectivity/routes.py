"""Where sockets connect and which relays there are: contract 001's rows."""

from __future__ import annotations

from urllib.parse import urlsplit

from marshmallow import fields, validate

from connectassist.core.errors import RateLimited, SessionNotFound
from connectassist.features.connectivity import relays
from connectassist.http.context import server_url, settings
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.realtime import screens

bp = Blueprint("connectivity", __name__, url_prefix="/api", description="How helpers and pages reach each other.")
DEFAULT_PORTS = {"http": 80, "https": 443}


class Proof(Body):
    """A sessionId, from those who have nothing else to show."""

    session_id = fields.String(load_default="", data_key="sessionId", validate=validate.Length(0, 255))


@bp.get("/websocket/info")
@who_may(ANYONE)
@bp.arguments(Proof, location="query")
@bp.raises(SessionNotFound, RateLimited)
@bp.response(200)
def show_websocket(query: dict) -> dict:
    """Show where sockets connect, and, to whoever signs in or names a live session, the relays as `iceServers`.
    `path` is where VNC viewers connect; `vncListenerPort` is null while no reverse VNC connection is taken."""
    url = urlsplit(server_url())
    return {"websocketPort": url.port or DEFAULT_PORTS[url.scheme], "vncListenerPort": screens.listener,
            "protocol": "wss" if url.scheme == "https" else "ws", "path": "/websockify", **_relays(query["session_id"])}


@bp.get("/turn-servers")
@who_may(ANYONE)
@bp.arguments(Proof, location="query")
@bp.raises(SessionNotFound, RateLimited)
@bp.response(200)
def list_turn_servers(query: dict) -> dict:
    """List the servers for WebRTC; relays with credentials for `ttl` seconds only to whoever signs in or names a live
    session. Without any, pictures that can't go directly come as tiles over the socket."""
    found = _found(query["session_id"])
    return {"servers": found.servers} | ({"ttl": found.life} if found.life else {})


def _relays(session_id: str) -> dict:
    found = _found(session_id)
    return {"iceServers": found.servers, "iceTtl": found.life} if found.life else {}


def _found(session_id: str) -> relays.Relays:
    return relays.offered_to(current_principal(), session_id=session_id, settings=settings())
