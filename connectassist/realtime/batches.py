"""Writes that thousands of devices cause, gathered: one transaction for many, a moment later."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from flask import current_app

from connectassist.core.db import db, told
from connectassist.core.errors import Unavailable
from connectassist.core.reachable import KEPT
from connectassist.realtime.gateway import GATEWAY

log = logging.getLogger(__name__)
Item = TypeVar("Item")
MOST = 20_000


class Batch(Generic[Item]):
    """Hands what was added to `write`, all at once, every so many seconds and no sooner. `write` runs in a green thread
    with the app's context, and commits. What it fails on is tried once more; while the database is away it waits.

    Beyond `most` that wait, the oldest give way, and the log says so; whoever must lose none waits while it `is_full`.
    With `key`, an item takes the place of the one that waits under the same key. More than `at_once` items are written
    in portions, with `pause` seconds between them for everybody else."""

    def __init__(self, write: Callable[[list[Item]], Any], *, seconds: float, at_once: int = MOST, pause: float = 0.0,
                 most: int = MOST, key: Callable[[Item], Hashable] | None = None) -> None:
        self._write, self._seconds, self._at_once, self._pause = write, seconds, at_once, pause
        self._most, self._lost = most, 0
        self._number = itertools.count()
        self._key = key or (lambda item: next(self._number))
        self._waiting: dict[Hashable, Item] = {}
        self._leaving: dict[Hashable, Item] = {}
        self._is_due = False
        BATCHES.append(self)

    def add(self, item: Item) -> None:
        """Have something written soon."""
        self._waiting[self._key(item)] = item
        while len(self._waiting) > self._most:
            del self._waiting[next(iter(self._waiting))]
            self._lost += 1
        if not self._is_due:
            self._is_due = True
            GATEWAY.socketio.start_background_task(self._later)

    @property
    def name(self) -> str:
        """What writes it."""
        return f"{self._write.__module__}.{getattr(self._write, '__qualname__', '')}".removeprefix(
            "connectassist.features.")

    @property
    def depth(self) -> int:
        """How much waits."""
        return len(self._waiting) + len(self._leaving)

    @property
    def is_full(self) -> bool:
        """Would one more make another give way?"""
        return len(self._waiting) >= self._most

    def waiting(self, key: Hashable) -> Item | None:
        """What is not written yet under a key; what is being written at this moment is not."""
        return self._waiting.get(key, self._leaving.get(key))

    def _later(self) -> None:
        while self._waiting:
            GATEWAY.socketio.sleep(self._seconds)
            for left in range(len(self._waiting), 0, -self._at_once):
                with GATEWAY.database():
                    is_over = self._portion()
                if not is_over:
                    break
                if left > self._at_once:
                    GATEWAY.socketio.sleep(self._pause)
        self._is_due = False

    def flush(self) -> None:
        """Write what waits, now, in the caller's context; while the database is away nothing is."""
        while self._waiting and self._portion():
            pass

    def _portion(self) -> bool:
        """Write some. False when they still wait, since the database is away."""
        if self._lost:
            log.error("%d writes gave way to newer ones: more came than can be written", self._lost)
            self._lost = 0
        items = {key: self._waiting.pop(key) for key in list(itertools.islice(self._waiting, self._at_once))}
        if not items:  # somebody else has flushed it
            return True
        self._leaving |= items
        try:
            return self._written(items)
        finally:
            self._leaving = {key: item for key, item in self._leaving.items() if items.get(key) is not item}

    def _written(self, items: dict[Hashable, Item]) -> bool:
        try:
            self._write([*items.values()])
        except Exception as problem:
            log.warning("a batch of %d could not be written: %s", len(items), problem)
            db.session.rollback()
            return self._retry(items)
        return True

    def _retry(self, items: dict[Hashable, Item]) -> bool:
        """Once: whatever fails twice, though the database is there, is no passing trouble, and must not hold up what
        comes after."""
        try:
            self._write([*items.values()])
        except Exception as problem:
            db.session.rollback()
            if is_away(problem):
                self._waiting = items | self._waiting
                return False
            log.exception("%d writes are lost", len(items))
        return True


def is_away(problem: Exception) -> bool:
    """Did a write fail because the database is not there? It is asked anew, not remembered."""
    if not isinstance(told(problem) or problem, Unavailable):
        return False
    GATEWAY.socketio.sleep(KEPT)
    return not current_app.extensions["readiness"].checks()["database"]


#: Every batch of this process, for a stop that loses nothing.
BATCHES: list[Batch[Any]] = []


def flush_all() -> None:
    """Write everything that waits, in the caller's context."""
    for batch in BATCHES:
        batch.flush()
