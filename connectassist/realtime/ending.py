"""An orderly stop, of half a minute at most. Nobody is let in any more; requests that are under way are answered; every
socket is closed so that its client connects anew, plain WebSockets with a word; what is gathered in memory is written
before the process ends, and what was handed in to be written is answered."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from connectassist.core import clock
from connectassist.core.standing import AGAIN
from connectassist.http.context import writer
from connectassist.realtime import engine, websockets
from connectassist.realtime.batches import flush_all
from connectassist.realtime.bus import BUS
from connectassist.realtime.door import BUSY, NEW, VISITORS
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.protocol import GOING_AWAY

log = logging.getLogger(__name__)
#: Seconds between two looks whether somebody wants the server to stop.
LOOK = 0.25
#: Seconds that writes which are on their way may take, and that their answers have to leave.
PATIENCE, FAREWELL = 4.0, 0.1
#: Seconds that requests may take while the sockets that they may need are open, and once those are closed.
BEFORE, AFTERWARDS = 3.0, 10.0
#: Seconds until the other sides of WebSockets have said goodbye too, and until it is noted who left by closed sockets.
GOODBYES, PARTINGS = 2.0, 5.0
#: Then the process ends, whatever may hold it up. Seconds.
LONGEST = 28
#: Called when those who wait for news are to be sent on their way.
on_leaving: list[Callable[[], None]] = []


def _start_anew(number: int, frame: Any) -> None:
    """The same program once more, as the same process: what runs then is what is on the disk now."""
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


#: How each signal is dealt with once everything is written: as if we had never been asked.
AFTER: dict[int, Any] = {signal.SIGTERM: signal.SIG_DFL, signal.SIGINT: signal.default_int_handler, AGAIN: _start_anew}
_asked: list[int] = []


def watch(*, parent: int = 0) -> None:
    """From now on SIGTERM and Ctrl-C end the server in order, and so does the end of the `parent` that started it, by
    its process id. A second signal ends it at once. Without a parent SIGUSR2 has it start anew, in the same order."""
    for number in AFTER:
        if number != AGAIN or not parent:
            signal.signal(number, _ask)
    GATEWAY.socketio.start_background_task(_wait, parent)


def _ask(number: int, frame: Any) -> None:
    """Take note only: any piece of the server may be at work right now."""
    signal.signal(number, AFTER[number])
    _asked.append(number)


def _wait(parent: int) -> None:
    while not _asked:
        GATEWAY.socketio.sleep(LOOK)
        if parent and os.getppid() != parent:
            log.error("whoever started this process is gone; it ends too")
            _ask(signal.SIGTERM, None)
    signal.alarm(LONGEST)
    try:
        _end()
    finally:
        signal.alarm(0)
        os.kill(os.getpid(), _asked[0])


def _end() -> None:
    engine.close_door()
    VISITORS.are_leaving = True
    GATEWAY.socketio.sleep(FAREWELL)  # who was let in a moment ago is heard
    _until(lambda: not VISITORS.count(NEW, BUSY), BEFORE)
    for hook in on_leaving:
        hook()
    _say_goodbye()
    _part()
    if not _until(lambda: not VISITORS.count(BUSY), AFTERWARDS):
        log.warning("%d requests are cut off: the server stops", VISITORS.count(BUSY))
    VISITORS.show_out(engine.line_of)
    with GATEWAY.database():
        flush_all()
        if not writer().settle(PATIENCE):
            log.error("the server stops while writes still wait; nobody was told that they are done")
    BUS.leave()
    GATEWAY.socketio.sleep(FAREWELL)


def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Wait until it is so, no longer than that. Is it?"""
    until = clock.monotonic() + seconds
    while not is_so() and clock.monotonic() < until:
        GATEWAY.socketio.sleep(0.02)
    return is_so()


def _say_goodbye() -> None:
    """Close the plain WebSockets; what was sent over one and did not arrive goes back where it came from."""
    for line in list(websockets.OPEN):
        GATEWAY.socketio.start_background_task(line.close, GOING_AWAY, "Server shutting down")
    _until(lambda: not websockets.OPEN, GOODBYES)


def _part() -> None:
    """Close the lines of Socket.IO as a network would, without a word that ends them for good: their clients connect
    anew. Who sat where leaves the seat."""
    lines = GATEWAY.socketio.server.eio.sockets
    for line in list(lines.values()):
        GATEWAY.socketio.start_background_task(line.close, wait=False, abort=True)
    if not _until(lambda: not lines, PARTINGS):
        log.warning("%d sockets could not be closed in time", len(lines))
