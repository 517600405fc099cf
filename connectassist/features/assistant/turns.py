"""Who is answered when: so many at once, each in its own order, and everybody in turn."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable

from connectassist.realtime.gateway import GATEWAY

log = logging.getLogger(__name__)
AT_ONCE, MOST_WAITING_EACH = 4, 5
#: So many may wait; a model answers a few hundred questions in an hour, and nobody waits for longer than a while.
MOST_WAITING = 100
Work = Callable[[], None]


class Turns:
    """Runs work in green threads with the app's context: at most AT_ONCE together, one at a time for each `whose`, and
    the one who waits longest next. Of one's own work that waits, the oldest gives way beyond a few."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[Work]] = OrderedDict()
        self._running: set[str] = set()

    def take(self, whose: str, work: Work) -> bool:
        """Have something done in turn. False, and nothing is done, where too many others wait."""
        if len(self._waiting) >= MOST_WAITING and whose not in self._waiting:
            return False
        self._waiting.setdefault(whose, deque(maxlen=MOST_WAITING_EACH)).append(work)
        self._start()
        return True

    def _start(self) -> None:
        for whose in [each for each in self._waiting if each not in self._running]:
            if len(self._running) >= AT_ONCE:
                return
            self._running.add(whose)
            GATEWAY.socketio.start_background_task(self._run, whose)

    def _run(self, whose: str) -> None:
        """One piece of work; whoever has more goes to the end of the line."""
        queue = self._waiting.pop(whose)
        work = queue.popleft()
        if queue:
            self._waiting[whose] = queue
        try:
            with GATEWAY.database():
                work()
        except Exception:
            log.exception("an answer could not be given")
        finally:
            self._running.discard(whose)
            self._start()
