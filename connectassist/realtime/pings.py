"""The pings of all connections from one green thread: a wheel of the moments at which each is looked at again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from connectassist.core import clock

log = logging.getLogger(__name__)
TICK = 0.125


class Beating(Protocol):
    """Something that is looked at from time to time."""

    def beat(self) -> float | None:
        """Look. Returns the seconds until the next time; None when it is over."""


class Pings:
    """Looks at each connection when its time has come. Costs a list entry for each, whatever they wait for.

    `time` are seconds in which the server could hear. When it was held up, nearly none pass: answers that came
    meanwhile are read before anybody is blamed for not having given them."""

    def __init__(self, *, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._wheel: dict[int, list[Beating]] = {}
        self._done, self._looked = 0, clock.monotonic()
        self.time = 0.0

    def expect(self, what: Beating, seconds: float) -> None:
        """Look at it so many seconds from now, give or take a tick."""
        moment = max(round((self.time + seconds) / TICK), self._done + 1)
        self._wheel.setdefault(moment, []).append(what)

    def turn(self) -> None:
        """Look at all whose time has come."""
        moment = clock.monotonic()
        self.time += min(moment - self._looked, 2 * TICK)
        self._looked = moment
        while self._done < int(self.time / TICK):
            self._done += 1
            for what in self._wheel.pop(self._done, ()):
                self._look_at(what)

    def _look_at(self, what: Beating) -> None:
        try:
            seconds = what.beat()
        except Exception:
            log.exception("unexpected error while pinging")
            return
        if seconds is not None:
            self.expect(what, seconds)

    def run(self) -> None:
        """Runs for as long as the server does."""
        while True:
            self._sleep(TICK)
            self.turn()
