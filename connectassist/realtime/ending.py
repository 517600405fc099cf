"""An orderly stop: plain WebSockets are told, what is gathered in memory is written before the process ends, and what
was handed in to be written is answered."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import Any

from connectassist.core.standing import AGAIN
from connectassist.http.context import writer
from connectassist.realtime import websockets
from connectassist.realtime.batches import flush_all
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.protocol import GOING_AWAY

log = logging.getLogger(__name__)
#: Seconds between two looks whether somebody wants the server to stop.
LOOK = 0.25
#: Seconds that writes which are on their way may take, and that their answers have to leave.
PATIENCE, FAREWELL = 4.0, 0.1
#: Looks, a tenth of a second apart, until the other sides of WebSockets have said goodbye too.
GOODBYES = 20


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
    try:
        _say_goodbye()
        with GATEWAY.database():
            flush_all()
            if not writer().settle(PATIENCE):
                log.error("the server stops while writes still wait; nobody was told that they are done")
        BUS.leave()
        GATEWAY.socketio.sleep(FAREWELL)
    finally:
        os.kill(os.getpid(), _asked[0])


def _say_goodbye() -> None:
    """Close the plain WebSockets; what was sent over one and did not arrive goes back where it came from."""
    for line in list(websockets.OPEN):
        GATEWAY.socketio.start_background_task(line.close, GOING_AWAY, "Server shutting down")
    for _ in range(GOODBYES):
        if not websockets.OPEN:
            break
        GATEWAY.socketio.sleep(0.1)
