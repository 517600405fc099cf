"""Engine.IO on the hub's call-backs: the library's server with connections of our own (line.py).

What a client hears and may say is as the library has it: polling, the upgrade, pings, packets. Only who waits for
what differs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import engineio
from engineio import packet, payload
from socketio import Server as SocketIOServer

from connectassist.core.errors import RateLimited
from connectassist.http.json import dumps
from connectassist.realtime.hub import Hub
from connectassist.realtime.line import Line
from connectassist.realtime.pings import Pings
from connectassist.realtime.strangers import STRANGERS, Guest

#: Packets in one POST of a polling client. With the library's 16, a page that says more before its upgrade is cut off.
MOST_POSTED = 256
_USELESS = ("HTTP_SEC_", "HTTP_ACCEPT", "HTTP_UPGRADE", "HTTP_CONNECTION", "HTTP_PRAGMA", "HTTP_CACHE", "GATEWAY_",
            "SERVER_SOFT", "RAW_", "CONTENT_", "REMOTE_PORT", "wsgi.mult", "wsgi.run")


def _kept(environ: dict[str, Any]) -> dict[str, Any]:
    """What of a request is worth keeping for as long as its connection lasts."""
    return {name: value for name, value in environ.items() if type(value) is str and not name.startswith(_USELESS)}


def _too_many(problem: RateLimited) -> dict[str, Any]:
    """The library's way to refuse a request."""
    headers = [("Content-Type", "application/json"), *problem.headers.items()]
    return {"status": "429 TOO MANY REQUESTS", "headers": headers, "response": dumps(problem.sentence)}


class Lines(engineio.Server):
    """The library's Engine.IO server, with lines for sockets. `relay(speaker, frame)` passes a frame on unparsed and
    says whether it did; `speaker` is whatever a line was given as such. Each line is looked at once in a `rhythm`: a
    device's is pinged each time, so that two looks tell that it has fallen silent; others at the ping interval.
    Where there are several processes, each id begins with the number of this one: a proxy reads it (docs/nginx.md)."""

    def __init__(self, hub: Hub, *, relay: Callable[[Any, bytes], bool], offline_after: float, process: int | None,
                 **options: Any) -> None:
        super().__init__(monitor_clients=False, **options)
        self._ids_begin = "" if process is None else f"{process}-"
        self.hub, self.relay, self.pings = hub, relay, Pings(sleep=self.sleep)
        self.rhythm = min(offline_after / 2, self.ping_interval, self.ping_timeout)
        self._is_beating = False

    def generate_id(self) -> str:
        """A new id for a line or a socket."""
        return self._ids_begin + super().generate_id()

    def _handle_connect(self, environ: dict[str, Any], start_response: Any, transport: str,
                        jsonp_index: int | None = None) -> Any:
        if not self._is_beating:
            self._is_beating = True
            self.start_background_task(self.pings.run)
        address = environ.get("REMOTE_ADDR") or ""
        try:
            STRANGERS.require_room(address)
        except RateLimited as problem:
            return _too_many(problem)
        sid, guest = self.generate_id(), Guest(STRANGERS, address)
        line = Line(self, sid, guest=guest)
        if transport == "websocket":
            answer = line._upgrade_websocket(environ, start_response)
            if answer:
                guest.leaves()
                return answer
        else:
            line.queue = self.create_queue()
        self.sockets[sid] = line
        line.send(packet.Packet(packet.OPEN, {
            "sid": sid, "upgrades": self._upgrades(sid, transport), "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000), "maxPayload": self.max_http_buffer_size}))
        self._trigger_event("connect", sid, _kept(environ), run_async=False)
        self.pings.expect(line, self.rhythm)
        if transport == "websocket":
            return ()
        line.connected = True
        return self._ok(line.poll(), jsonp_index=jsonp_index)


def line_of(server: SocketIOServer, socket_id: str, namespace: str) -> Line | None:
    """The line below a socket; None where the library's own connections are used."""
    found = server.eio.sockets.get(server.manager.eio_sid_from_sid(socket_id, namespace))
    return found if isinstance(found, Line) else None


def install(server: SocketIOServer, hub: Hub, *, relay: Callable[[Any, bytes], bool], offline_after: float,
            process: int | None) -> None:
    """Put lines under a Socket.IO server, in place of the library's own Engine.IO server."""
    payload.Payload.max_decode_packets = MOST_POSTED
    old = server.eio
    server.eio = Lines(hub, relay=relay, offline_after=offline_after, process=process, async_mode=old.async_mode,
                       ping_interval=old.ping_interval, ping_timeout=old.ping_timeout,
                       max_http_buffer_size=old.max_http_buffer_size,
                       cors_allowed_origins=old.cors_allowed_origins, async_handlers=False)
    for event, handler in old.handlers.items():
        server.eio.on(event, handler)
