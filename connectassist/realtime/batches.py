"""Writes that thousands of devices cause, gathered: one transaction for many, a moment later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from connectassist.core.db import db
from connectassist.realtime.gateway import GATEWAY

log = logging.getLogger(__name__)
Item = TypeVar("Item")
MOST = 20_000


class Batch(Generic[Item]):
    """Hands what was added to `write`, all at once, every so many seconds and no sooner. `write` runs in a green thread
    with the app's context, and commits. What it fails on is tried once more."""

    def __init__(self, write: Callable[[list[Item]], Any], *, seconds: float) -> None:
        self._write, self._seconds = write, seconds
        self._waiting: list[Item] = []
        self._is_due = False

    def add(self, item: Item) -> None:
        """Have something written soon. Beyond 20,000 waiting the oldest give way."""
        self._waiting.append(item)
        if len(self._waiting) > MOST:
            del self._waiting[0]
        if not self._is_due:
            self._is_due = True
            GATEWAY.socketio.start_background_task(self._later)

    def _later(self) -> None:
        GATEWAY.socketio.sleep(self._seconds)
        self._is_due = False
        with GATEWAY.database():
            self.flush()

    def flush(self) -> None:
        """Write what waits, now, in the caller's context."""
        items, self._waiting = self._waiting, []
        if not items:
            return
        try:
            self._write(items)
        except Exception:
            log.exception("a batch of %d could not be written", len(items))
            db.session.rollback()
            self._retry(items)

    def _retry(self, items: list[Item]) -> None:
        """Once: whatever fails twice is no passing trouble, and must not hold up what comes after."""
        try:
            self._write(items)
        except Exception:
            log.exception("%d writes are lost", len(items))
            db.session.rollback()
