"""The TCP port on which customers' computers knock with a reverse VNC connection.

Whoever connects has proved nothing yet. Nothing is sent to them; a connection that belongs to no session, that doesn't
begin as a VNC server does, or that is one too many is closed without a word.
"""

from __future__ import annotations

import logging
import socket
from collections import Counter
from typing import Any

from connectassist.core import clock
from connectassist.core.settings import Settings
from connectassist.features.vnc import addresses, rfb, service
from connectassist.features.vnc.lines import REVERSE, Line, exactly, tuned
from connectassist.realtime import screens
from connectassist.realtime.gateway import GATEWAY

log = logging.getLogger(__name__)
HANDSHAKE_SECONDS = 10.0
MOST_OF_ALL, MOST_OF_ONE = 256, 8
_open: Counter[str] = Counter()


def listen(settings: Settings) -> socket.socket | None:
    """Open the port and serve it in the background. None when it is switched off or taken: the rest works without."""
    if not settings.vnc_listen_port:
        return None
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        door = socket.socket(family, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((settings.host, settings.vnc_listen_port))
        door.listen(64)
    except OSError as problem:
        log.warning("no reverse VNC connections: port %d: %s", settings.vnc_listen_port, problem)
        return None
    screens.listener = settings.vnc_listen_port
    GATEWAY.socketio.start_background_task(_accept, door)
    return door


def _accept(door: socket.socket) -> None:
    while True:
        try:
            tcp, peer = door.accept()
        except OSError:
            log.exception("the port for reverse VNC connections")
            GATEWAY.socketio.sleep(1)
            continue
        GATEWAY.socketio.start_background_task(_serve, tcp, addresses.plain(peer[0]))


def _serve(tcp: Any, address: str) -> None:
    """One connection, from its first byte to its last."""
    _open[address] += 1
    try:
        if _open[address] <= MOST_OF_ONE and _open.total() <= MOST_OF_ALL:
            line = _adopted(tcp, address)
            if line:
                service.run(line)
    except OSError:
        pass
    except Exception:
        log.exception("unexpected error in a reverse VNC connection")
    finally:
        tcp.close()
        _open[address] -= 1
        if not _open[address]:
            del _open[address]


def _adopted(tcp: Any, address: str) -> Line | None:
    """The line of a connection that belongs to a session, announced. Raises OSError."""
    until = clock.monotonic() + HANDSHAKE_SECONDS
    first, named = exactly(tuned(tcp), len(rfb.REPEATER_MARK), until=until), None
    if first == rfb.REPEATER_MARK:
        named = rfb.named_session(exactly(tcp, rfb.REPEATER_LENGTH, got=first, until=until))
        if named is None:
            return None
        first = b""
    first = exactly(tcp, rfb.BANNER_LENGTH, got=first, until=until)
    if not rfb.is_banner(first):
        return None
    with GATEWAY.database():
        session = service.expected(address, named=named)
        if session is None:
            log.info("a reverse VNC connection from %s belongs to no session", address)
            return None
        line = Line(session.session_id, address, REVERSE, tcp, first)
        service.came(session, line)
    return line
