"""Send queues are bounded: what is stale by the time it arrives is dropped, and a client that stops
reading is let go before it costs memory."""

from __future__ import annotations

from connectassist.realtime.gateway import GATEWAY

CONGESTED, HOPELESS = 16, 2000
SWEEP_SECONDS = 5


def _waiting(socket_id: str) -> int:
    """How many packets wait to be written to a socket."""
    server = GATEWAY.socketio.server
    engine_id = server.manager.eio_sid_from_sid(socket_id, "/")
    socket = server.eio.sockets.get(engine_id)
    return socket.queue.qsize() if socket else 0


def is_congested(socket_id: str) -> bool:
    """Does this socket lag behind, so that another frame or pointer move would only add to it?"""
    return _waiting(socket_id) > CONGESTED


def sweep() -> None:
    """Let go of sockets that have stopped reading. Runs for as long as the server does."""
    while True:
        GATEWAY.socketio.sleep(SWEEP_SECONDS)
        for socket_id in [s for s in GATEWAY.connections if _waiting(s) > HOPELESS]:
            GATEWAY.close_socket(socket_id)
