"""An orderly stop: what is gathered in memory is written before the process ends, and what was handed in to be written
is answered."""

from __future__ import annotations

import logging
import os
import signal
from typing import Any

from connectassist.http.context import writer
from connectassist.realtime.batches import flush_all
from connectassist.realtime.gateway import GATEWAY

log = logging.getLogger(__name__)
#: Seconds between two looks whether somebody wants the server to stop.
LOOK = 0.25
#: Seconds that writes which are on their way may take, and that their answers have to leave.
PATIENCE, FAREWELL = 4.0, 0.1
#: How each signal is dealt with once everything is written: as if we had never been asked.
AFTER: dict[int, Any] = {signal.SIGTERM: signal.SIG_DFL, signal.SIGINT: signal.default_int_handler}
_asked: list[int] = []


def watch() -> None:
    """From now on SIGTERM and Ctrl-C end the server in order; a second one ends it at once."""
    for number in AFTER:
        signal.signal(number, _ask)
    GATEWAY.socketio.start_background_task(_wait)


def _ask(number: int, frame: Any) -> None:
    """Take note only: any piece of the server may be at work right now."""
    signal.signal(number, AFTER[number])
    _asked.append(number)


def _wait() -> None:
    while not _asked:
        GATEWAY.socketio.sleep(LOOK)
    try:
        with GATEWAY.database():
            flush_all()
            if not writer().settle(PATIENCE):
                log.error("the server stops while writes still wait; nobody was told that they are done")
        GATEWAY.socketio.sleep(FAREWELL)
    finally:
        os.kill(os.getpid(), _asked[0])
