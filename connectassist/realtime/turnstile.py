"""A turnstile before the requests: a few begin in each turn of the loop. When hundreds come at once, as the devices do
after a restart, the pointer events and pictures of running sessions pass between them; all of them in one turn would
hold those up for as long as the hundreds take together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

from connectassist.realtime.hub import Environ, Hub

#: Some milliseconds of work.
AT_ONCE = 4


class Turnstile:
    """A WSGI layer. A request waits here at most for those that came before it."""

    def __init__(self, app: Callable[..., Iterable[bytes]], loop: Hub) -> None:
        self._app, self._loop = app, loop
        self._left, self._is_due = AT_ONCE, False
        self._waiting: deque[threading.Event] = deque()

    def __call__(self, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        self.enter()
        return self._app(environ, start_response)

    def enter(self) -> None:
        """Go on at once, or when it is one's turn."""
        if not self._is_due:
            self._is_due = True
            self._loop.soon(self._next_turn)
        if self._left:
            self._left -= 1
            return
        turn = threading.Event()
        self._waiting.append(turn)
        turn.wait()

    def _next_turn(self) -> None:
        """A turn of the loop is over, with whatever else was to be done in it."""
        self._left = AT_ONCE
        self._is_due = bool(self._waiting)
        while self._left and self._waiting:
            self._left -= 1
            self._waiting.popleft().set()
        if self._is_due:
            self._loop.soon(self._next_turn)
