"""That a change in which several processes have a part is told once, by one of them, and not by none.

Whose own part changes what is true for the site tells of it. That leaves two cases. Two processes' parts change at
the same moment, so that neither sees what both together do: each looks again a little later, and tells if another's
part has changed meanwhile too. And a process dies with what it held: the one that leads tells, once one does. What was
told while the others could not hear it is told once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from connectassist.core import clock
from connectassist.realtime.bus import Bus

#: Seconds until a part is looked at again, and how long what died may wait for somebody who leads.
AGAIN, ORPHANED = 3.0, 30.0
#: Seconds between two looks.
PAUSE = 0.5


class Once:
    """`tell(key)` tells of a change, `elsewhere(key)` are the others' parts of it, `leads()` says whether this process
    does."""

    def __init__(self, tell: Callable[[str], None], *, elsewhere: Callable[[str], dict[str, Any]], bus: Bus,
                 leads: Callable[[], bool]) -> None:
        self._tell, self._elsewhere, self._bus, self._leads = tell, elsewhere, bus, leads
        self._doubtful: dict[str, tuple[float, dict[str, Any] | None]] = {}
        self._orphans: dict[str, float] = {}
        self._is_looking = False

    def look_again(self, key: str) -> None:
        """Our part changed, which changed nothing for the site, as far as we know."""
        if self._bus.is_shared:
            self._doubtful[key] = clock.monotonic() + AGAIN, self._elsewhere(key)
            self._look_soon()

    def tell_again(self, keys: Iterable[str]) -> None:
        """Soon, when the others' parts are known anew."""
        self._doubtful |= dict.fromkeys(keys, (clock.monotonic() + AGAIN, None))
        self._look_soon()

    def nobody_told(self, keys: Iterable[str]) -> None:
        """These changed with a process that is gone."""
        self._orphans |= dict.fromkeys(keys, clock.monotonic() + ORPHANED)
        if self._orphans:
            self._look_soon()

    def _look_soon(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._bus.later(self._run)

    def _run(self) -> None:
        try:
            while self._doubtful or self._orphans:
                self._bus.sleep(PAUSE)
                self._look()
        finally:
            self._is_looking = False

    def _look(self) -> None:
        now, leads = clock.monotonic(), self._leads()
        for key in [key for key, (when, _) in self._doubtful.items() if when <= now]:
            _, before = self._doubtful.pop(key)
            if self._elsewhere(key) != before:
                self._tell(key)
        for key in [key for key, until in self._orphans.items() if leads or until < now]:
            del self._orphans[key]
            if leads:
                self._tell(key)
