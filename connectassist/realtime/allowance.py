"""How fast somebody may speak: so many a second on the long run, and some more at a time."""

from __future__ import annotations

from connectassist.core import clock


class Allowance:
    """A bucket that fills at `rate` a second up to `burst`."""

    __slots__ = ("_burst", "_left", "_rate", "_seen")

    def __init__(self, *, rate: float, burst: float) -> None:
        self._rate, self._burst, self._left, self._seen = rate, burst, burst, clock.monotonic()

    def spend(self) -> float:
        """Take one. Returns the seconds until there is one again; nothing was taken then. 0 when it was."""
        moment = clock.monotonic()
        self._left = min(self._burst, self._left + (moment - self._seen) * self._rate)
        self._seen = moment
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0
