"""Work that comes round: every so many seconds, for as long as the server runs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from connectassist.core.db import db
from connectassist.realtime.gateway import GATEWAY

log = logging.getLogger(__name__)


def every(seconds: float, *work: Callable[[], Any]) -> None:
    """Do each piece of work in turn, now and again, with the app's context, in a green thread of its own. One that
    fails is tried again the next time, and holds nothing up."""
    def run() -> None:
        while True:
            for each in work:
                once(each)
            GATEWAY.socketio.sleep(seconds)

    GATEWAY.socketio.start_background_task(run)


def once(work: Callable[[], Any]) -> None:
    """Do a piece of work; what goes wrong is logged."""
    with GATEWAY.database():
        try:
            work()
        except Exception:
            log.exception("%s.%s failed; it is tried again", work.__module__, work.__qualname__)
            db.session.rollback()
